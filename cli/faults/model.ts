/** The faults of the reference model: hunts for each, and writes a counterexample that is shorter than the one there is. */
import { readFileSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { faults } from '../../counterexamples/faults/all.ts';
import { flawOfFault, writeRun } from '../../properties/machine/fault.ts';
import type { Fault, FaultCounterexample } from '../../properties/machine/fault.ts';
import { huntFault, shrinkCaught } from '../../properties/machine/hunt.ts';
import type { Caught } from '../../properties/machine/hunt.ts';
import { print } from '../output.ts';

const folder = join(import.meta.dirname, '../../counterexamples/faults');
/** Every fault is hunted for with each of these. */
export const seeds: readonly number[] = [1, 2, 3, 4, 5];
/** Sequences after which a hunt is given up. */
const mostRuns = 10_000;

/** A hunt, and how many seconds of processor time it took. */
export interface Hunt extends Caught {
  readonly seconds: number;
}

/** Nothing if the fault is not found. */
export function timedHunt(fault: Fault, seed: number): Hunt | undefined {
  const before = process.cpuUsage();
  const caught = huntFault(fault, seed, mostRuns);
  const { user, system } = process.cpuUsage(before);
  return caught && { ...caught, seconds: (user + system) / 1e6 };
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const size = ({ calls, schedule }: FaultCounterexample): number => calls.length + (schedule?.length ?? 0) / 10;

function shrunk(fault: Fault, { lab, ...caught }: Hunt): FaultCounterexample {
  const { moves, broken } = shrinkCaught({ lab, ...caught });
  return writeRun(lab, moves, broken, fault);
}

function filesOf(fault: Fault): Map<string, FaultCounterexample> {
  const names = readdirSync(folder).filter((name) => name.startsWith(`${fault.id}.`));
  const read = (name: string): FaultCounterexample =>
    JSON.parse(readFileSync(join(folder, name), 'utf8')) as FaultCounterexample;
  return new Map(names.map((name) => [name, read(name)]));
}

/** Keeps the shortest of what was found and what is there, where both are sound; gives its length. */
function keepShortest(fault: Fault, found: readonly FaultCounterexample[]): number | undefined {
  const files = filesOf(fault);
  const sound = [...files.values(), ...found].filter((one) => flawOfFault(fault, one) === undefined);
  const [best] = sound.sort((a, b) => size(a) - size(b));
  if (best === undefined || [...files.values()].includes(best)) return best?.calls.length;
  for (const name of files.keys()) unlinkSync(join(folder, name));
  writeFileSync(join(folder, `${best.name}.json`), `${JSON.stringify(best, null, 2)}\n`);
  return best.calls.length;
}

const columns = (fault: string, clause: string, ...numbers: readonly (string | number)[]): string =>
  `${fault.padEnd(33)}${clause.padEnd(23)}${numbers.map((one) => String(one).padStart(10)).join('')}`;

/** Hunts for the wanted faults, or for all if none is wanted; gives those that were not found with every seed. */
export function huntModelFaults(wanted: ReadonlySet<string>): readonly string[] {
  const chosen = faults.filter(({ id }) => wanted.size === 0 || wanted.has(id));
  if (chosen.length === 0) return [];
  print(columns('fault', 'clause', 'runs', 'seconds', 'found at', 'shrunk to', 'shortest'));
  let total = 0;
  const missed = chosen.filter((fault) => {
    const hunts = seeds.flatMap((seed) => timedHunt(fault, seed) ?? []);
    const ends = hunts.map((hunt) => shrunk(fault, hunt));
    const seconds = median(hunts.map((hunt) => hunt.seconds));
    total += seconds;
    print(
      columns(
        fault.id,
        ends[0]?.breaks ?? `found with ${hunts.length} of ${seeds.length} seeds`,
        median(hunts.map(({ runs }) => runs)),
        seconds.toFixed(2),
        median(hunts.map(({ moves }) => moves.length)),
        median(ends.map(({ calls }) => calls.length)),
        keepShortest(fault, ends) ?? 'none is sound',
      ),
    );
    return hunts.length < seeds.length;
  });
  print(`the medians add up to ${total.toFixed(1)} s`);
  return missed.map(({ id }) => id);
}
