/** What one call may change of the tables and records, and what it leaves alone. */
import { done } from '../../spec/transition-system.ts';
import type { CompiledRule } from '../../spec/transition-system.ts';
import { none } from '../../spec/config.ts';
import { fieldNames } from '../../spec/fields.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import type { Guard } from '../../spec/rule.ts';
import type { Each, Property } from '../property.ts';
import { LIFE, MAPPING, OWNER, PAGE, USE } from '../view.ts';
import type { View } from '../view.ts';

/** To whom a page belongs. */
const ownerOf = (view: View, page: number): number => {
  const host = view.host(page);
  return host === PAGE.OWNED || host === PAGE.SHARED_OWNED ? OWNER.NONE : view.owner(page);
};

const sharingKeepsTheOwner: Each = {
  kind: 'each',
  clause: 'MEM-SHARE-KEEPS',
  statement: 'sharing and unsharing leave the owner of every page as it was',
  loss: 'sharing moves a page',
  over: 'page',
  on: ['host_share_hyp', 'host_unshare_hyp', 'share_guest', 'unshare_guest', 'guest_mem_share', 'guest_mem_unshare'],
  holds: (step, page) => {
    const [before, after] = [ownerOf(step.was, page), ownerOf(step.now, page)];
    const refilled = before === OWNER.NONE && after === OWNER.HYP && step.now.use(page) === USE.STAGE2;
    return before === after || refilled;
  },
};

const oneStage2Changes: Each = {
  kind: 'each',
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
  statement: 'a load or a store changes no stage 2 and no record of a page',
  loss: 'an access changes the tables',
  over: 'page',
  on: ['host_read', 'host_write', 'host_load_stub', 'guest_read', 'guest_write', 'topup_memcache'],
  holds: (step, page) =>
    step.was.host(page) === step.now.host(page) &&
    step.was.hyp(page) === step.now.hyp(page) &&
    step.was.owner(page) === step.now.owner(page),
};

const poisonStays: Each = {
  kind: 'each',
  clause: 'MEM-POISON',
  statement: 'a poisoned frame stays poisoned until its VM is gone',
  loss: 'a poisoned frame is used again',
  over: 'mapping',
  holds: (step, mapping) =>
    step.was.mapping(mapping) !== MAPPING.POISON ||
    step.now.mapping(mapping) === MAPPING.POISON ||
    step.now.life(step.now.vmOfMapping(mapping)) === LIFE.NONE,
};

const takenFramesArePoisoned: Each = {
  kind: 'each',
  clause: 'MEM-POISON',
  statement: 'a frame from which the host takes a page of a VM that lives is poisoned',
  loss: 'a live VM loses a page unnoticed',
  over: 'mapping',
  holds: (step, mapping) => {
    const state = step.was.mapping(mapping);
    const owned = state === MAPPING.OWNED || state === MAPPING.SHARED_OWNED;
    if (!owned || step.now.life(step.now.vmOfMapping(mapping)) !== LIFE.LIVE) return true;
    // A page that the VM itself gives back is not taken from it.
    if (step.call === 'guest_mem_relinquish') return true;
    return step.now.mapped(mapping) === step.was.mapped(mapping) || step.now.mapping(mapping) === MAPPING.POISON;
  },
};

const tablesOfProtectedVmsStay: Each = {
  kind: 'each',
  clause: 'MEM-FIXED-ENTRIES',
  statement: 'no call of the host changes the permissions or the age of what a protected VM goes on mapping',
  loss: 'the host meddles with the entries of a VM',
  over: 'mapping',
  by: 'host',
  holds: ({ was, now }, mapping) => {
    if (!was.isProtected(was.vmOfMapping(mapping))) return true;
    if (was.mapped(mapping) === none || was.mapped(mapping) !== now.mapped(mapping)) return true;
    return was.prot(mapping) === now.prot(mapping) && was.young(mapping) === now.young(mapping);
  },
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

const deniedCallsChangeNothing: Each = {
  kind: 'each',
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
  deniedCallsChangeNothing,
];
