/** Writes docs/proof.md: what is proved, for which profiles, and what is taken for granted. */
import type { Always, Each } from '../../properties/property.ts';
import { wordsOf } from '../../spec/language/words.ts';
import type { Profile } from '../../spec/profile.ts';
import { noSubject } from '../../spec/rule.ts';
import { fingerprintOf } from '../../search/prove/prove.ts';
import { lawsOf, reasonsWithoutLaw } from '../../search/prove/laws.ts';
import { guardsOf } from '../../search/prove/guards.ts';
import type { GuardPart } from '../../search/prove/guards.ts';
import { guardsPath, resultsPath } from '../../search/prove/results.ts';
import type { GuardResults, ProofResult } from '../../search/prove/results.ts';
import { clauseLink, generatedFrom, type Place, table } from './markdown.ts';

export function renderProof(
  results: readonly ProofResult[],
  leftOut: GuardResults,
  profiles: readonly Profile[],
  places: ReadonlyMap<string, Place>,
): string {
  const known = profiles.filter(({ name }) => results.some(({ profile }) => profile === name));
  const laws = known.map((profile) => ({ profile, ...lawsOf(profile) }));
  const ofProfiles = (law: Always | Each, some: (one: (typeof laws)[number]) => readonly (Always | Each)[]): string => {
    const names = laws.filter((one) => some(one).includes(law)).map(({ profile }) => profile.name);
    const could = laws.filter((one) => [...one.invariants, ...one.consequences, ...one.steps].includes(law as never));
    return names.length === could.length && names.length > 1 ? 'each that has it' : names.join(', ');
  };
  const rows = (some: (one: (typeof laws)[number]) => readonly (Always | Each)[]): string[][] =>
    [...new Set(laws.flatMap(some))].map((law) => [
      clauseLink(law.clause, places),
      law.statement,
      wordsOf(law.holds),
      ofProfiles(law, some),
    ]);
  const unproved = new Map(laws.flatMap((one) => one.unproved).map((one) => [one.law, one]));
  const notProved = [...unproved.values()].map(({ law, why }) => {
    const names = laws
      .filter((one) => one.unproved.some((other) => other.law === law))
      .map(({ profile }) => profile.name);
    return [clauseLink(law.clause, places), law.statement, why, names.join(', ')];
  });
  const head = ['clause', 'law', 'as a term', 'profiles'];
  return `${[
    generatedFrom(`properties, search/prove and ${resultsPath}`),
    '',
    '# What is proved',
    '',
    'The invariants below are inductive. They hold at the start, and it is proved of every call, with any arguments, from any state in which all of them hold, that they hold afterwards: when the call is done, and after each step that stays if it is refused. States have any number of pages, frames, VMs, vCPUs, CPUs, devices and CIDs. Two solvers, z3 and cvc5, are asked whether the opposite is possible, and both have to say no. `npm run prove` asks them anew, `npm run prove -- --solver z3` only the one that npm installs. Invariants are laws like others: `npm run verify` judges them in states of the rules as well.',
    '',
    ...table(
      ['profile', 'calls', 'conditions', 'proved'],
      results.map(({ profile, calls, conditions, proved }) => [profile, ...[calls, conditions, proved].map(String)]),
    ),
    '',
    'Two profiles are not among them, since laws break there. `npm run prove -- linux-6.1` fails at `host_share_hyp`, which lets what is not memory be shared (CVE-2023-21264), and `npm run prove -- cids-forgetful` at `restart_service`, after which CIDs are granted anew.',
    '',
    '## Invariants',
    '',
    ...table(
      head,
      rows(({ invariants }) => invariants),
    ),
    '',
    '## What follows from them',
    '',
    'The other laws of states of these chapters hold wherever the invariants do.',
    '',
    ...table(
      head,
      rows(({ consequences }) => consequences),
    ),
    '',
    'Guards that are said never to refuse are proved not to, and of those whose work others are said to do it is proved that these do it: each is a condition of its call.',
    '',
    '## What every step keeps',
    '',
    'Laws of steps are proved of every call that they are about: from any state in which the invariants hold to the state after the call, or after each step that stays if it is refused. Across a loop of which only the invariants are known, they are kept from its beginning by each of its rounds. `DMA-SOC` is assumed.',
    '',
    ...table(
      head,
      rows(({ steps }) => steps),
    ),
    '',
    '## Nobody else learns it',
    '',
    'The unwinding conditions of noninterference are proved of every call and of every actor: the host, VMs, devices and the secure world ([MEM-CONFIDENTIAL](spec/memory.md#mem-confidential)). Take two states that differ only in the contents of the pages that one VM has to itself, those that the host has lost to it. After any call with the same arguments they still differ only there, and whoever makes the call is answered the same in both. What is recorded of pages, entries, VMs and vCPUs does not depend on contents at all. The VM may store something else in each of the two states. What it shares, or stores in a page that it shares, it shows: for its own `guest_mem_share` and `guest_write` that page is left out. It is assumed that every device is behind an IOMMU (`DMA-SOC`).',
    '',
    ...guardLines(leftOut, profiles, places),
    '## What is not proved',
    '',
    'Laws of these chapters that are terms, and judged, and not proved:',
    '',
    ...table(['clause', 'law', 'why', 'profiles'], notProved),
    '',
    '## What is taken for granted',
    '',
    '- Rules, laws and conditions are read as `search/prove/smt.ts` writes them. Tests hold what it writes of guards against the compiled rules in the states of a walk.',
    '- Sums and counts are functions of their subjects to a solver (`search/prove/sums.ts`). It is told what is true of every finite sum: where one cell changes, the sum changes by what the member that has the cell adds; where each round of a loop changes cells of its own, by the sums over the rounds; a count is at least 1 where a member is counted, and a sum over no member that adds anything is 0. So counts are exact, not only bounds.',
    '- What is stranded at the end of a VM is counted as the judge counts it (`search/judge/account.ts`): the mappings that the VM had, but for those whose pages went back with it.',
    '- Products, remainders and sets of permissions are not computed with, beyond the lines in `search/prove/assumptions.ts`; that a vCPU has one VM and one index, and what is known of the configuration and of parameters, is said there as well. Tests hold these lines against the configurations of scopes.',
    '- Of a loop that goes through a list or writes to places of its own choice only this is known afterwards: the invariants hold, counts included, since a round keeps them.',
    '- What [assurance](assurance.md) lists and this page does not is sampled and searched, not proved.',
  ].join('\n')}\n`;
}

