/** Counterexamples as they are written to files: the shortest sequence of calls after which something is lost. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Call, TransitionSystem } from '../../spec/transition-system.ts';
import { readCall, writeCall } from './written-call.ts';
import type { WrittenCall } from './written-call.ts';
import type { Law } from '../../properties/property.ts';
import type { Scope } from '../scopes/linux.ts';

export interface LeftOut {
  readonly call: string;
  readonly clause: ClauseId;
}

/** A sequence of calls that breaks a clause. */
export interface WrittenSequence {
  readonly name: string;
  readonly profile: string;
  readonly scope: string;
  /** The clause that the last call breaks. */
  readonly breaks: string;
  readonly property: string;
  readonly calls: readonly WrittenCall[];
}

/** What breaks when a rule is left out. */
export interface Counterexample extends WrittenSequence {
  readonly without: LeftOut;
}

/** What is called by these words, as a part of a file's name. */
export const kebab = (words: string): string =>
  words
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** A sequence with what is wrong with the system that it breaks, and the name of that. */
export const writeSequence = <Wrong extends object>(
  system: TransitionSystem,
  scope: Scope,
  name: string,
  wrong: Wrong,
  law: Law,
  calls: readonly Call[],
): WrittenSequence & Wrong => ({
  name: `${kebab(name)}.${kebab(law.loss)}`,
  profile: system.profile.name,
  scope: scope.name,
  ...wrong,
  breaks: law.clause,
  property: law.statement,
  calls: calls.map((call) => writeCall(system, call)),
});

export const callsOf = (system: TransitionSystem, { calls }: Pick<WrittenSequence, 'calls'>): Call[] =>
  calls.map((call) => readCall(system, call));
