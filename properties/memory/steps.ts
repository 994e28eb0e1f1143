/** What one call may change of the tables and records, and what it leaves alone. */
import { done } from '../../spec/transition-system.ts';
import type { CompiledRule } from '../../spec/transition-system.ts';
import { none } from '../../spec/config.ts';
import { fieldNames } from '../../spec/fields.ts';
import { before, both, callIs, cell, either, implies, not, stays } from '../../spec/language/build.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import type { Guard } from '../../spec/rule.ts';
import { hostState, hypState, ownerOf } from '../../spec/vocabulary/pages.ts';
import { isProtected, lifeOf } from '../../spec/vocabulary/vms.ts';
import type { Each, EachInCode, Property } from '../property.ts';
import { isTheHosts } from './words.ts';

/** The page went to the hypervisor for tables of a VM. */
const isRefilled = both(ownerOf('page').is('HYP'), cell('use', 'page').is('STAGE2'));

const sharingKeepsTheOwner: Each = {
  kind: 'each',
  clause: 'MEM-SHARE-KEEPS',
  statement: 'sharing and unsharing leave the owner of every page as it was',
  loss: 'sharing moves a page',
  over: 'page',
  on: ['host_share_hyp', 'host_unshare_hyp', 'share_guest', 'unshare_guest', 'guest_mem_share', 'guest_mem_unshare'],
  holds: either(
    both(before(isTheHosts('page')), either(isTheHosts('page'), isRefilled)),
    both(before(not(isTheHosts('page'))), not(isTheHosts('page')), stays(ownerOf('page').value)),
  ),
};

const oneStage2Changes: EachInCode = {
  kind: 'each',
  because: 'what is written',
  clause: 'MEM-OWN-TABLES',
  statement: 'a step changes the stage 2 of one VM at the most',
  loss: 'one call changes two VMs',
  over: 'call',
  when: (step) => step.state.written > 0,
  holds: (step) => {
    const { base, size } = step.now.layout;
    let changed = none;
    for (let i = 0; i < step.state.written; i += 2) {
      const mapping = (step.state.journal[i] as number) - base.mapped;
      if (mapping < 0 || mapping >= size.mapped) continue;
      const vm = step.now.vmOfMapping(mapping);
      if (changed !== none && changed !== vm) return false;
      changed = vm;
    }
    return true;
  },
};

const accessesLeaveTablesAlone: Each = {
  kind: 'each',
  clause: 'MEM-HYPERCALL-ONLY',
  statement:
    'neither an access, nor an instruction that traps, nor a call by its number changes a stage 2 or a record of a page',
  loss: 'an access changes the tables',
  over: 'page',
  on: [
    ...['host_read', 'host_write', 'host_load_stub', 'guest_read', 'guest_write', 'topup_memcache'],
    ...['guest_read_pair', 'guest_atomic', 'guest_fetch', 'guest_instruction', 'guest_call'],
    ...['hypercall', 'host_smc'],
  ],
  holds: both(stays(hostState('page').value), stays(hypState('page').value), stays(ownerOf('page').value)),
};

/** What a store of the host may write: words, and links of its own lists, which are words too. */
const stored = new Set([fieldNames.indexOf('word'), fieldNames.indexOf('link')]);

const structuresAreNotBelieved: EachInCode = {
  kind: 'each',
  because: 'what is written',
  clause: 'HOST-MEMORY-TAKEN',
  statement: 'a store of the host changes words of memory, and nothing that the hypervisor knows',
  loss: 'the hypervisor believes what the host writes into a structure',
  over: 'call',
  on: ['host_write'],
  holds: (step) => {
    const { journal, written } = step.state;
    for (let i = 0; i < written; i += 2) {
      if (!stored.has(step.now.fieldOf[journal[i] as number] as number)) return false;
    }
    return true;
  },
};

const entry = cell('mapping', 'vm', 'gfn');
const mapped = cell('mapped', 'vm', 'gfn');

const poisonStays: Each = {
  kind: 'each',
  clause: 'MEM-POISON',
  statement: 'a poisoned frame stays poisoned until its VM is gone',
  loss: 'a poisoned frame is used again',
  over: 'mapping',
  holds: implies(before(entry.is('POISON')), either(entry.is('POISON'), lifeOf('vm').is('NONE'))),
};

const takenFramesArePoisoned: Each = {
  kind: 'each',
  clause: 'MEM-POISON',
  statement: 'a frame from which the host takes a page of a VM that lives is poisoned',
  loss: 'a live VM loses a page unnoticed',
  over: 'mapping',
  // why: a page that the VM itself gives back is not taken from it.
  holds: implies(
    both(before(entry.isOneOf('OWNED', 'SHARED_OWNED')), lifeOf('vm').is('LIVE'), not(callIs('guest_mem_relinquish'))),
    either(stays(mapped.value), entry.is('POISON')),
  ),
};

const tablesOfProtectedVmsStay: Each = {
  kind: 'each',
  clause: 'MEM-FIXED-ENTRIES',
  statement: 'no call of the host changes the permissions or the age of what a protected VM goes on mapping',
  loss: 'the host meddles with the entries of a VM',
  over: 'mapping',
  by: 'host',
  holds: implies(
    both(before(isProtected('vm')), before(mapped.isNot(none)), stays(mapped.value)),
    both(stays(cell('prot', 'vm', 'gfn').value), stays(cell('young', 'vm', 'gfn').value)),
  ),
};

/**
 * By the guard that refuses: the fields that may have changed all the same, written by effects on failure before it.
 */
const allowances = new WeakMap<CompiledRule, Uint8Array[]>();

function failureEffectsBefore(rule: CompiledRule, guard: number): Uint8Array {
  // why: profiles share guards, and differ in what happens on failure before them.
  const known = allowances.get(rule) ?? [];
  allowances.set(rule, known);
  return (known[guard] ??= allowedBefore(rule, rule.guards[guard] as Guard));
}

function allowedBefore({ rule }: CompiledRule, guard: Guard): Uint8Array {
  const before = rule.guards.slice(0, rule.guards.indexOf(guard));
  const kept = new Set(before.flatMap((step) => (step.kind === 'onFailure' ? [...touchesOf(step.effect).writes] : [])));
  return Uint8Array.from(fieldNames, (name) => (kept.has(name) ? 1 : 0));
}

const deniedCallsChangeNothing: EachInCode = {
  kind: 'each',
  because: 'what is written',
  clause: 'MEM-DENIED',
  statement: 'a refused call changes nothing but what a clause names',
  loss: 'a refused call changes something',
  over: 'call',
  when: (step) => step.guard !== done,
  holds: (step) => {
    if (step.guard === done || step.state.written === 0) return true;
    const allowed = failureEffectsBefore(step.rule, step.guard);
    const { journal, written } = step.state;
    for (let i = 0; i < written; i += 2) {
      if (allowed[step.now.fieldOf[journal[i] as number] as number] !== 1) return false;
    }
    return true;
  },
};

export const steps: readonly Property[] = [
  takenFramesArePoisoned,
  tablesOfProtectedVmsStay,
  poisonStays,
  sharingKeepsTheOwner,
  oneStage2Changes,
  accessesLeaveTablesAlone,
  structuresAreNotBelieved,
  deniedCallsChangeNothing,
];
