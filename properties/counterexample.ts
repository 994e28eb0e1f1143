/** Counterexamples to leaving out a rule: the shortest sequence of calls after which something is lost. */
import type { ClauseId } from '../spec/clauses.generated.ts';
import type { Call, Machine } from '../spec/machine.ts';
import { readCall, writeCall } from './names.ts';
import type { WrittenCall } from './names.ts';
import type { Law } from './property.ts';
import type { NamedWorld } from './worlds.ts';

export interface LeftOut {
  readonly call: string;
  readonly clause: ClauseId;
}

/** As it is written to a file. */
export interface Counterexample {
  readonly name: string;
  readonly profile: string;
  readonly world: string;
  readonly without: LeftOut;
  /** The clause that the last call breaks. */
  readonly breaks: string;
  readonly property: string;
  readonly calls: readonly WrittenCall[];
}

const kebab = (words: string): string =>
  words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

export function writeCounterexample(
  machine: Machine,
  named: NamedWorld,
  without: LeftOut,
  law: Law,
  calls: readonly Call[],
): Counterexample {
  return {
    name: `${kebab(without.clause)}.${kebab(law.loss)}`,
    profile: machine.profile.name,
    world: named.name,
    without,
    breaks: law.clause,
    property: law.says,
    calls: calls.map((call) => writeCall(machine, call)),
  };
}

export const callsOf = (machine: Machine, counterexample: Counterexample): Call[] =>
  counterexample.calls.map((call) => readCall(machine, call));
