/**
 * The guards that fail beside the one that refuses: an answer then says which of them is asked first. A refusal by one
 * guard while another, with another error, fails too is a pair. What a later guard asks is asked as if those before it
 * had passed: what stands even if the call fails has then happened, as far as it can. A guard that asks for a cell that is
 * not there, such as one of a VM that does not exist, neither holds nor fails.
 */
import { compile } from '../../spec/language/compile.ts';
import { mayMakeFunctions } from '../../spec/language/functions.ts';
import { Emitter, MissingCell } from '../../spec/language/run.ts';
import type { Args } from '../../spec/language/run.ts';
import { bindingOf } from '../../spec/transition-system.ts';
import type { CompiledRule } from '../../spec/transition-system.ts';
import type { Layout, State } from '../../spec/state.ts';

/** Adds one, from `at` on, at the number of each guard that fails too after `first` has refused. */
export type CountFailing = (state: State, args: Args, first: number, into: Float64Array, at: number) => void;

/** For each two guards (the first, then the other: `first * guards + other`) 1 where answers tell their order. */
export function tellablePairs({ guards, checked }: CompiledRule): Uint8Array {
  const count = guards.length;
  return Uint8Array.from({ length: count * count }, (_, pair) => {
    const [first, other] = [Math.floor(pair / count), pair % count];
    const decides = guards[first]?.redundant !== true && checked[first] === true && checked[other] === true;
    return first < other && decides && guards[first]?.error !== guards[other]?.error ? 1 : 0;
  });
}

const written = new WeakMap<CompiledRule, CountFailing>();

/** One function for each rule, written where it is first wanted. */
export function countFailing(rule: CompiledRule, layout: Layout): CountFailing {
  const known = written.get(rule) ?? (mayMakeFunctions ? write : inTurn)(rule, layout);
  written.set(rule, known);
  return known;
}

/** A cell that is not there: one for all, for to throw this costs little. */
const missing = new MissingCell('unreachable: a cell that is not there is asked for');
const orMissing = (_: string, size: number) => (index: number) => {
  if (index >= 0 && index < size) return index;
  throw missing;
};

function write(rule: CompiledRule, layout: Layout): CountFailing {
  const into = new Emitter({ ...bindingOf(rule.rule, layout), within: orMissing });
  const [tellable, absent] = [into.link(tellablePairs(rule)), into.link(missing)];
  const count = rule.guards.length;
  const orElse = (then: string): string => `catch (error) { if (error !== ${absent}) throw error; ${then} }`;
  let asked = 0;
  const steps = rule.rule.guards.map((step) => {
    if (step.kind === 'onFailure') {
      const effect = into.statement(step.effect);
      return `if (first < ${asked}) try { ${effect} } ${orElse('s.undo(before);')}`;
    }
    const other = asked++;
    const fails = `!${into.of(step.condition)}`;
    return `if (${tellable}[first * ${count} + ${other}] === 1) try { if (${fails}) into[at + ${other}]++; } ${orElse('')}`;
  });
  const head = '(s, a, first, into, at) => { const c = s.cells, before = s.written;';
  return into.build(`${steps.join('\n')} s.undo(before);`, head);
}

/** The same where no function may be made of text. */
export function inTurn({ rule, guards, ...more }: CompiledRule, layout: Layout): CountFailing {
  const binding = { ...bindingOf(rule, layout), within: orMissing };
  const tellable = tellablePairs({ rule, guards, ...more });
  const steps = rule.guards.map((step) =>
    step.kind === 'onFailure' ? { effect: compile(step.effect, binding) } : { holds: compile(step.condition, binding) },
  );
  return (state, args, first, into, at) => {
    const before = state.written;
    let asked = 0;
    for (const step of steps) {
      const other = 'holds' in step ? asked++ : asked;
      try {
        if ('effect' in step) {
          if (first < asked) step.effect(state, args);
        } else if (tellable[first * guards.length + other] === 1 && !step.holds(state, args)) {
          into[at + other] = (into[at + other] ?? 0) + 1;
        }
      } catch (error) {
        if (error !== missing) throw error;
        if ('effect' in step) state.undo(before);
      }
    }
    state.undo(before);
  };
}

/** The same as a list, after `first` has refused. */
export function failingBeside(rule: CompiledRule, first: number, state: State, args: Args): number[] {
  const counts = new Float64Array(rule.guards.length);
  countFailing(rule, state.layout)(state, args, first, counts, 0);
  return [...counts.keys()].filter((guard) => counts[guard] === 1);
}
