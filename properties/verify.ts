/** The default run: sequences drawn in every world, judged by the properties of the chapters that are asked for. */
import { Machine } from '../spec/machine.ts';
import type { Call } from '../spec/machine.ts';
import type { Profile } from '../spec/profile.ts';
import { chapters } from './chapters.ts';
import { Coverage } from './coverage.ts';
import { writeCall } from './names.ts';
import type { WrittenCall } from './names.ts';
import { isLaw, isWitness } from './property.ts';
import type { Law, Property, Witness } from './property.ts';
import { Random } from './random.ts';
import { asSequence, Replay } from './sequence.ts';
import { shrink } from './shrink.ts';
import { Walk } from './walk.ts';
import type { NamedWorld } from './worlds.ts';

export interface Task {
  readonly profile: Profile;
  readonly worlds: readonly NamedWorld[];
  /** Names of chapters; all where none is given. */
  readonly chapters?: readonly string[];
  readonly seed: number;
  /** Sequences for each world; their lengths are drawn up to `length`. */
  readonly runs: number;
  readonly length: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Asked between two sequences. */
  readonly shouldStop?: () => boolean;
}

export interface Progress {
  readonly world: string;
  readonly runs: number;
  readonly steps: number;
}

export interface Failure {
  readonly world: string;
  readonly law: Law;
  readonly calls: readonly WrittenCall[];
  /** The seed of the sequence that broke it, before it was shrunk. */
  readonly seed: number;
}

export interface WorldReport {
  readonly world: string;
  readonly steps: number;
  readonly runs: number;
  readonly coverage: Coverage;
  readonly failure?: Failure;
}

export interface Report {
  readonly worlds: readonly WorldReport[];
  readonly laws: readonly Law[];
  readonly seen: readonly Witness[];
  readonly unseen: readonly Witness[];
  /** Calls never done and guards never reached in any world. */
  readonly holes: readonly string[];
  readonly stopped: boolean;
}

const propertiesOf = (machine: Machine, names: readonly string[] | undefined): Property[] =>
  Object.entries(chapters)
    .filter(([name]) => names === undefined || names.includes(name))
    .flatMap(([, chapter]) => chapter(machine));

export function verify(task: Task): Report {
  const reports: WorldReport[] = [];
  const seen = new Set<string>();
  for (const named of task.worlds) {
    if (task.shouldStop?.() === true) break;
    const machine = new Machine(task.profile, named.world);
    const { report, walk } = verifyIn(task, machine, named);
    reports.push(report);
    for (const witness of walk.judge.seen) seen.add(witness.says);
  }
  const machine = new Machine(task.profile, (task.worlds[0] as NamedWorld).world);
  const properties = propertiesOf(machine, task.chapters);
  const coverage = new Coverage(machine);
  for (const report of reports) coverage.merge(report.coverage);
  const witnesses = properties.filter(isWitness);
  return {
    worlds: reports,
    laws: properties.filter(isLaw),
    seen: witnesses.filter(({ says }) => seen.has(says)),
    unseen: witnesses.filter(({ says }) => !seen.has(says)),
    holes: coverage.holes(),
    stopped: reports.length < task.worlds.length || task.shouldStop?.() === true,
  };
}

function verifyIn(task: Task, machine: Machine, named: NamedWorld): { report: WorldReport; walk: Walk } {
  const properties = propertiesOf(machine, task.chapters);
  const walk = new Walk(machine, named, properties);
  const random = new Random(task.seed);
  let [runs, steps] = [0, 0];
  let failure: Failure | undefined;
  while (runs < task.runs && failure === undefined && task.shouldStop?.() !== true) {
    const seed = random.next();
    const walked = walk.run(seed, 1 + random.below(task.length));
    runs++;
    steps += walked.steps;
    if (walked.violation) {
      failure = tell(machine, named, properties, walk.calls(), walked.violation.property, seed);
    }
    task.onProgress?.({ world: named.name, runs, steps });
  }
  const report = { world: named.name, steps, runs, coverage: walk.coverage, ...(failure && { failure }) };
  return { report, walk };
}

function tell(
  machine: Machine,
  named: NamedWorld,
  properties: readonly Property[],
  calls: readonly Call[],
  law: Law,
  seed: number,
): Failure {
  const replay = new Replay(machine, named, properties);
  const shortest = shrink(replay, asSequence(machine, named, calls), law.clause);
  return { world: named.name, law, calls: shortest.map((call) => writeCall(machine, call)), seed };
}
