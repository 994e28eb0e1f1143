/** On what grounds each clause is said to hold: where it is sampled, in which small worlds it is exhausted, where it is proved. */
import type { World } from '../../search/explore/results.ts';
import { worldName, worldsPath } from '../../search/explore/results.ts';
import { lawsOf } from '../../search/prove/laws.ts';
import { allSolvers, assumedOf, secretIn } from '../../search/prove/prove.ts';
import { exhaustiveSuites, largerSuites } from '../../search/scopes/exhaustive.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Profile } from '../../spec/profile.ts';
import type { ProofResult } from '../../search/prove/results.ts';
import type { Results } from '../cross-check/results.ts';
import type { Clause } from './clauses.ts';
import { clauseLink, table } from './markdown.ts';
import type { Place } from './markdown.ts';

export interface Exhausted {
  readonly world: string;
  readonly states: number;
  /** Other engines that counted the same states and transitions in it. */
  readonly countedBy: readonly string[];
}

/** For any sizes. */
export interface Proved {
  readonly profile: string;
  /** Laws of the clause that are proved, of those that there are. */
  readonly laws: number;
  readonly of: number;
  readonly by: readonly string[];
  readonly assuming: readonly ClauseId[];
}

export interface Grounds {
  /** Profiles in whose drawn sequences of calls it is judged; `model` and `evidence` where their laws judge it. */
  readonly sampled: readonly string[];
  readonly exhaustive: readonly Exhausted[];
  readonly proved: readonly Proved[];
}

export interface Runs {
  /** By profile, model or evidence: the clauses of the laws that are judged in its samples. */
  readonly sampled: ReadonlyMap<string, ReadonlySet<string>>;
  readonly worlds: readonly World[];
  readonly crossChecked: Results;
  readonly proofs: readonly ProofResult[];
  readonly profiles: readonly Profile[];
}

export function groundsOf({ sampled, worlds, crossChecked, proofs, profiles }: Runs): (clause: string) => Grounds {
  // why: a world may have changed since others counted it.
  const countersOf = ({ world, states }: World): string[] =>
    crossChecked.worlds.flatMap((one) => (one.world === world && one.states === states ? Object.keys(one.others) : []));
  const wholly = proofs.filter(({ conditions, proved }) => proved === conditions).map(({ profile }) => profile);
  const known = profiles.filter(({ name }) => wholly.includes(name)).map(clausesProved);
  return (clause) => ({
    sampled: [...sampled].filter(([, clauses]) => clauses.has(clause)).map(([where]) => where),
    exhaustive: worlds
      .filter(({ judged }) => judged.includes(clause))
      .map((one) => ({ world: one.world, states: one.states, countedBy: countersOf(one) })),
    proved: known.flatMap(({ profile, assuming, proved, open }) => {
      const laws = proved.filter((one) => one === clause).length;
      const of = laws + open.filter((one) => one === clause).length;
      return laws === 0 ? [] : [{ profile, laws, of, by: allSolvers, assuming }];
    }),
  });
}

/** The clauses of a profile's laws, each as often as there are laws of it. */
function clausesProved(profile: Profile) {
  const { invariants, consequences, steps, unproved } = lawsOf(profile);
  const proved = [...invariants, ...consequences, ...steps].map(({ clause }) => clause);
  return {
    profile: profile.name,
    assuming: assumedOf(profile),
    proved: [...proved, ...secretIn(profile)],
    open: unproved.map(({ law }) => law.clause),
  };
}

/** Why the results that are kept of small worlds are not those of today's, if they are not. */
export function checkWorlds({ worlds }: Runs): readonly string[] {
  const names = [...exhaustiveSuites, ...largerSuites].map(worldName);
  return worlds.map(({ world }) => world).join() === names.join()
    ? []
    : [`${worldsPath}: there are other worlds by now; \`npm run complete -- --write\` searches them`];
}

const number = (value: number): string => value.toLocaleString('en-US');

/** The largest of the worlds, how many there are, and who else has counted them. */
function exhaustiveWords(worlds: readonly Exhausted[]): string {
  const [largest] = worlds.toSorted((one, other) => other.states - one.states);
  if (largest === undefined) return '';
  const counted = worlds.filter(({ countedBy }) => countedBy.length > 0).length;
  const size = `${largest.world}, ${number(largest.states)} states`;
  const most = worlds.length === 1 ? size : `${worlds.length} worlds, the largest ${size}`;
  return counted === 0 ? most : `${most}; ${worlds.length === 1 ? '' : `${counted} `}counted by others`;
}

const provedWords = (proved: readonly Proved[]): string =>
  proved.map(({ profile, laws, of }) => (laws === of ? profile : `${profile} (${laws} of its ${of} laws)`)).join(', ');

/** The same in lines of text. */
export const groundsLines = ({ sampled, exhaustive, proved }: Grounds): readonly string[] =>
  [
    ['sampled', sampled.join(', ')],
    ['exhaustive', exhaustiveWords(exhaustive)],
    ['proved', provedWords(proved)],
  ].flatMap(([kind, words]) => (words === '' ? [] : [`${kind}: ${words}`]));

/** A row for each clause that something judges. */
export function groundsTable(
  clauses: readonly Clause[],
  groundsFor: (clause: string) => Grounds,
  places: ReadonlyMap<string, Place>,
): readonly string[] {
  const judged = clauses.map(({ id }) => ({ id, ...groundsFor(id) })).filter(({ sampled }) => sampled.length > 0);
  const count = (of: (one: (typeof judged)[number]) => readonly unknown[]): string =>
    number(judged.filter((one) => of(one).length > 0).length);
  return [
    `${number(judged.length)} clauses are judged in samples; ${count((one) => one.exhaustive)} of them also in every state of a small world, and ${count((one) => one.proved)} are proved. The other clauses are upheld by guards and checks alone ([matrix](matrix.md)). What is proved is said by ${allSolvers.join(' and ')}, for any sizes; where there are pages it is assumed that every device is behind an IOMMU (DMA-SOC). Of the worlds, some were counted by other model checkers as well ([results](cross-check.md)).`,
    '',
    ...table(
      ['clause', 'sampled', 'exhaustive', 'proved'],
      judged.map(({ id, sampled, exhaustive, proved }) => [
        clauseLink(id, places),
        sampled.join(', '),
        exhaustiveWords(exhaustive),
        provedWords(proved),
      ]),
    ),
  ];
}
