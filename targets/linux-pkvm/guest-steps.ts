/** Steps of a guest: which piece of the stub it runs, with what in its registers, and how it left. */
import type { Answer } from '../../spec/transcript.ts';
import { addressOf, big, gfnArg, line, returned } from './asking.ts';
import type { Args, Asker, Number64, Places } from './asking.ts';

/** Offsets into the stub (guest/stub.S): where each piece starts. */
export const pieces = {
  call: 0x00,
  load: 0x10,
  store: 0x20,
  'MRS ID_AA64PFR0_EL1': 0x28,
  'MRS ID_AA64DFR0_EL1': 0x30,
  'MRS ACTLR_EL1': 0x38,
  'MRS AIDR_EL1': 0x40,
  SMC: 0x48,
  WFI: 0x50,
  pair: 0x58,
  atomic: 0x60,
  UDF: 0x68,
  jump: 0x6c,
  'MRS MDSCR_EL1': 0xf0,
  'MSR MDSCR_EL1': 0xf8,
  'MSR ID_AA64PFR0_EL1': 0x100,
  'MSR ACTLR_EL1': 0x108,
  'MSR PMCR_EL0': 0x110,
  'MSR CSSELR_EL1': 0x118,
} as const;
/** Where the guest leaves when it is done. */
const end = 0xec;
type Piece = keyof typeof pieces;
const writesRegister = (piece: string): boolean => piece.startsWith('MSR ');
const isPiece = (name: unknown): name is Piece => typeof name === 'string' && name in pieces;
/** Where the guest leaves after an exception that it has taken itself. */
const afterException = 0x208;
/** Where in a page the guest jumps to: to a word that nobody names, and that is zero. */
const jumpOffset = 0xff0n;
const wordBytes = 8n;
/** Where a piece reaches a page: two words are loaded from where both lie in it. */
function offsetFor(piece: Piece, offset: bigint): bigint {
  if (piece === 'jump') return jumpOffset;
  return piece === 'pair' ? offset & ~wordBytes : offset;
}

/** Exception classes and fault codes of the Arm architecture. */
const classes = { hvc: 0x16, instructionAbort: 0x20, dataAbort: 0x24 } as const;
const bareExits: Readonly<Record<number, string>> = { 0x01: 'wfx', 0x17: 'smc', 0x18: 'sysreg' };
const registerIsKnown = 1 << 24;
/** Accesses of which the syndrome of an abort is told as well. */
const tellsSyndrome: readonly Piece[] = ['pair', 'atomic'];
const faultOf = (code: number): string =>
  ['address_size', 'translation', 'access_flag', 'permission'][(code >> 2) & 3] ?? 'other';

function left(piece: Piece, places: Places, answer: readonly string[]): Answer {
  const [x1, esr, hpfar, pc, x20, x21] = answer.map((word) => BigInt(`0x${word}`)) as [
    ...[bigint, bigint, bigint],
    ...[bigint, bigint, bigint],
  ];
  const result = BigInt.asIntN(64, x1);
  if (result < 0n) return returned(['0', answer[0] ?? '']);
  const exception = Number(result & 0x7fffffffn);
  if (exception === 0) return { exit: 'irq' };
  const syndrome = Number(esr & 0xffffffffn);
  const kind = syndrome >>> 26;
  if (kind === classes.hvc) {
    const at = pc - addressOf(BigInt(places.codeGfn));
    if (at === BigInt(afterException)) return { exit: 'undefined' };
    if (at !== BigInt(end)) return { exit: 'hvc' };
    if (piece === 'store' || writesRegister(piece)) return { ok: true };
    return piece === 'call' ? { smccc: Number(BigInt.asIntN(64, x20)) } : { value: `0x${x21.toString(16)}` };
  }
  const gfn = Number((hpfar >> 4n) & 0xffffffffffn);
  const fault = faultOf(syndrome & 0x3f);
  if (kind === classes.instructionAbort) return { exit: 'inst_abort', gfn, fault };
  if (kind === classes.dataAbort) {
    const abort = { exit: 'data_abort', gfn, fault, write: (syndrome & 0x40) !== 0 };
    return tellsSyndrome.includes(piece) ? { ...abort, isv: (syndrome & registerIsKnown) !== 0 } : abort;
  }
  return { exit: bareExits[kind] ?? `ec${kind.toString(16).padStart(2, '0')}` };
}

/** Guest calls of the hypervisor's interface: their function numbers. */
export const guestCalls = { meminfo: 0xc6000002, share: 0xc6000003, unshare: 0xc6000004 } as const;

/** Of a pair, the word that is asked for is in the other register. */
const isSecond = (piece: Piece, args: Args): boolean => piece === 'pair' && (big(args, 'offset') & wordBytes) !== 0n;
const swapped = (answer: readonly string[]): readonly string[] => [
  ...answer.slice(0, 4),
  ...[answer[5] ?? '', answer[4] ?? ''],
];

export const runs =
  (piece: Piece, registers: (args: Args) => { x0?: Number64; x1?: Number64; x2?: Number64; x21?: Number64 }): Asker =>
  (args, places) => {
    const { x0 = 0, x1 = 0, x2 = 0, x21 = 0 } = registers(args);
    const start = addressOf(BigInt(places.codeGfn)) + BigInt(pieces[piece]);
    const x22 = addressOf(gfnArg(args), offsetFor(piece, big(args, 'offset')));
    const sync = places.maybe('__pkvm_vcpu_sync_state');
    const numbers = [big(args, 'handle'), big(args, 'vcpu'), start, x0, x1, x2, x21, x22];
    return {
      line: line('run', places.call('__kvm_vcpu_run'), sync, ...numbers),
      read: (answer) => left(piece, places, isSecond(piece, args) ? swapped(answer) : answer),
    };
  };

export const guestCall = (number: number): Asker =>
  runs('call', (args) => ({
    x0: number,
    x1: addressOf(gfnArg(args), big(args, 'offset')),
    x2: big(args, 'arg2'),
  }));

/** What a guest writes to a register: one bit, which it would find there again, and which does no harm. */
const writtenByMsr = 0x1000;

export const executes: Asker = (args, places) => {
  const { instruction = 'UDF' } = args;
  if (isPiece(instruction)) {
    return runs(instruction, () => (writesRegister(instruction) ? { x21: writtenByMsr } : {}))(args, places);
  }
  throw new TypeError(`no such instruction`);
};
