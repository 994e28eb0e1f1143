/** Two CPUs, each making a call about the same thing, in every scene: every pair of calls, on every schedule. */
import type { WrittenCall } from '../judge/written-call.ts';
import { readCall } from '../judge/written-call.ts';
import { TwoRunHarness } from './two-run.ts';
import type { Move } from './performed.ts';
import type { Setup } from './two-run.ts';
import type { MachineViolation } from '../../properties/machine-law.ts';
import { schedulesOf } from './schedules.ts';
import type { Program, Programs, Step } from './schedules.ts';
import type { Scene } from './scenes.ts';

/** What was broken, by which calls, in which steps. */
export interface Race {
  readonly calls: Programs;
  readonly steps: readonly Step[];
  readonly violation: MachineViolation;
}

/** Steps that a CPU makes in a sequence, at the most. */
const mostSteps = 6;

interface Short {
  readonly calls: readonly Move[];
  readonly twice: readonly Program[];
}

/** One scene, and how many schedules of it have been run. */
export class Contention {
  readonly scene: Scene;
  readonly harness: TwoRunHarness;
  schedules = 0;
  /** Ends from which the host was seen to get everything back. */
  private readonly ends = new Set<string>();

  constructor(scene: Scene, setup: Setup = {}) {
    this.scene = scene;
    this.harness = new TwoRunHarness(scene, setup);
  }

  /** Every ordered pair of calls, one on each CPU. */
  pairs(): Programs[] {
    const [one = [], other = []] = [0, 1].map((cpu) => this.callsOn(cpu));
    return one.flatMap((first) => other.map((second): Programs => [[first], [second]]));
  }

  /** Two calls on one CPU beside one on the other: calls that do something here, in at most six steps on each CPU. */
  sequences(): Programs[] {
    const [one, other] = [this.shortOn(0), this.shortOn(1)];
    return [
      ...one.twice.flatMap((both) => other.calls.map((call): Programs => [both, [call]])),
      ...other.twice.flatMap((both) => one.calls.map((call): Programs => [[call], both])),
    ];
  }

  private shortOn(cpu: number): Short {
    const isShort = (...calls: readonly Move[]): boolean => (this.stepsOf(calls) ?? Infinity) <= mostSteps;
    const all = this.callsOn(cpu);
    const calls = all.filter((call) => isShort(call));
    const twice = calls.flatMap((first) => all.map((second) => [first, second] as const));
    return { calls, twice: twice.filter((both) => isShort(...both)) };
  }

  /** The steps of calls made one after the other, with nobody beside them, if each changes or reads something. */
  private stepsOf(calls: readonly Move[]): number | undefined {
    const { harness } = this;
    harness.reset();
    const before = harness.steps;
    for (const call of calls) harness.perform(call);
    const isBusy = calls.every(
      (call, i) => harness.wrote[i] === true || harness.spec.rule(call.call).rule.answer === 'value',
    );
    return isBusy ? harness.steps - before : undefined;
  }

  /** What breaks first on any schedule of these calls. */
  race(calls: Programs): Race | undefined {
    for (const { steps, violation } of schedulesOf(this.harness, calls)) {
      this.schedules++;
      const worse = violation ?? this.endViolation();
      if (worse !== undefined) return { calls, steps, violation: worse };
    }
    return undefined;
  }

  /** What breaks when the host takes everything back; ends that are alike are looked at once. */
  private endViolation(): MachineViolation | undefined {
    const { harness, ends } = this;
    const end = harness.standing;
    if (ends.has(end)) return undefined;
    // why: whether an end was seen before depends on which pairs were run; what a pair counts and finds must not.
    const violation = harness.subjects.uncounted(() => harness.end());
    if (violation === undefined) ends.add(end);
    return violation;
  }

  /** Every call about what the scene is about; of guests those that are loaded on the CPU. */
  private callsOn(cpu: number): Move[] {
    const { spec, machine } = this.harness;
    this.harness.reset();
    const loaded = machine.cpus[cpu]?.loaded;
    const own = loaded && { vm: [`VM${loaded.vm.slot}`], vcpu: [String(loaded.index)] };
    return [...spec.rules.values()].flatMap(({ rule, names }) => {
      if (rule.actor === 'guest' && own === undefined) return [];
      const about = rule.actor === 'guest' ? { ...this.scene.about, ...own } : this.scene.about;
      return choices(about, names).map((args) => readCall(spec, { call: rule.call, cpu, args }));
    });
  }
}

/** All ways to choose one value for each name; a name that the scene has nothing for is left to the call. */
function choices(about: Scene['about'], names: readonly string[]): WrittenCall['args'][] {
  return names.reduce<WrittenCall['args'][]>(
    (all, name) => {
      const values = about[name];
      return values === undefined ? all : all.flatMap((args) => values.map((value) => ({ ...args, [name]: value })));
    },
    [{}],
  );
}
