/** Faults that sequences of calls show: searches for each, and keeps the shortest sequence. */
import type { Counterexample } from '../../search/counterexamples/file.ts';
import type { Kind } from '../../mutants/kinds.ts';
import type { Caught, NamedFault } from '../../mutants/fault.ts';
import { print } from '../output.ts';
import { keepSmallest } from './files.ts';

/** Every fault is searched for with each of these. */
export const seeds: readonly number[] = [1, 2, 3, 4, 5];
/** Sequences after which a campaign is given up. */
const mostRuns = 10_000;

type Detect<F> = (fault: F, seed: number, most: number) => Promise<Caught<Counterexample> | undefined>;

/** What a campaign caught, and how many seconds of processor time it took; nothing if the fault is not found. */
export async function timed<F>(
  detect: Detect<F>,
  fault: F,
  seed: number,
): Promise<(Caught<Counterexample> & { seconds: number }) | undefined> {
  const before = process.cpuUsage();
  const caught = await detect(fault, seed, mostRuns);
  const { user, system } = process.cpuUsage(before);
  return caught && { ...caught, seconds: (user + system) / 1e6 };
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Fewer calls are better, then a last call that is refused without the fault, then fewer interruptions. */
const size = ({ calls, refused, schedule }: Counterexample): number =>
  calls.length + (refused === undefined ? 0.5 : 0) + (schedule?.length ?? 0) / 100;
/** Of several of one size, the one that is told in the fewest letters. */
const letters = ({ calls }: Counterexample): number => JSON.stringify(calls).length;

const columns = (fault: string, clause: string, ...numbers: readonly (string | number)[]): string =>
  `${fault.padEnd(33)}${clause.padEnd(23)}${numbers.map((one) => String(one).padStart(10)).join('')}`;

/**
 * Searches for the wanted faults of a kind, or for all if none is wanted; gives those that were not found with every
 * seed.
 */
export async function detectBySequences<F extends NamedFault>(
  title: string,
  kind: Kind<F, Counterexample>,
  detect: Detect<F>,
  wanted: ReadonlySet<string>,
): Promise<readonly string[]> {
  const chosen = kind.faults.filter(({ id }) => wanted.size === 0 || wanted.has(id));
  if (chosen.length === 0) return [];
  print(columns(title, 'clause', 'runs', 'seconds', 'found at', 'shrunk to', 'shortest'));
  let total = 0;
  const missed: string[] = [];
  for (const fault of chosen) {
    const detections: (Caught<Counterexample> & { seconds: number })[] = [];
    for (const seed of seeds) {
      const caught = await timed(detect, fault, seed);
      if (caught !== undefined) detections.push(caught);
    }
    const ends = (await Promise.all(detections.map(({ shrunk }) => shrunk()))).sort((a, b) => letters(a) - letters(b));
    const seconds = median(detections.map((one) => one.seconds));
    total += seconds;
    print(
      columns(
        fault.id,
        ends[0]?.breaks ?? `found with ${detections.length} of ${seeds.length} seeds`,
        median(detections.map(({ runs }) => runs)),
        seconds.toFixed(2),
        median(detections.map(({ found }) => found)),
        median(ends.map(({ calls }) => calls.length)),
        keepSmallest(kind, fault, ends, size)?.calls.length ?? 'none is sound',
      ),
    );
    if (detections.length < seeds.length) missed.push(fault.id);
  }
  print(`the medians add up to ${total.toFixed(1)} s\n`);
  return missed;
}
