/**
 * The kinds of properties: what holds in every state, what each step keeps, what is sometimes seen, what is permitted.
 */
import type { ClauseId } from '../spec/clauses.generated.ts';
import type { CompiledRule } from '../spec/transition-system.ts';
import { done } from '../spec/transition-system.ts';
import type { Actor } from '../spec/rule.ts';
import type { State } from '../spec/state.ts';
import { isAmong } from '../spec/language/for-call.ts';
import type { Args } from '../spec/language/run.ts';
import type { Bool } from '../spec/language/term.ts';
import type { View } from './view.ts';

/** What a property speaks of, one by one. */
export const entities = ['page', 'mapping', 'vm', 'vcpu', 'cpu', 'machine'] as const;
export type Entity = (typeof entities)[number];

interface Stated {
  readonly clause: ClauseId;
  /** The property in words, as a statement that is true. */
  readonly statement: string;
}

/** What is looked for at the steps of some calls only. */
interface OfCalls {
  /** The calls that it is about; all where none is named. */
  readonly on?: readonly string[];
  /** Whose calls it is about; everybody's where nobody is named. */
  readonly by?: Actor;
}

/** What must be true. */
interface Obligation extends Stated {
  /** What is lost where it is not, in a few words. */
  readonly loss: string;
  /** A call without which its subject cannot come about. */
  readonly needs?: string;
}

/**
 * True of every page (mapping, VM, ...) in every reachable state: a condition, which calls its subject by the names that
 * `families` in `spec/fields.ts` has for the numbers of one (`page`; `vm` and `gfn` for a mapping).
 */
export interface Always extends Obligation {
  readonly kind: 'always';
  readonly over: Entity;
  /** Where what it speaks of is there, if a member that was written to is not it yet; only counted. */
  readonly when?: Bool;
  readonly holds: Bool;
}

/** Why a law is a function, and not a term. */
export const reasons = {
  calls: 'it makes calls of its own',
  'what is written': 'it goes through all that the step wrote, whichever cells these are',
  'what boots': 'it asks the configuration about images, keys or parties, which the language has no names for',
} as const;
export type Reason = keyof typeof reasons;

interface InCode {
  readonly because: Reason;
}

/** The same, where no term says it. */
export interface AlwaysInCode extends Obligation, InCode {
  readonly kind: 'always';
  readonly over: Entity;
  /** Too dear to be judged after each step: judged now and then. */
  readonly sampled?: true;
  when?(view: View, index: number): boolean;
  holds(view: View, index: number, state: State): boolean;
}

/**
 * True of each step, or of each page (mapping, VM, ...) that a step touches: a condition about the state after the step,
 * which also speaks of the state before it, of the call, and of parameters that all calls have for which it is read.
 */
export interface Each extends Obligation, OfCalls {
  readonly kind: 'each';
  readonly over: Entity | 'call';
  readonly when?: Bool;
  readonly holds: Bool;
}

/** The same, where no term says it. */
export interface EachInCode extends Obligation, OfCalls, InCode {
  readonly kind: 'each';
  readonly over: Entity | 'call';
  when?(step: Step, index: number): boolean;
  holds(step: Step, index: number): boolean;
}

/** Seen in some trace: without it, other properties could be true for want of examples. */
export interface Sometimes extends Stated, OfCalls {
  readonly kind: 'sometimes';
  seen(step: Step): boolean;
}

/** A non-guarantee: a trace that shows it must exist. */
export interface Permitted extends Stated, OfCalls {
  readonly kind: 'permitted';
  seen(step: Step): boolean;
}

export type OfStates = Always | AlwaysInCode;
export type OfSteps = Each | EachInCode;
export type Law = OfStates | OfSteps;

export type Witness = Sometimes | Permitted;
export type Property = Law | Witness;

export const isLaw = (property: Property): property is Law => property.kind === 'always' || property.kind === 'each';
export const isWitness = (property: Property): property is Witness => !isLaw(property);

/** Whether a property of steps is about this call. */
export const isAbout = (property: OfCalls, { rule }: CompiledRule): boolean => isAmong(property, rule);

export const titleOf = (property: Property): string => `${property.clause} (${property.kind}) › ${property.statement}`;

/** One step: the call, its outcome, and the state before and after. */
export class Step {
  rule: CompiledRule;
  /** The number of the guard that refused, or `done`. */
  guard: number = done;
  args: Args;
  readonly state: State;
  readonly was: View;
  readonly now: View;

  constructor(rule: CompiledRule, args: Args, state: State, was: View, now: View) {
    this.rule = rule;
    this.args = args;
    this.state = state;
    this.was = was;
    this.now = now;
  }

  get call(): string {
    return this.rule.rule.call;
  }
  get isDone(): boolean {
    return this.guard === done;
  }
  get answer(): number {
    return this.state.answer;
  }
  get cpu(): number {
    return this.args[0] as number;
  }
  /** An argument by its name. */
  arg(name: string): number {
    const position = this.rule.names.indexOf(name);
    if (position < 0) throw new Error(`unreachable: ${this.call} has no parameter ${name}`);
    return this.args[position + 1] as number;
  }
}

/** The subject of what is said of calls that go through. */
export const isDone = (step: Step): boolean => step.isDone;
