/** Between events of a transcript and the lines that the guest module reads and answers (see guest/module.c). */
import type { Question } from '../../spec/target.ts';
import type { Answer } from '../../spec/transcript.ts';
import { TargetProblem } from '../problem.ts';
import { ffaErrors, messageOf } from './ffa.ts';
import type { Features } from './installed.ts';

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

type Args = Question['args'];
type Number64 = number | bigint;

export interface Request {
  readonly line: string;
  read(answer: readonly string[]): Answer;
}

const pageBits = 12n;
const hex = (value: Number64): string => BigInt.asUintN(64, BigInt(value)).toString(16);
const line = (word: string, ...numbers: Number64[]): string => [word, ...numbers.map(hex)].join(' ');
const big = (args: Args, name: string): bigint => BigInt((args[name] as number | undefined) ?? 0);
const flag = (args: Args, name: string): bigint => (args[name] === true ? 1n : 0n);
/** A register whose lower bits are an argument, with what the question has above them. */
const inRegister = (args: Args, name: string, value: bigint): bigint =>
  value | BigInt((args[`${name}Upper`] as string | undefined) ?? 0);
const addressOf = (page: bigint, offset = 0n): bigint => (page << pageBits) + offset;

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

function returned([x0, x1]: readonly string[]): Answer {
  if (BigInt.asIntN(64, BigInt(`0x${x0 ?? ''}`)) === -1n) return { ret: 'NOT_SUPPORTED' };
  const result = BigInt.asIntN(64, BigInt(`0x${x1 ?? ''}`));
  return { ret: result >= 0n ? Number(result) : (errors[String(-result)] ?? `-${-result}`) };
}
/** The call returns nothing: what is in the register is what the caller left there, its first argument. */
const silent = (answer: readonly string[], [first = 0]: readonly Number64[] = []): Answer => {
  const result = returned(answer);
  return result['ret'] === 'NOT_SUPPORTED' || answer[1] !== hex(first) ? result : {};
};
/** The same for a call that may return nothing: an address is what the caller left in the register. */
const perhapsReturned = (answer: readonly string[]): Answer => {
  const result = returned(answer);
  const isAddress = BigInt.asIntN(64, BigInt(`0x${answer[1] ?? ''}`)) < -mostErrors;
  return isAddress && result['ret'] !== 'NOT_SUPPORTED' ? {} : result;
};
const stored = ([word]: readonly string[]): Answer => (word === 'ok' ? { ok: true } : { fault: 'EFAULT' });
const loaded = ([word]: readonly string[]): Answer =>
  word === 'fault' ? { fault: 'EFAULT' } : { value: `0x${word ?? ''}` };

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

/** What the agent said. A line that starts with `?` says why it made no call. */
export function readAnswer(request: Request, text: string): Answer {
  if (text.startsWith('?')) return { problem: `no call was made: ${text.slice(1)}` };
  try {
    return request.read(text.split(' '));
  } catch {
    // why: too few words, or one that is no number: the machine has lost its mind.
    return { problem: `no answer: ${JSON.stringify(text)}` };
  }
}

/** The request for this question. Throws TargetProblem where there is none. */
export function requestFor({ op, args }: Question, places: Places): Request {
  try {
    const request = requests[op]?.(args, places);
    if (request !== undefined) return request;
  } catch (error) {
    // Whatever is no number of 64 bits.
    if (!(error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError)) throw error;
  }
  throw new TargetProblem(`linux-pkvm cannot be asked ${op} ${JSON.stringify(args)}`);
}

type Asker = (args: Args, places: Places) => Request;

const pageArg = (args: Args, places: Places, name = 'page'): bigint => places.page(args[name] as string);
const gfnArg = (args: Args): bigint => big(args, 'gfn');
const handleArg = (args: Args): bigint => inRegister(args, 'handle', big(args, 'handle'));

/** A hypercall whose arguments are numbers in registers. */
const hypercall =
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

/** The same for a call that may take pages off the host's list; if it did, the list's new length follows. */
const listed = (answer: readonly string[]): Answer => ({
  ...returned(answer),
  ...(answer[2] === undefined ? {} : { memcache: parseInt(answer[2], 16) }),
});

/** Guest calls of the hypervisor's interface: their function numbers. */
const guestCalls = { meminfo: 0xc6000002, share: 0xc6000003, unshare: 0xc6000004 } as const;