/** What becomes of the laws where a guard is left out, of each guard once. */
function guardLines(
  leftOut: GuardResults,
  profiles: readonly Profile[],
  places: ReadonlyMap<string, Place>,
): readonly string[] {
  const all = Object.entries(leftOut);
  const count = (parts: readonly GuardPart[], kind: GuardPart['part']['kind']): string =>
    String(parts.filter(({ part }) => part.kind === kind).length);
  const known = new Map<string, readonly string[]>();
  for (const [, parts] of all)
    for (const { call, clause, part } of parts)
      if ((part.kind === 'needed' || part.kind === 'strays') && !known.has(clause))
        known.set(clause, [
          clauseLink(clause, places),
          `\`${call}\``,
          part.kind === 'needed' ? part.breaks : '*the call touches a record that is not there*',
        ]);
  const open = new Map<string, readonly string[]>();
  for (const [name, parts] of all)
    for (const { call, clause, part } of parts) {
      if ((part.kind !== 'open' && part.kind !== 'idle') || known.has(clause) || open.has(clause)) continue;
      const steps = profiles.find((profile) => profile.name === name)?.rules.get(call)?.guards ?? [];
      const guard = steps.find((step) => step.kind === 'must' && step.clause === clause);
      const waiver = guard?.kind === 'must' ? guard.waiver : undefined;
      const why = waiver ?? '*shown by a counterexample*';
      open.set(clause, [
        clauseLink(clause, places),
        `\`${call}\``,
        part.kind === 'idle' ? 'nothing' : 'something',
        why,
      ]);
    }
  return [
    '## Guards that are left out',
    '',
    'A guard is needed where without it some state that the invariants allow leads to one in which a law is broken. z3 looks for such states in a small world, where every loop and every range is written out; each is then carried out by the rules, made small, and judged in full. Where the rule would touch a record that is not there, it *strays*. `npm run prove -- --without GUARD` tells it, `npm run prove -- --guards` looks for all. Not every such state can be reached: that a guard is needed by a sequence from the start is shown by its counterexample.',
    '',
    ...table(
      [
        'profile',
        'guards',
        'needed',
        'strays',
        'implied by later guards',
        'never refuse',
        'nothing changes',
        'nothing breaks',
      ],
      all.map(([name, parts]) => [
        name,
        String(parts.length),
        ...(['needed', 'strays', 'implied', 'never refuses', 'idle', 'open'] as const).map((kind) =>
          count(parts, kind),
        ),
      ]),
    ),
    '',
    ...table(['guard', 'call', 'without it'], [...known.values()]),
    '',
    'Without these no law that is proved breaks in the small worlds. Where the guard would have refused, either something changes all the same, or nothing does, in any state that the invariants allow, or the rule strays. Of each guard of which it is said that the call has nothing to act on without it, that is so:',
    '',
    ...table(['guard', 'call', 'then changes', 'why it is no loss, or where it is shown'], [...open.values()]),
    '',
  ];
}

