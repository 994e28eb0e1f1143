/** A hunt: sequence after sequence in one world under one profile, until a property breaks or nobody wants more. */
import { Machine } from '../../spec/machine.ts';
import type { Call } from '../../spec/machine.ts';
import type { LeftOut } from './counterexample.ts';
import type { Coverage } from './coverage.ts';
import type { Violation } from './judge.ts';
import { writeCall } from './written-call.ts';
import type { WrittenCall } from './written-call.ts';
import { isWitness } from '../../properties/property.ts';
import type { Property, Witness } from '../../properties/property.ts';
import { Replay, asSequence } from './replay.ts';
import { shrink } from '../shrink/shrink.ts';
import type { Suite } from '../scopes/suites.ts';
import { Walk } from '../generate/walk.ts';

/** A violation, shrunk to the fewest calls and the plainest arguments. */
export interface Finding {
  readonly violation: Violation;
  readonly calls: readonly WrittenCall[];
  /** How many calls the sequence had when it was found. */
  readonly foundAt: number;
}

export class Hunt {
  readonly suite: Suite;
  readonly machine: Machine;
  readonly properties: readonly Property[];
  runs = 0;
  calls = 0;
  private readonly walk: Walk;

  constructor(suite: Suite, propertiesOf: (machine: Machine) => readonly Property[], without?: LeftOut) {
    this.suite = suite;
    this.machine = new Machine(suite.profile, suite.named.world, without);
    this.properties = propertiesOf(this.machine).filter((property) => !suite.unsafe || isWitness(property));
    this.walk = new Walk(this.machine, suite.named, this.properties);
  }

  get coverage(): Coverage {
    return this.walk.coverage;
  }
  get unseen(): readonly Witness[] {
    return this.walk.judge.unseen;
  }

  /** One more sequence. The same seed draws the same sequence. */
  next(seed: number, length: number): Finding | undefined {
    const { steps, violation } = this.walk.run(seed, length);
    this.runs++;
    this.calls += steps;
    return violation && this.shrunk(violation);
  }

  private shrunk(violation: Violation): Finding {
    const { machine, suite, properties } = this;
    const found = asSequence(machine, suite.named, this.walk.calls());
    const calls: readonly Call[] = shrink(
      new Replay(machine, suite.named, properties),
      found,
      violation.property.clause,
    );
    return { violation, calls: calls.map((call) => writeCall(machine, call)), foundAt: found.length };
  }
}

/** A seed for one sequence, from the seed of the whole run. */
export function seedFor(master: number, hunt: number, run: number): number {
  let mixed = (master ^ Math.imul(hunt + 1, 0x9e3779b1) ^ Math.imul(run + 1, 0x85ebca6b)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