/** Of a pair, the word that is asked for is in the other register. */
const isSecond = (piece: Piece, args: Args): boolean => piece === 'pair' && (big(args, 'offset') & wordBytes) !== 0n;
const swapped = (answer: readonly string[]): readonly string[] => [
  ...answer.slice(0, 4),
  ...[answer[5] ?? '', answer[4] ?? ''],
];

const runs =
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

const guestCall = (number: number): Asker =>
  runs('call', (args) => ({
    x0: number,
    x1: addressOf(gfnArg(args), big(args, 'offset')),
    x2: big(args, 'arg2'),
  }));

/** What a guest writes to a register: one bit, which it would find there again, and which does no harm. */
const writtenByMsr = 0x1000;

const executes: Asker = (args, places) => {
  const { instruction = 'UDF' } = args;
  if (isPiece(instruction)) {
    return runs(instruction, () => (writesRegister(instruction) ? { x21: writtenByMsr } : {}))(args, places);
  }
  throw new TypeError(`no such instruction`);
};

const finalized = (answer: readonly string[]): Answer => {
  const result = returned(answer);
  if (result['ret'] !== 0) return result;
  const [metadata, stage2] = answer.slice(2).map((word) => parseInt(word, 16)) as [number, number];
  return { ...result, returned: { metadata, stage2 } };
};

const initVm: Asker = (args, places) => ({
  line: line(
    'init_vm',
    places.call('__pkvm_init_vm'),
    pageArg(args, places, 'kvm'),
    big(args, 'handle'),
    big(args, 'nrVcpus'),
    flag(args, 'protected'),
    flag(args, 'idRegs'),
    addressOf(pageArg(args, places, 'vmMem'), big(args, 'vmMemOffset')),
    addressOf(pageArg(args, places, 'pgd'), big(args, 'pgdOffset')),
  ),
  read: returned,
});

const initVcpu: Asker = (args, places) => ({
  line: line(
    'init_vcpu',
    places.call('__pkvm_init_vcpu'),
    handleArg(args),
    pageArg(args, places, 'hostVcpu'),
    big(args, 'index'),
    addressOf(pageArg(args, places, 'mem'), big(args, 'memOffset')),
  ),
  read: returned,
});

const topup: Asker = (args, places) => ({
  line: line('topup', big(args, 'handle'), big(args, 'vcpu'), pageArg(args, places, 'first'), big(args, 'pages')),
  read: ([word]) => (word === 'fault' ? { ret: 'EFAULT' } : { memcache: parseInt(word ?? '', 16) }),
});

/** A hypercall by number. A page is passed by the address at which the host sees it. */
const rawCall = (args: Args, places: Places): string => {
  const numbers = (args['args'] as readonly number[] | undefined) ?? [];
  const address = 'page' in args ? [`@${hex(addressOf(pageArg(args, places), big(args, 'offset')))}`] : [];
  return [line('call', big(args, 'id')), ...address, ...numbers.map(hex)].join(' ');
};

/** A number, or the physical address of a page: `#P0`, `#P0|8`. */
export function storedNumber(value: string, places: Places): bigint {
  if (!value.startsWith('#')) return BigInt(value);
  const [name = '', lowBits = 0] = value.slice(1).split('|');
  return addressOf(places.page(name), BigInt(lowBits));
}
/** The same, or the address at which the host sees a page: `&CARVE0`. */
const storedValue = (value: string, places: Places): string =>
  value.startsWith('&') ? `@${hex(addressOf(places.page(value.slice(1))))}` : hex(storedNumber(value, places));

const handleGfnNr = (args: Args): Number64[] => [handleArg(args), gfnArg(args), big(args, 'nr')];
const justHandle = (args: Args): Number64[] => [handleArg(args)];

