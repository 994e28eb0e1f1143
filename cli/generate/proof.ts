/** Writes docs/proof.md: what is proved, for which profiles, and what is taken for granted. */
import { consequences, invariantsOf } from '../../properties/invariant/all.ts';
import type { Invariant } from '../../properties/invariant/invariant.ts';
import { wordsOf } from '../../spec/language/words.ts';
import type { Profile } from '../../spec/profile.ts';
import { conditionsOf } from '../../search/prove/prove.ts';
import { resultsPath } from '../../search/prove/results.ts';
import type { ProofResult } from '../../search/prove/results.ts';
import { clauseLink, generatedFrom, type Place, table } from './markdown.ts';

export function renderProof(
  results: readonly ProofResult[],
  profiles: readonly Profile[],
  places: ReadonlyMap<string, Place>,
): string {
  const known = profiles.filter(({ name }) => results.some(({ profile }) => profile === name));
  const invariants = [...new Set(known.flatMap(invariantsOf))];
  const rows = (some: readonly Invariant[]): string[][] =>
    some.map(({ clause, name, statement, holds }) => [name, clauseLink(clause, places), statement, wordsOf(holds)]);
  const head = ['name', 'clause', 'in words', 'as a term'];
  return `${[
    generatedFrom(`properties/invariant, search/prove and ${resultsPath}`),
    '',
    '# What is proved',
    '',
    'The invariants below are inductive. They hold at the start, and it is proved of every call, with any arguments, from any state in which all of them hold, that they hold afterwards: when the call is done, and after each step that stays if it is refused. States have any number of pages, frames, VMs, vCPUs, CPUs and devices. Two solvers, z3 and cvc5, are asked whether the opposite is possible, and both have to say no. `npm run prove` asks them anew.',
    '',
    ...table(
      ['profile', 'calls', 'conditions', 'proved'],
      results.map(({ profile, calls, conditions, proved }) => [profile, ...[calls, conditions, proved].map(String)]),
    ),
    '',
    'The profile linux-6.1 is not among them: `npm run prove -- linux-6.1` fails at “no memory” of `host_share_hyp`, which is CVE-2023-21264.',
    '',
    '## Invariants',
    '',
    ...table(head, rows(invariants)),
    '',
    'Two counts are kept beside them: the share count of a page is never below the number of entries of VMs that lend it, nor its count of device mappings below the number of device mappings of it (`search/prove/tally.ts`).',
    '',
    '## What follows from them',
    '',
    ...table(head, rows(consequences)),
    '',
    'Guards that are said never to refuse are proved not to, where the invariants are enough for it: each is a condition of its call.',
    '',
    '## Nobody else learns it',
    '',
    'The unwinding conditions of noninterference are proved of every call and of every actor: the host, VMs, devices and the secure world ([MEM-CONFIDENTIAL](spec/memory.md#mem-confidential)). Take two states that differ only in the contents of the pages that one VM has to itself, those that the host has lost to it. After any call with the same arguments they still differ only there, and whoever makes the call is answered the same in both. What is recorded of pages, entries, VMs and vCPUs does not depend on contents at all. The VM may store something else in each of the two states. What it shares, or stores in a page that it shares, it shows: for its own `guest_mem_share` and `guest_write` that page is left out. It is assumed that every device is behind an IOMMU (`DMA-SOC`).',
    '',
    '## What is taken for granted',
    '',
    '- Rules, invariants and conditions are read as `search/prove/smt.ts` writes them. Tests hold what it writes of guards against the compiled rules in the states of a walk.',
    '- Products, remainders and sets of permissions are not computed with, beyond the lines in `search/prove/assumptions.ts`; that a vCPU has one VM and one index is said there as well.',
    '- Of a loop that goes through a list or writes to places of its own choice only this is known afterwards: the invariants hold, since a round keeps them.',
    '- What [assurance](assurance.md) lists and this page does not is sampled and searched, not proved.',
  ].join('\n')}\n`;
}

/** Why the result that is kept is not one of today's rules, if it is not. */
export function checkProof(results: readonly ProofResult[], profiles: readonly Profile[]): string[] {
  return results.flatMap(({ profile, calls, conditions, proved }) => {
    const found = profiles.find(({ name }) => name === profile);
    if (found === undefined) return [`${resultsPath}: no profile ${profile}`];
    const asked = conditionsOf(found).flatMap((groups) => groups.flatMap((group) => group.conditions)).length;
    if (asked !== conditions || found.rules.size !== calls)
      return [`${resultsPath}: ${profile} has other conditions by now; \`npm run prove -- --write\` asks anew`];
    return proved < conditions
      ? [`${resultsPath}: ${conditions - proved} conditions of ${profile} are not proved`]
      : [];
  });
}
