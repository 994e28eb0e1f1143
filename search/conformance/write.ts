/** From a call of the spec's to the words of a transcript: the inverse of `calls.ts`. */
import type { CompiledRule } from '../../spec/transition-system.ts';
import type { Rule } from '../../spec/rule.ts';
import type { Question } from '../../spec/target.ts';
import { passedAt } from '../../spec/language/run.ts';
import { sveHint, wideCallNumber } from '../../spec/parameters.ts';
import type { Args } from '../../spec/language/run.ts';
import type { Config } from '../../spec/config.ts';
import { pointedCalls } from '../../spec/profiles/hypercalls-7.3.ts';
import { ffaForeign, ffaMessages, ffaRests } from '../../spec/ffa-messages.ts';
import { firmwareCallNames } from '../../spec/firmware-calls.ts';
import { functionNames, guestFunctions, instructions } from '../../spec/guest-instructions.ts';
import { firstHandle, largest } from './calls.ts';
import type { Names } from './survey.ts';

/** What the spec leaves open: which wrong number is passedAt, which word is written. */
export interface Choices {
  below(count: number): number;
  word(): string;
}

export interface Wording {
  readonly config: Config;
  readonly names: Names;
  readonly choices: Choices;
  /** Nothing where handles are the host's own names. */
  vmName(handle: number): string | null | undefined;
}

type Writer = (value: number, wording: Wording) => Question['args'];

/** Bytes by which an address is wrong. */
const withinPage = 0x800;
const pageAs =
  (name: string): Writer =>
  (value, { config }) => ({ [name]: config.pages[value]?.name ?? '' });
const numberAs =
  (name: string): Writer =>
  (value) => ({ [name]: value });
const truthAs =
  (name: string): Writer =>
  (value) => ({ [name]: value === 1 });
const offsetAs =
  (name: string): Writer =>
  (value) => ({ [name]: value === 1 ? withinPage : 0 });

const handleOf: Writer = (value, wording) => {
  const handle = firstHandle + value;
  const vm = wording.vmName(handle);
  return vm === undefined ? { handle } : { vm, handle };
};

const wrongProts = [16, 31, 255];
/** So many pages that in 32 bits, or by their size in bytes in 64, they are none, one, or those of a block. */
const wrappingCounts = [2 ** 63, ...[32, 52].flatMap((bits) => [2 ** bits + 1, 2 ** bits + 512])];

/** What else a message names; nothing in half of those that are as they should be. */
const restOf = (rests: readonly string[], choices: Choices): Question['args'] =>
  rests === ffaRests && choices.below(2) === 0 ? {} : { rest: rests[choices.below(rests.length)] ?? '' };

const oneOf = (numbers: readonly number[], choices: Choices): number => numbers[choices.below(numbers.length)] ?? 0;

/** Numbers of calls of which the lower 32 bits, or 16, are those of calls that there are. */
const wideCalls = [2 ** 32 + 29, 2 ** 32 + 38, 2 ** 32 + sveHint + 38, 2 ** 40 + 48, 2 ** 63];

const pointed: ReadonlySet<number> = new Set(pointedCalls);
/** Where the interrupt controller's part of a vCPU's structure lies in Debian's 7.3; elsewhere it is no place of note. */
const controllerOffset = 6328;
/** The host's structure of a vCPU, a part of it, some page, or no pointer at all. */
function pointer({ choices, names }: Wording): Question['args'] {
  const pages = [`VCPU${choices.below(3)}.${choices.below(2)}+0`, `P${choices.below(8)}`];
  const page = pages.filter((name) => names.pages.has(name))[choices.below(3)];
  const args = choices.below(2) === 0 ? [] : [1];
  return page === undefined ? { args } : { page, offset: [0, controllerOffset][choices.below(2)] ?? 0, args };
}

const writers: Readonly<Record<string, Writer>> = {
  ...Object.fromEntries(
    ['page', 'first', 'kvm', 'hostVcpu', 'vmMem', 'pgd', 'mem', 'tx', 'rx'].map((name) => [name, pageAs(name)]),
  ),
  ...Object.fromEntries(['vmMem', 'pgd', 'mem', 'tx', 'rx'].map((name) => [`${name}Fault`, offsetAs(`${name}Offset`)])),
  ...Object.fromEntries(['index', 'vcpu', 'pages'].map((name) => [name, numberAs(name)])),
  nr: (value, { choices }) => ({
    nr: value === largest ? (wrappingCounts[choices.below(wrappingCounts.length)] ?? largest) : value,
  }),
  ...Object.fromEntries(['protected', 'idRegs', 'mkold', 'refused'].map((name) => [name, truthAs(name)])),
  created: numberAs('nrVcpus'),
  vm: handleOf,
  gfn: (value, { config }) => ({ gfn: config.gfns[value]?.frame ?? 0 }),
  word: (value, { names }) => ({ offset: [...names.offsets].find(([_, number]) => number === value)?.[0] ?? 0 }),
  value: (_, { choices }) => ({ value: choices.word() }),
  prot: (value, { choices }) => ({ prot: value < 16 ? value : (wrongProts[choices.below(wrongProts.length)] ?? 16) }),
  addrFault: offsetAs('offset'),
  descFault: (value, { choices }) => ({
    descriptor: ffaMessages[value === 0 ? 0 : 1 + choices.below(ffaMessages.length - 1)] ?? '',
  }),
  countFault: (value, { choices }) => ({ pages: oneOf(value === 0 ? [1, 1, 2 ** 32 + 1] : [0, 2, 2 ** 32], choices) }),
  callerFault: (value, { choices }) => ({ caller: oneOf(value === 0 ? [0, 0, 2 ** 32] : [1, 0x8001], choices) }),
  rest: (value, { choices }) => restOf(value === 0 ? ffaRests : ffaForeign, choices),
  argFault: (value, { choices }) => (value === 0 ? {} : choices.below(2) === 0 ? { offset: 8 } : { arg2: 1 }),
  id: (value, wording) => {
    if (value === wideCallNumber) return { id: wideCalls[wording.choices.below(wideCalls.length)] ?? value, args: [] };
    return { id: value, ...(pointed.has(value) ? pointer(wording) : { args: [] }) };
  },
  smc: (value) => ({ smc: firmwareCallNames[value] ?? '' }),
  instruction: (value) => ({ instruction: instructions[value] ?? '' }),
  function: (value) => ({ function: guestFunctions[functionNames[value] ?? 'unknown'] }),
};

/** Every argument of the call has words. */
export const isWorded = ({ parameters }: Rule): boolean => Object.keys(parameters).every((name) => name in writers);

/** The event, without its answer, for a call whose arguments are bound. */
export function questionOf(rule: CompiledRule, args: Args, wording: Wording): Question {
  const parts = rule.names.map((name, i) => {
    const writer = writers[name];
    if (writer === undefined) {
      const missing = `no field of a transcript is written for the parameter ${name} of ${rule.rule.call}`;
      throw new Error(`unreachable: ${missing}; add it to \`writers\` in search/conformance/write.ts`);
    }
    return writer(args[i + 1 + passedAt] as number, wording);
  });
  return { op: rule.rule.call, args: Object.assign({}, ...parts) as Question['args'] };
}