/** Numbers of PSCI's refusals. */
const refusedByPsci: Readonly<Record<string, string>> = { '-1': 'NOT_SUPPORTED', '-2': 'INVALID_PARAMETERS' };
const firmwareAnswer = ([x0 = '']: readonly string[]): Answer => {
  const result = BigInt.asIntN(64, BigInt(`0x${x0}`));
  return { ret: refusedByPsci[String(result)] ?? Number(result) };
};
/** What is asked of the firmware, by its name: function number, first argument, immediate. */
const firmwareCalls: Readonly<Record<string, readonly Number64[]>> = {
  PSCI_VERSION: [0x84000000, 0, 0],
  'PSCI_VERSION by SMC #1': [0x84000000, 0, 1],
  'PSCI_VERSION + 2^32': [0x184000000, 0, 0],
  'PSCI_VERSION with the SVE hint': [0x84010000, 0, 0],
  AFFINITY_INFO: [0xc4000004, 0, 0],
  'CPU_ON of no CPU': [0xc4000003, 0x123456, 0],
  'CPU_ON of a number that is too wide': [0xc4000003, 1n << 48n, 0],
  'CPU_ON of no CPU with the SVE hint': [0xc4010003, 0x123456, 0],
  'CPU_ON of the calling CPU': [0xc4000003, 0, 0],
  'CPU_ON of the calling CPU with the SVE hint': [0xc4010003, 0, 0],
  'CPU_ON of 32 bits': [0x84000003, 0, 0],
  'CPU_SUSPEND of 32 bits': [0x84000001, 0, 0],
  'CPU_SUSPEND to no state': [0xc4000001, 0xfffe0000, 0],
  MEM_PROTECT: [0x84000013, 0, 0],
  'MEM_PROTECT with the SVE hint': [0x84010013, 0, 0],
  'SYSTEM_RESET2 of 32 bits': [0x84000012, 0, 0],
};
const firmwareCall: Asker = ({ smc = 'PSCI_VERSION' }) => {
  const numbers = typeof smc === 'string' ? firmwareCalls[smc] : undefined;
  if (numbers === undefined) throw new TypeError('no such call');
  return { line: line('smc', ...numbers), read: firmwareAnswer };
};

const sveHint = 0x10000;
/**
 * A sleep from which the CPU wakes at code of the host's own: CurrentEL as that code has read it. Only findings ask for it:
 * where the hypervisor relays the call, the machine does not go on.
 */
const sleep: Asker = ({ hint }) => ({
  line: line('sleep', hint === true ? sveHint : 0),
  read: ([x0 = '']) => {
    const answer = firmwareAnswer([x0]);
    return Number(answer['ret']) > 0 ? { value: `0x${x0}` } : answer;
  },
});

const ffaAnswer = ([word = '']: readonly string[]): Answer => {
  const result = BigInt.asIntN(64, BigInt(`0x${word}`));
  return { ret: ffaErrors[String(result)] ?? Number(result) };
};
const passesOn =
  (number: number): Asker =>
  (args, places) => {
    const { descriptor, rest } = args;
    const message = messageOf({ descriptor, rest, refused: args['refused'] === true });
    return { line: line('ffa', number, pageArg(args, places), big(args, 'offset'), ...message), read: ffaAnswer };
  };
/** The secure world was not given the page where x0 is not 0. */
const secureWorld =
  (number: number, refused: string, read: (x1: string) => Answer): Asker =>
  (args, places) => ({
    line: line(
      'secure',
      number,
      pageArg(args, places),
      big(args, 'offset'),
      BigInt((args['value'] as string | undefined) ?? 0),
    ),
    read: ([x0, x1 = '']) => (x0 === '0' ? read(x1) : { ret: refused }),
  });
const callsOfSecureWorld = {
  ffa_share: passesOn(0x73),
  ffa_lend: passesOn(0x72),
  ffa_reclaim: (args, places) => ({ line: line('reclaim', pageArg(args, places)), read: ffaAnswer }),
  secure_read: secureWorld(1, 'FAULT', (x1) => ({ value: `0x${x1}` })),
  secure_write: secureWorld(2, 'FAULT', () => ({ ret: 0 })),
  secure_return: secureWorld(3, 'DENIED', () => ({ ret: 0 })),
} as const satisfies Readonly<Record<string, Asker>>;

/** Calls that no profile of Linux has. */
const callsOfFindings = { host_cpu_suspend: sleep } as const satisfies Readonly<Record<string, Asker>>;

