/** What campaigns on a patched hypervisor came to, as it is kept beside the patches. */
import type { Difference } from '../../search/conformance/difference.ts';
import type { Patch } from '../../targets/linux-pkvm/kernel/patch.ts';
import { formatQuestion } from '../format.ts';
import type { Campaigns } from './campaigns.ts';

/** How many seeds are tried at most. */
export const seedCount = 3;

export interface Result {
  readonly date: string;
  /** The package that was built, and the machine that ran it. */
  readonly source: string;
  readonly machine: string;
  /** How many seeds were tried: the next only where the one before met no wrong answer. */
  readonly seeds: number;
  /** Calls with each seed. */
  readonly calls: number;
  /** How long to look for a shorter sequence, in seconds. */
  readonly shrinkLimit: number;
  /** Whether the last seed met a wrong answer; after how many steps and seconds in all. */
  readonly found: boolean;
  readonly steps?: number;
  readonly seconds?: number;
  readonly shrunk?: Shown;
}

/** The shortest sequence, and how its last answer differs. */
interface Shown extends Difference {
  readonly last: string;
  /** How long it took to get there. */
  readonly seconds?: number;
  readonly sequence: readonly string[];
}

/** A patch, and what is known of it. */
export interface Row {
  readonly patch: Patch;
  readonly result: Result | undefined;
}

type Setting = Pick<Result, 'date' | 'source' | 'machine' | 'calls' | 'shrinkLimit'>;

export function resultOf({ seeds, found, shrunk, shrinkSeconds }: Campaigns, setting: Setting): Result {
  const base = { ...setting, seeds, found: found !== undefined };
  const last = shrunk?.met.questions.at(-1);
  if (found === undefined || shrunk === undefined || last === undefined) return base;
  const { difference, questions } = shrunk.met;
  return {
    ...base,
    steps: found.steps,
    seconds: Number(found.seconds.toFixed(1)),
    shrunk: {
      ...difference,
      last: last.op,
      seconds: Number(shrinkSeconds.toFixed(1)),
      sequence: questions.map(formatQuestion),
    },
  };
}

/** What is harmless comes first, then faults that were once there, then those made up. */
export function rowsOf(patches: readonly Patch[], results: Readonly<Record<string, Result>>): Row[] {
  const rank = ({ kind, from }: Patch): number => (kind === 'harmless' ? 0 : from === undefined ? 2 : 1);
  return [...patches].sort((a, b) => rank(a) - rank(b)).map((patch) => ({ patch, result: results[patch.name] }));
}

/** Is it as it has to be? A fault that no campaign can see need not be found. */
export function isRight({ patch, result }: Row): boolean {
  if (result === undefined) return false;
  return patch.kind === 'harmless' ? !result.found : result.found || patch.unseen !== undefined;
}

/** The law that the patch breaks, and the clause by which the last call should have been refused. */
export const breaks = ({ patch, result }: Row): string[] => [
  ...new Set([patch.breaks, result?.shrunk?.clause].filter((clause) => clause !== undefined)),
];

export function verdict({ patch, result }: Row): string {
  if (result === undefined) return 'not searched for';
  const [yes, no] = patch.kind === 'harmless' ? ['flagged', 'not flagged'] : ['found', 'not found'];
  if (!result.found) return no;
  return result.seeds > 1 ? `${yes} with seed ${result.seeds} of ${seedCount}` : yes;
}

/** How it shows: the last call of the shrunk sequence, what it answered, and what it should have. */
export function shows({ result }: Row): string {
  if (result?.shrunk === undefined) return '';
  const { last, what, expected, got } = result.shrunk;
  return what === 'panic' ? `${last} stops the hypervisor` : `${last}: ${what} ${got}, not ${expected}`;
}
