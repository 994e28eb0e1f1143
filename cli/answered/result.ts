/** What real hypervisors have answered, as it is kept: which guards have refused a call, by release. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { CallCoverage } from '../../search/judge/coverage.ts';
import { nameOfPair, pairsIn } from '../../search/judge/pairs.ts';
import type { TranscriptHeader } from '../../spec/transcript.ts';

type Target = Pick<TranscriptHeader['target'], 'release' | 'machine'>;

export interface Answered {
  readonly release: string;
  readonly machine: string;
  readonly profile: string;
  /** The day of the hunt; nothing where these are the recordings, which do not tell. */
  readonly on?: string;
  readonly calls: number;
  /** For each call, the clauses of the guards that have refused it. */
  readonly refused: Readonly<Record<string, readonly string[]>>;
  /** Pairs of guards that failed together, and were answered by the first. */
  readonly pairs: readonly string[];
}

const file = new URL('../../search/conformance/answered.json', import.meta.url);

export const readAnswered = (): readonly Answered[] => JSON.parse(readFileSync(file, 'utf8')) as Answered[];

export const writeAnswered = (answered: readonly Answered[]): void =>
  writeFileSync(file, `${JSON.stringify(answered, undefined, 1)}\n`);

export function answeredBy({ release, machine }: Target, profile: string, covered: readonly CallCoverage[]): Answered {
  const ends = covered.map(({ done, refused }) => refused.reduce((sum, { count }) => sum + count, done));
  const refused = covered.flatMap(({ call, refused: guards }) => {
    const clauses = guards.flatMap(({ clause, count }) => (count > 0 ? [clause] : []));
    return clauses.length === 0 ? [] : [[call, clauses] as const];
  });
  const calls = ends.reduce((sum, one) => sum + one, 0);
  const pairs = pairsIn(covered).map(nameOfPair).sort();
  return { release, machine, profile, calls, refused: Object.fromEntries(refused), pairs };
}
