/** Between events of a transcript and the lines that the guest module reads and answers (see guest/module.c). */
import type { Question } from '../../spec/target.ts';
import type { Answer } from '../../spec/transcript.ts';
import { TargetProblem } from '../problem.ts';
import {
  addressOf,
  big,
  flag,
  gfnArg,
  handleArg,
  hex,
  hypercall,
  inRegister,
  line,
  pageArg,
  perhapsReturned,
  returned,
  silent,
} from './asking.ts';
import type { Args, Asker, Number64, Places, Request } from './asking.ts';
import { callsOfSecureWorld, firmwareCall, sleep } from './firmware-calls.ts';
import { executes, guestCall, guestCalls, runs } from './guest-steps.ts';
import type { Features } from './installed.ts';

const stored = ([word]: readonly string[]): Answer => (word === 'ok' ? { ok: true } : { fault: 'EFAULT' });
const loaded = ([word]: readonly string[]): Answer =>
  word === 'fault' ? { fault: 'EFAULT' } : { value: `0x${word ?? ''}` };

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

/** The same for a call that may take pages off the host's list; if it did, the list's new length follows. */
const listed = (answer: readonly string[]): Answer => ({
  ...returned(answer),
  ...(answer[2] === undefined ? {} : { memcache: parseInt(answer[2], 16) }),
});

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
