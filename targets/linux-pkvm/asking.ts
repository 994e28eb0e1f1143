/** What questions have in common: their arguments as words of a line, and the answers of hypercalls. */
import type { Question } from '../../spec/target.ts';
import type { Answer } from '../../spec/transcript.ts';

/** What a question needs to know of the machine. */
export interface Places {
  /** The number of a page by the name that the header gives it. */
  page(name: string): bigint;
  /** The number of a hypercall. */
  call(name: string): number;
  /** The same for one that not every release has: 0 where there is none. */
  maybe(name: string): number;
  readonly codeGfn: number;
}

export type Args = Question['args'];
export type Number64 = number | bigint;

export interface Request {
  readonly line: string;
  read(answer: readonly string[]): Answer;
}

export type Asker = (args: Args, places: Places) => Request;

export const pageArg = (args: Args, places: Places, name = 'page'): bigint => places.page(args[name] as string);
export const gfnArg = (args: Args): bigint => big(args, 'gfn');
export const handleArg = (args: Args): bigint => inRegister(args, 'handle', big(args, 'handle'));

const pageBits = 12n;
export const hex = (value: Number64): string => BigInt.asUintN(64, BigInt(value)).toString(16);
export const line = (word: string, ...numbers: Number64[]): string => [word, ...numbers.map(hex)].join(' ');
export const big = (args: Args, name: string): bigint => BigInt((args[name] as number | undefined) ?? 0);
export const flag = (args: Args, name: string): bigint => (args[name] === true ? 1n : 0n);
/** A register whose lower bits are an argument, with what the question has above them. */
export const inRegister = (args: Args, name: string, value: bigint): bigint =>
  value | BigInt((args[`${name}Upper`] as string | undefined) ?? 0);
export const addressOf = (page: bigint, offset = 0n): bigint => (page << pageBits) + offset;

/** Linux error numbers that the hypervisor returns. */
const errors: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    1: 'EPERM',
    2: 'ENOENT',
    7: 'E2BIG',
    11: 'EAGAIN',
    12: 'ENOMEM',
    14: 'EFAULT',
    16: 'EBUSY',
    17: 'EEXIST',
    19: 'ENODEV',
    22: 'EINVAL',
    34: 'ERANGE',
    95: 'EOPNOTSUPP',
    133: 'EHWPOISON',
  }),
);

const mostErrors = 4095n;

export function returned([x0, x1]: readonly string[]): Answer {
  if (BigInt.asIntN(64, BigInt(`0x${x0 ?? ''}`)) === -1n) return { ret: 'NOT_SUPPORTED' };
  const result = BigInt.asIntN(64, BigInt(`0x${x1 ?? ''}`));
  return { ret: result >= 0n ? Number(result) : (errors[String(-result)] ?? `-${-result}`) };
}
/** The call returns nothing: what is in the register is what the caller left there, its first argument. */
export const silent = (answer: readonly string[], [first = 0]: readonly Number64[] = []): Answer => {
  const result = returned(answer);
  return result['ret'] === 'NOT_SUPPORTED' || answer[1] !== hex(first) ? result : {};
};
/** The same for a call that may return nothing: an address is what the caller left in the register. */
export const perhapsReturned = (answer: readonly string[]): Answer => {
  const result = returned(answer);
  const isAddress = BigInt.asIntN(64, BigInt(`0x${answer[1] ?? ''}`)) < -mostErrors;
  return isAddress && result['ret'] !== 'NOT_SUPPORTED' ? {} : result;
};
/** A hypercall whose arguments are numbers in registers. */
export const hypercall =
  (
    name: string,
    registers: (args: Args, places: Places) => Number64[],
    read: (answer: readonly string[], passed: readonly Number64[]) => Answer = returned,
    word = 'call',
  ): Asker =>
  (args, places) => {
    const passed = registers(args, places);
    return { line: line(word, places.call(name), ...passed), read: (answer) => read(answer, passed) };
  };
