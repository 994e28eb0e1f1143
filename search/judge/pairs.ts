/** Which pairs of guards can fail together, as far as that is known, and which of them a run has seen. */
import { pairsByProfile } from './pairs.generated.ts';
import type { CallCoverage, SeenPair } from './coverage.ts';

/** A guard that refuses a call, and another that fails there too. */
export type Pair = Pick<SeenPair, 'first' | 'other'> & { readonly call: string };

/** The pairs that some sequence of the rules of a profile has shown; nothing of a profile that was not searched. */
export const knownPairs = (profile: string): readonly Pair[] =>
  Object.entries(pairsByProfile[profile] ?? {}).flatMap(([call, byFirst]) =>
    Object.entries(byFirst).flatMap(([first, others]) => others.split(' ').map((other) => ({ call, first, other }))),
  );

export const pairsIn = (coverage: readonly CallCoverage[]): readonly Pair[] =>
  coverage.flatMap(({ call, pairs }) => pairs.map(({ first, other }) => ({ call, first, other })));

export const nameOfPair = ({ call, first, other }: Pair): string => `${call} ${first} ${other}`;

/** The pairs of a profile by their names: those that a run has seen, and those that its calls could have shown. */
export interface PairsSeen {
  readonly profile: string;
  readonly seen: readonly string[];
  readonly unseen: readonly string[];
}

export function pairsSeen(profile: string, coverage: readonly CallCoverage[]): PairsSeen {
  const seen = new Set(pairsIn(coverage).map(nameOfPair));
  const calls = new Set(coverage.map(({ call }) => call));
  const known = knownPairs(profile).filter(({ call }) => calls.has(call));
  const unseen = known.map(nameOfPair).filter((name) => !seen.has(name));
  return { profile, seen: [...seen], unseen };
}

/** Of all profiles together, in one line; nothing where no two guards can fail together. */
export function linesOfPairs(all: readonly PairsSeen[]): string[] {
  const count = (of: (one: PairsSeen) => readonly string[]): number =>
    all.reduce((sum, one) => sum + of(one).length, 0);
  const [seen, unseen] = [count((one) => one.seen), count((one) => one.unseen)];
  if (seen + unseen === 0) return [];
  return [`pairs of guards   ${seen} of ${seen + unseen} that can fail together, with different errors, did so`];
}
