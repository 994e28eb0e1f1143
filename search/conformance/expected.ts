/** How an outcome of the spec reads in the words of a transcript. */
import type { Outcome } from '../../spec/transition-system.ts';
import type { Guard, Rule } from '../../spec/rule.ts';
import type { Question } from '../../spec/target.ts';
import type { Answer } from '../../spec/transcript.ts';
import { isRegisterWrite } from '../../spec/guest-instructions.ts';
import { firstHandle } from './calls.ts';
import { frameWrap } from './survey.ts';

/** Where the spec says nothing: whatever is recorded agrees. */
export const anything = 'anything';

/** What an answer can hold, field by field, for whoever writes one. */
export const answerFields: Readonly<Record<string, string>> = {
  ret: 'what the call returned: a number, or the name of an error',
  ok: 'a store took place',
  value: 'the word that was read, as 64 bits in hexadecimal without leading zeros',
  fault:
    "`EFAULT`: the host's access faulted; beside `exit`, why the guest's did: `translation`, `permission` or `access_flag`",
  exit: 'the guest stopped without finishing: `data_abort` or `inst_abort` at a frame; `hvc`, `smc`, `wfx` or `sysreg` where its call, its wait or its access to a register was handed to the host; `undefined` where it took such an exception itself',
  gfn: 'beside `exit`: the frame of the access',
  write: 'beside `exit`: whether the access was a store',
  isv: 'beside `exit`, for an access of two words or an atomic: whether the syndrome says which register it was for',
  smccc: "what the guest's own call returned: 0, or -3 where it was refused",
  vm: 'the name of a new VM; an adapter can leave it out',
  memcache: "how many pages are left on the host's list of the vCPU",
  returned:
    'how many pages were handed back at the end of a VM: `metadata` (its structures) and `stage2` (its tables, its root and cached pages that never became tables)',
  panic: 'the hypervisor stopped (`EL2`) or never answered (`hang`), with a `message`; nothing is asked after that',
  problem: "the host's side could not make the call, and why; no correct hypervisor causes this",
};

const writes = new Set(['guest_write', 'guest_mem_share']);
/** Accesses of which an abort names no register: nobody can emulate them. */
const withoutSyndrome = new Set(['guest_read_pair', 'guest_atomic']);
const stores = new Set(['host_write', 'host_load_stub', 'guest_write']);
const guestCalls = new Set(['guest_mem_share', 'guest_mem_unshare', 'guest_hyp_meminfo', 'guest_call']);
/** Ends of a step that say all by their names. */
const bareExits: ReadonlySet<string> = new Set(['hvc', 'smc', 'wfx', 'sysreg', 'undefined']);

/** The answer of a refused call. */
export function refusal(event: Question, { error, clause }: Pick<Guard, 'error' | 'clause'>, codeGfn = 0): Answer {
  if (error === 'IGNORED') return {};
  if (error === 'PANIC') return { panic: 'EL2' };
  if (error === 'INVALID_PARAMETER') return { smccc: -3 };
  if (bareExits.has(error)) return { exit: error };
  if (error === 'EFAULT' && event.op.startsWith('host_')) return { fault: 'EFAULT' };
  const [exit, fault] = error.split(':');
  if (fault === undefined) return { ret: error };
  const gfn = Number(event.args['gfn']) % frameWrap;
  if (exit === 'inst_abort') return { exit, gfn: clause.startsWith('FETCH-') ? gfn : codeGfn, fault };
  const abort = {
    exit: 'data_abort',
    gfn,
    fault,
    write: event.op === 'guest_atomic' ? anything : writes.has(event.op),
  };
  return withoutSyndrome.has(event.op) ? { ...abort, isv: false } : abort;
}

/** The answer of a call that went through; `word` turns a content number into what was recorded for it. */
export function success(
  event: Question,
  rule: Rule,
  outcome: Outcome & { kind: 'done' },
  word: (number: number) => string,
): Answer {
  if (stores.has(event.op)) return { ok: true };
  if (guestCalls.has(event.op)) return { smccc: outcome.answer };
  if (event.op === 'guest_instruction') {
    return isRegisterWrite(String(event.args['instruction'])) ? { ok: true } : { value: anything };
  }
  if (event.op === 'guest_fetch') return { exit: 'undefined' };
  if (rule.answer === 'value') return { value: word(outcome.answer) };
  if (rule.answer === 'vm') return { ret: firstHandle + outcome.answer };
  if (rule.answer === 'number' && event.op !== 'finalize_teardown_vm') return { ret: outcome.answer };
  if (silent.has(event.op)) return {};
  return { ret: event.op === 'hypercall' || event.op === 'host_smc' ? anything : 0 };
}

/** Calls that return nothing. */
const silent = new Set([
  'unreserve_vm',
  'vcpu_load',
  'vcpu_put',
  'vcpu_sync_state',
  'tlb_flush_vmid',
  'topup_memcache',
]);
