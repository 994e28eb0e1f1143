/**
 * `npm run faults [-- FAULT…]`: hunts for every named fault of the reference model with five seeds, prints how long it
 * took, and writes a counterexample that is shorter than the one under `counterexamples/faults/`; then the same for
 * verifiers of evidence with two seeds, where the smallest is written. Fails if a fault is not found.
 */
import { readFileSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { faults } from '../../counterexamples/faults/all.ts';
import { flawOfFault, writeRun } from '../../properties/machine/fault.ts';
import type { Fault, FaultCounterexample } from '../../properties/machine/fault.ts';
import { huntFault, shrinkCaught } from '../../properties/machine/hunt.ts';
import { exitStatus, print } from '../output.ts';
import { huntEvidenceFaults } from './evidence.ts';

const folder = join(import.meta.dirname, '../../counterexamples/faults');
const seeds = [1, 2, 3, 4, 5];
/** Sequences after which a hunt is given up. */
const mostRuns = 10_000;

interface Hunted {
  readonly runs: number;
  readonly seconds: number;
  readonly found: number;
  readonly counterexample: FaultCounterexample;
}

function hunted(fault: Fault, seed: number): Hunted | undefined {
  const before = process.cpuUsage();
  const caught = huntFault(fault, seed, mostRuns);
  if (caught === undefined) return undefined;
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  const { moves, broken } = shrinkCaught(caught);
  const counterexample = writeRun(caught.lab, moves, broken, fault);
  return { runs: caught.runs, seconds, found: caught.moves.length, counterexample };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const size = ({ calls, schedule }: FaultCounterexample): number => calls.length + (schedule?.length ?? 0) / 10;

/** Writes the counterexample of a fault, unless the one that is there is sound and no longer. */
function keep(fault: Fault, found: FaultCounterexample): void {
  const files = readdirSync(folder).filter((name) => name.startsWith(`${fault.id}.`));
  const known = files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as FaultCounterexample);
  if (known.some((one) => size(one) <= size(found) && flawOfFault(fault, one) === undefined)) return;
  for (const name of files) unlinkSync(join(folder, name));
  writeFileSync(join(folder, `${found.name}.json`), `${JSON.stringify(found, null, 2)}\n`);
}

const wanted = new Set(process.argv.slice(2));
const missed: string[] = [];
let total = 0;
const ofModel = faults.filter(({ id }) => wanted.size === 0 || wanted.has(id));
if (ofModel.length > 0)
  print(
    `${'fault'.padEnd(33)}${'clause'.padEnd(23)}${'runs'.padStart(6)}${'seconds'.padStart(9)}${'found at'.padStart(10)}${'shrunk to'.padStart(11)}`,
  );
for (const fault of ofModel) {
  const all = seeds.flatMap((seed) => hunted(fault, seed) ?? []);
  const sound = all.filter(({ counterexample }) => flawOfFault(fault, counterexample) === undefined);
  const best = sound.sort((a, b) => size(a.counterexample) - size(b.counterexample))[0];
  if (best === undefined || all.length < seeds.length) missed.push(fault.id);
  if (best === undefined) {
    const flaw = all[0] && flawOfFault(fault, all[0].counterexample);
    print(`${fault.id.padEnd(33)}not found in ${mostRuns} sequences${flaw ? `: ${flaw}` : ''}`);
    continue;
  }
  const { counterexample } = best;
  const of = (pick: (one: Hunted) => number): number => median(all.map(pick));
  print(
    `${fault.id.padEnd(33)}${counterexample.breaks.padEnd(23)}${String(of((one) => one.runs)).padStart(6)}${of(
      (one) => one.seconds,
    )
      .toFixed(2)
      .padStart(
        9,
      )}${String(of((one) => one.found)).padStart(10)}${String(counterexample.calls.length).padStart(11)}${all.length < seeds.length ? `   found with ${all.length} of ${seeds.length} seeds` : ''}`,
  );
  total += of((one) => one.seconds);
  keep(fault, counterexample);
}
missed.push(...huntEvidenceFaults(wanted));
print(
  missed.length > 0
    ? `\nnot always found: ${missed.join(', ')}`
    : `\nevery fault found; the medians add up to ${total.toFixed(1)} s`,
);
process.exitCode = missed.length > 0 ? exitStatus.violated : exitStatus.holds;
