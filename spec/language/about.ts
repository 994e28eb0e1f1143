/** Laws as functions: conditions about the members of a family, in a state or at a step. */
import { families } from '../fields.ts';
import type { Family } from '../fields.ts';
import type { Layout } from '../state.ts';
import type { Caller } from './for-call.ts';
import { Emitter } from './run.ts';
import type { Args, Binding } from './run.ts';
import { answerName, doneName } from './term.ts';
import type { Bool } from './term.ts';

/** What laws of states are about: a state, with what is kept of it beside it. */
export interface Kept {
  readonly cells: Int32Array;
  readonly ghost: object;
}

/** What laws of steps are about: the states before and after it, the arguments, and what came of the call. */
export interface Stepped {
  readonly was: Kept;
  readonly now: Kept;
  readonly args: Args;
  readonly isDone: boolean;
  readonly answer: number;
}

type About<T> = (about: T, member: number) => boolean;

/** A condition calls a member by the names of the family's numbers; the function takes the member's number. */
export function compileAbout(family: Family, term: Bool, layout: Layout): About<Kept> {
  const emitter = new Emitter({ layout, config: layout.config, positions: {} });
  const { names, given } = membersOf(family, layout, 'a');
  return emitter.build<boolean>(`${given} return ${emitter.of(term, names)};`) as never;
}

/** The same of a law of steps, for one call: it reads the cells of both states at the same places. */
export function compileStep(
  family: Family,
  term: Bool,
  binding: Binding & { readonly caller: Caller },
): About<Stepped> {
  const emitter = new Emitter(binding);
  const { names, given } = membersOf(family, binding.layout, 'i');
  const body = emitter.of(term, new Map([...names, [answerName, 'step.answer'], [doneName, 'step.isDone']]));
  const head = '(step, i) => { const s = step.now, c = s.cells, b = step.was.cells, a = step.args;';
  return emitter.build<boolean>(`${given} return ${body};`, head) as never;
}

/** The numbers of a member, each under its name, and how they are computed from the number of the member. */
function membersOf(family: Family, { dimensions }: Layout, member: string) {
  const places = families[family];
  const sizes = places.map((place) => dimensions[place]);
  const steps = sizes.map((_, i) => sizes.slice(i + 1).reduce((product, size) => product * size, 1));
  const numbers = steps.map((step, i) => {
    const above = step === 1 ? member : `Math.floor(${member} / ${step})`;
    return i === 0 ? above : `${above} % ${sizes[i]}`;
  });
  return {
    names: new Map<string, string>(places.map((place, i) => [place, `n${i}`])),
    given: numbers.map((number, i) => `const n${i} = ${number};`).join(' '),
  };
}
