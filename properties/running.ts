/** Laws as functions: of a term one is made, for a layout; of a term about steps, for a call as well. */
import { families } from '../spec/fields.ts';
import { compileAbout, compileStep } from '../spec/language/about.ts';
import { forCall, isAmong } from '../spec/language/for-call.ts';
import { answerName, doneName, partsOf } from '../spec/language/term.ts';
import type { Bool, Term } from '../spec/language/term.ts';
import { touchesOf } from '../spec/language/touches.ts';
import type { Layout, State } from '../spec/state.ts';
import { bindingOf } from '../spec/transition-system.ts';
import type { CompiledRule } from '../spec/transition-system.ts';
import type { Always, AlwaysInCode, Each, EachInCode, Law, OfStates, OfSteps, Step } from './property.ts';
import type { View } from './view.ts';

export interface Running {
  readonly law: OfStates;
  readonly when?: (view: View, index: number) => boolean;
  readonly holds: (view: View, index: number, state: State) => boolean;
}

/** A law of steps as it is judged after one call. */
export interface RunningStep {
  readonly law: OfSteps;
  readonly when?: (step: Step, index: number) => boolean;
  readonly holds: (step: Step, index: number) => boolean;
}

export const isTerm = <L extends Law>(law: L): law is Extract<L, Always | Each> => typeof law.holds === 'object';

/** Laws that were made ready, by the layout, the law, and what they are told of the call. */
const known = new WeakMap<Layout, Map<Law, Map<string, Running | RunningStep>>>();

function once<R extends Running | RunningStep>(layout: Layout, law: Law, told: string, make: () => R): R {
  const ofLayout = known.get(layout) ?? new Map<Law, Map<string, R>>();
  known.set(layout, ofLayout);
  const made = ofLayout.get(law) ?? new Map<string, R>();
  ofLayout.set(law, made);
  const one = (made.get(told) as R | undefined) ?? make();
  made.set(told, one);
  return one;
}

export const running = (law: OfStates, layout: Layout): Running =>
  once(layout, law, '', () => {
    if (!isTerm(law)) return ofStateInCode(law);
    return { law, ...bothParts(law, (term) => compileAbout(law.over, namesChecked(law, term, []), layout)) };
  });

export function runningStep(law: OfSteps, compiled: CompiledRule, layout: Layout): RunningStep {
  if (!isTerm(law)) return once(layout, law, '', () => ofStepInCode(law));
  const family = law.over === 'call' ? 'machine' : law.over;
  const { rule, names } = compiled;
  return once(layout, law, toldOf(law, compiled), () => ({
    law,
    ...bothParts(law, (term) => {
      const own = namesChecked(law, forCall(term, rule), [answerName, doneName, ...names], rule.call);
      return compileStep(family, own, { ...bindingOf(rule, layout), caller: rule });
    }),
  }));
}

const ofStateInCode = (law: AlwaysInCode): Running => ({
  law,
  holds: (view, index, state) => law.holds(view, index, state),
  ...(law.when === undefined ? {} : { when: (view, index) => law.when?.(view, index) === true }),
});
const ofStepInCode = (law: EachInCode): RunningStep => ({
  law,
  holds: (step, index) => law.holds(step, index),
  ...(law.when === undefined ? {} : { when: (step, index) => law.when?.(step, index) === true }),
});

/** What laws of steps ask of a call: which one it is, and then for parameters of it, by the answers to the former. */
interface Asking {
  readonly calls: readonly (Bool & { kind: 'call' })[];
  readonly names: Map<string, readonly string[]>;
}
const askings = new WeakMap<Each, Asking>();

/** All that the law is told of a call: which of those that it names it is, and where the parameters stand. */
function toldOf(law: Each, { rule, names }: CompiledRule): string {
  const parts = law.when === undefined ? [law.holds] : [law.holds, law.when];
  const asking = askings.get(law) ?? { calls: parts.flatMap(callsIn), names: new Map<string, readonly string[]>() };
  askings.set(law, asking);
  const calls = asking.calls.map((one) => Number(isAmong(one, rule))).join('');
  const own =
    asking.names.get(calls) ??
    parts
      .flatMap((part) => [...touchesOf(forCall(part, rule)).names])
      .filter((name) => !subjectsOf(law).includes(name));
  asking.names.set(calls, own);
  return [calls, ...own.map((name) => names.indexOf(name))].join();
}

const callsIn = (term: Term): (Bool & { kind: 'call' })[] =>
  term.kind === 'call' ? [term] : partsOf(term).flatMap(callsIn);

interface Parts<P> {
  readonly when?: P;
  readonly holds: P;
}

const bothParts = <P>({ when, holds }: Always | Each, make: (term: Bool) => P): Parts<P> => ({
  holds: make(holds),
  ...(when === undefined ? {} : { when: make(when) }),
});

const subjectsOf = ({ over }: Always | Each): readonly string[] => (over === 'call' ? [] : families[over]);

/** A law speaks of its subject alone, and one of steps of the call as well. */
function namesChecked(law: Always | Each, term: Bool, ofCall: readonly string[], call?: string): Bool {
  const names = [...subjectsOf(law), ...ofCall];
  const unknown = [...touchesOf(term).names].find((name) => !names.includes(name));
  if (unknown === undefined) return term;
  const where = call === undefined ? `no subject ${unknown}` : `no subject or parameter ${unknown} of ${call}`;
  throw new Error(`unreachable: ${law.clause}, "${law.statement}": ${where}; there are ${names.join(', ') || 'none'}`);
}