const requests: Readonly<Record<string, Asker>> = {
  ...callsOfSecureWorld,
  host_share_hyp: hypercall('__pkvm_host_share_hyp', (args, places) => [pageArg(args, places)]),
  host_unshare_hyp: hypercall('__pkvm_host_unshare_hyp', (args, places) => [pageArg(args, places)]),
  donate_guest: hypercall(
    '__pkvm_host_donate_guest',
    (args, places) => [pageArg(args, places), gfnArg(args)],
    listed,
    'list',
  ),
  share_guest: hypercall(
    '__pkvm_host_share_guest',
    (args, places) => [pageArg(args, places), gfnArg(args), big(args, 'nr'), big(args, 'prot')],
    listed,
    'list',
  ),
  unshare_guest: hypercall('__pkvm_host_unshare_guest', handleGfnNr),
  relax_perms: hypercall('__pkvm_host_relax_perms_guest', (args) => [gfnArg(args), big(args, 'prot')]),
  wrprotect: hypercall('__pkvm_host_wrprotect_guest', handleGfnNr),
  test_clear_young: hypercall('__pkvm_host_test_clear_young_guest', (args) => [
    ...handleGfnNr(args),
    inRegister(args, 'mkold', flag(args, 'mkold')),
  ]),
  mkyoung: hypercall('__pkvm_host_mkyoung_guest', (args) => [gfnArg(args)]),
  reserve_vm: hypercall('__pkvm_reserve_vm', () => []),
  unreserve_vm: hypercall('__pkvm_unreserve_vm', justHandle, silent),
  init_vm: initVm,
  init_vcpu: initVcpu,
  vcpu_in_poison_fault: hypercall('__pkvm_vcpu_in_poison_fault', () => []),
  force_reclaim_guest_page: hypercall('__pkvm_force_reclaim_guest_page', (args, places) => [
    addressOf(pageArg(args, places), big(args, 'offset')),
  ]),
  reclaim_dying_guest_page: hypercall('__pkvm_reclaim_dying_guest_page', (args) => [handleArg(args), gfnArg(args)]),
  start_teardown_vm: hypercall('__pkvm_start_teardown_vm', justHandle),
  finalize_teardown_vm: hypercall('__pkvm_finalize_teardown_vm', justHandle, finalized, 'finalize'),
  teardown_vm: hypercall('__pkvm_teardown_vm', justHandle, returned, 'finalize'),
  vcpu_load: hypercall(
    '__pkvm_vcpu_load',
    (args) => [handleArg(args), inRegister(args, 'index', big(args, 'index')), 0],
    silent,
  ),
  vcpu_put: hypercall('__pkvm_vcpu_put', () => [], silent),
  vcpu_sync_state: hypercall('__pkvm_vcpu_sync_state', () => [], silent),
  tlb_flush_vmid: hypercall('__pkvm_tlb_flush_vmid', justHandle, silent),
  hypercall: (args, places) => ({ line: rawCall(args, places), read: perhapsReturned }),
  host_smc: firmwareCall,
  ...callsOfFindings,
  host_read: (args, places) => ({ line: line('load', pageArg(args, places), big(args, 'offset')), read: loaded }),
  host_write: (args, places) => ({
    line: `${line('store', pageArg(args, places), big(args, 'offset'))} ${storedValue(args['value'] as string, places)}`,
    read: stored,
  }),
  host_load_stub: (args, places) => ({ line: line('stub', pageArg(args, places)), read: stored }),
  topup_memcache: topup,
  guest_read: runs('load', () => ({})),
  guest_write: runs('store', (args) => ({ x21: BigInt(args['value'] as string) })),
  guest_read_pair: runs('pair', () => ({})),
  guest_atomic: runs('atomic', () => ({})),
  guest_fetch: runs('jump', () => ({})),
  guest_instruction: executes,
  guest_call: runs('call', (args) => ({ x0: big(args, 'function') })),
  guest_hyp_meminfo: guestCall(guestCalls.meminfo),
  guest_mem_share: guestCall(guestCalls.share),
  guest_mem_unshare: guestCall(guestCalls.unshare),
};

const someArgs: Args = { value: '0x0' };

/** The calls that can be asked of a machine: of a hypervisor with these hypercalls, on a CPU and firmware like its own. */
export const callsOn = ({
  calls,
  atomics,
  secureWorld,
}: Pick<Features, 'calls' | 'atomics' | 'secureWorld'>): string[] =>
  callsWith((name) => name in calls).filter(
    (op) => (atomics || op !== 'guest_atomic') && (secureWorld || !(op in callsOfSecureWorld)),
  );

/** The calls that a hypervisor with these hypercalls can answer. */
export const callsWith = (exists: (hypercall: string) => boolean): string[] =>
  Object.entries(requests).flatMap(([op, asker]) => {
    if (op in callsOfFindings) return [];
    const needed: string[] = [];
    const places: Places = { page: () => 0n, call: (name) => needed.push(name), maybe: () => 0, codeGfn: 0 };
    asker(someArgs, places);
    return needed.every(exists) ? [op] : [];
  });