/** The statements of laws that are proved, and the profiles of which they are. */
export function provedOf(
  results: readonly ProofResult[],
  profiles: readonly Profile[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { profile, conditions, proved } of results) {
    const known = profiles.find(({ name }) => name === profile);
    if (known === undefined || proved < conditions) continue;
    const { invariants, consequences, steps } = lawsOf(known);
    for (const { statement } of [...invariants, ...consequences, ...steps])
      found.set(statement, [...(found.get(statement) ?? []), profile]);
  }
  return found;
}

/** Why the result that is kept is not one of today's rules, if it is not. */
export function checkProof(
  results: readonly ProofResult[],
  leftOut: GuardResults,
  profiles: readonly Profile[],
): string[] {
  const listed = profiles.filter(({ name }) => results.some(({ profile }) => profile === name));
  const stale = reasonsWithoutLaw(listed).map(
    (statement) => `search/prove/laws.ts: a reason not to prove “${statement}”, which is proved, or no law`,
  );
  const others = results.flatMap(({ profile, conditions, proved, asked }) => {
    const found = profiles.find(({ name }) => name === profile);
    if (found === undefined) return [`${resultsPath}: no profile ${profile}`];
    if (fingerprintOf(found) !== asked)
      return [`${resultsPath}: other things are asked of ${profile} by now; \`npm run prove -- --write\` asks anew`];
    return proved < conditions
      ? [`${resultsPath}: ${conditions - proved} conditions of ${profile} are not proved`]
      : [];
  });
  const asOf = (pairs: readonly (readonly [string, string])[]): string => pairs.map((pair) => pair.join(' ')).join();
  const guards = Object.entries(leftOut).flatMap(([name, parts]) => {
    const found = profiles.find((profile) => profile.name === name);
    const now = found === undefined ? [] : guardsOf(found).map(([rule, guard]) => [rule.call, guard.clause] as const);
    const isSame = asOf(now) === asOf(parts.map(({ call, clause }) => [call, clause] as const));
    const acting = parts.filter(({ part }) => part.kind === 'open').map(({ clause }) => clause);
    const refuted = (found === undefined ? [] : guardsOf(found)).filter(
      ([, guard]) => guard.waiver === noSubject.waiver && acting.includes(guard.clause),
    );
    return isSame
      ? refuted.map(
          ([{ call }, { clause }]) => `${guardsPath}: without ${clause}, ${call} of ${name} has something to act on`,
        )
      : [`${guardsPath}: ${name} has other guards by now; \`npm run prove -- --guards --write\` asks anew`];
  });
  return [...stale, ...others, ...guards];
}
