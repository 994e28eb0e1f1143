/** Laws as functions: conditions about the members of a family, in a state or at a step. */
import { families } from '../fields.ts';
import type { Family } from '../fields.ts';
import type { Layout } from '../state.ts';
import type { Caller } from './for-call.ts';
import { Evaluator, Place } from './evaluate.ts';
import { mayMakeFunctions } from './functions.ts';
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
export const compileAbout = (family: Family, term: Bool, layout: Layout): About<Kept> =>
  (mayMakeFunctions ? aboutOfText : evaluateAbout)(family, term, layout);

/** The same of a law of steps, for one call: it reads the cells of both states at the same places. */
export const compileStep = (family: Family, term: Bool, binding: OfCall): About<Stepped> =>
  (mayMakeFunctions ? stepOfText : evaluateStep)(family, term, binding);

type OfCall = Binding & { readonly caller: Caller };

const ofStates = (layout: Layout): Binding => ({ layout, config: layout.config, positions: {} });

function aboutOfText(family: Family, term: Bool, layout: Layout): About<Kept> {
  const emitter = new Emitter(ofStates(layout));
  const { names, given } = membersOf(family, layout, 'a');
  return emitter.build<boolean>(`${given} return ${emitter.of(term, names)};`) as never;
}

function stepOfText(family: Family, term: Bool, binding: OfCall): About<Stepped> {
  const emitter = new Emitter(binding);
  const { names, given } = membersOf(family, binding.layout, 'i');
  const body = emitter.of(term, new Map([...names, [answerName, 'step.answer'], [doneName, 'step.isDone']]));
  const head = '(step, i) => { const s = step.now, c = s.cells, b = step.was.cells, a = step.args;';
  return emitter.build<boolean>(`${given} return ${body};`, head) as never;
}

const noArgs: Args = new Int32Array();

/** Both without making a function of text. */
export function evaluateAbout(family: Family, term: Bool, layout: Layout): About<Kept> {
  const by = new Evaluator(ofStates(layout));
  const member = new Place();
  const holds = by.of(term, { names: new Map(readersOf(family, layout, member)) });
  return (kept, number) => {
    by.look(kept, noArgs);
    member.value = number;
    return holds();
  };
}

export function evaluateStep(family: Family, term: Bool, binding: OfCall): About<Stepped> {
  const by = new Evaluator(binding);
  const [member, answer, isDone] = [new Place(), new Place(), new Place()];
  const names = new Map<string, () => number | boolean>(readersOf(family, binding.layout, member));
  names.set(answerName, answer.read).set(doneName, () => isDone.value === 1);
  const holds = by.of(term, { names });
  return (step, number) => {
    by.look(step.now, step.args, step.was.cells);
    [member.value, answer.value, isDone.value] = [number, step.answer, Number(step.isDone)];
    return holds();
  };
}

/** The numbers of a member, each under its name, as they are read from the number of the member. */
const readersOf = (family: Family, layout: Layout, member: Place): (readonly [string, () => number])[] =>
  numbersOf(family, layout).map(({ name, step, size }, i) => {
    const read = (): number => Math.floor(member.value / step);
    return [name, i === 0 ? read : () => read() % size] as const;
  });

/** The same as text: how each is computed, and how it is called. */
function membersOf(family: Family, layout: Layout, member: string) {
  const numbers = numbersOf(family, layout).map(({ name, step, size }, i) => {
    const above = step === 1 ? member : `Math.floor(${member} / ${step})`;
    return { name, text: i === 0 ? above : `${above} % ${size}` };
  });
  return {
    names: new Map<string, string>(numbers.map(({ name }, i) => [name, `n${i}`])),
    given: numbers.map(({ text }, i) => `const n${i} = ${text};`).join(' '),
  };
}

/** The numbers of the members of a family: how many there are of each, and after how many members it grows by one. */
function numbersOf(family: Family, { dimensions }: Layout) {
  const sizes = families[family].map((name) => ({ name, size: dimensions[name] }));
  return sizes.map((one, i) => ({ ...one, step: sizes.slice(i + 1).reduce((product, { size }) => product * size, 1) }));
}
