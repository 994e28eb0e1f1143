/** What races on a patched hypervisor came to, as it is kept beside the patches. */
import { fileURLToPath } from 'node:url';
import type { PairFound, PairTally } from '../../../search/pairs/hunt.ts';
import { turnsOf } from '../../../search/pairs/schedules.ts';
import { patchesIn } from '../../../targets/linux-pkvm/kernel/patch.ts';
import type { Patch } from '../../../targets/linux-pkvm/kernel/patch.ts';
import { formatQuestion } from '../../format.ts';
import { showsOf } from '../../pairs/text.ts';
import { readResults } from '../files.ts';

/** A pair of calls that no order explains, on a schedule with as few switches as possible. */
interface Shown {
  readonly pair: readonly [string, string];
  /** How often a CPU was taken from its call. */
  readonly switches: number;
  readonly schedule: string;
  readonly shows: string;
}

export interface RaceResult {
  readonly date: string;
  readonly source: string;
  readonly machine: string;
  readonly scene: string;
  /** How long was searched at most, in seconds. */
  readonly limit: number;
  /** Until it was found; else all, or as many as there was time for. */
  readonly schedules: number;
  readonly points: number;
  /** Whether every schedule of at most two switches was run, or it was found. */
  readonly isComplete: boolean;
  readonly found?: Shown;
}

/** A patch, and what is known of it. */
export interface RaceRow {
  readonly patch: Patch;
  readonly result: RaceResult | undefined;
}

type Setting = Pick<RaceResult, 'date' | 'source' | 'machine' | 'scene' | 'limit' | 'isComplete'>;

export const raceResultOf = (
  { schedules, steps }: PairTally,
  found: PairFound | undefined,
  setting: Setting,
): RaceResult => ({ ...setting, schedules, points: steps, ...(found && { found: shownOf(found) }) });

function shownOf(found: PairFound): Shown {
  const words = (questions: PairFound['pair'][number]): string => questions.map(formatQuestion).join(', ');
  const turns = turnsOf(found.followed.steps);
  return {
    pair: [words(found.pair[0]), words(found.pair[1])],
    switches: Math.max(0, found.schedule.length - 1),
    schedule: turns.map(({ cpu, steps }) => `CPU ${cpu} × ${steps}`).join(', '),
    shows: showsOf(found),
  };
}

/** The races that are planted in a folder, and what its results say of them. */
export function raceRowsIn(folder: URL): RaceRow[] {
  const results = readResults<RaceResult>(new URL('results.json', folder));
  return patchesIn(fileURLToPath(folder)).map((patch) => ({ patch, result: results[patch.name] }));
}

/** Is it as it has to be? A fault that cannot be seen need not be found. */
export function isRaceRight({ patch, result }: RaceRow): boolean {
  if (result === undefined) return false;
  return patch.kind === 'harmless' ? !result.found : result.found !== undefined || patch.unseen !== undefined;
}
