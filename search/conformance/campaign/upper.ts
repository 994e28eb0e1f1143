/** What a caller has in a register above an argument that is narrower: drawn, and left out again. */
import { narrowArguments, upperOf } from '../../../spec/narrow-arguments.ts';
import type { EventTargetDescription, Question } from '../../../spec/target.ts';
import type { Choices } from '../write.ts';

const registerBits = 64;
/** Of so many narrow arguments, one has something above it. */
const oneIn = 8;

/** How wide arguments are is known of Linux 7.3 alone. */
export const drawsUpper = ({ passesUpper }: EventTargetDescription, profile: string): boolean =>
  passesUpper === true && profile === 'linux-7.3';

/** The bit just above, the highest, the first of the upper half, all of them, or any. */
function bitsAbove(bits: number, choices: Choices): bigint {
  const all = BigInt.asUintN(registerBits, -1n << BigInt(bits));
  const any = BigInt(choices.word()) & all;
  return [1n << BigInt(bits), 1n << 63n, 1n << 32n, all, any][choices.below(5)] ?? all;
}

/** The same question; now and then with something above its narrow arguments. */
export function withUpper(question: Question, choices: Choices): Question {
  const above = narrowArguments(question.op).flatMap((argument) => {
    if (choices.below(oneIn) > 0) return [];
    const value = bitsAbove(argument.bits, choices);
    return value === 0n ? [] : [[upperOf(argument), `0x${value.toString(16)}`] as const];
  });
  return above.length === 0 ? question : { ...question, args: { ...question.args, ...Object.fromEntries(above) } };
}

/** What holds it, in any call. */
export const upperNames: readonly string[] = ['handle', 'index', 'mkold'].map((name) => `${name}Upper`);

/** The same question with nothing there. */
export const withoutUpper = ({ op, args }: Question, names: readonly string[]): Question => ({
  op,
  args: Object.fromEntries(Object.entries(args).filter(([name]) => !names.includes(name))),
});
