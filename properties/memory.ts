/** Memory: who owns a page, who reaches it, and what is in it when it changes hands. */
import { done } from '../spec/machine.ts';
import type { CompiledRule } from '../spec/machine.ts';
import { fieldNames, none } from '../spec/state.ts';
import type { Guard } from '../spec/rule.ts';
import { protAll } from '../spec/world.ts';
import type { Always, Each, Permitted, Property, Step } from './property.ts';
import { LIFE, MAPPING, OWNER, PAGE, USE, secretIn } from './view.ts';
import type { View } from './view.ts';

const count = (counts: Int32Array, index: number): number => counts[index] as number;
/** Mappings that borrow a page, those that own it, and either kind with the stranded ones. */
const lent = (view: View, page: number): number => count(view.ledger.lent, page);
const held = (view: View, page: number): number => count(view.ledger.held, page);
const everLent = (view: View, page: number): number => lent(view, page) + count(view.ledger.strandedLent, page);
const everHeld = (view: View, page: number): number => held(view, page) + count(view.ledger.strandedHeld, page);

const isMapped = (state: number): boolean => state !== MAPPING.NOPAGE && state < MAPPING.POISON;

/** No VM and no device reaches the page. */
const isUnreached = (view: View, page: number): boolean =>
  lent(view, page) === 0 && held(view, page) === 0 && view.dmaMaps(page) === 0;

const secretsAreNotReached: Always = {
  kind: 'always',
  clause: 'MEM-CONFIDENTIAL',
  says: 'a page that holds the secret of a VM is in the hands of that VM alone',
  loss: 'a secret lies in reach of others',
  over: 'page',
  holds: (view, page) => {
    const vm = view.secretOf(page);
    if (vm === none) return true;
    return (
      view.host(page) === PAGE.NOPAGE &&
      view.hyp(page) === PAGE.NOPAGE &&
      view.ownerVm(page) === vm &&
      everHeld(view, page) === 1 &&
      lent(view, page) === 0
    );
  },
};

const secretsAreNotRead: Each = {
  kind: 'each',
  clause: 'MEM-CONFIDENTIAL',
  says: 'no load by the host or by another VM returns what a VM wrote for itself',
  loss: 'others read a secret',
  over: 'call',
  on: ['host_read', 'guest_read'],
  holds: (step) => {
    if (!step.isDone) return true;
    const vm = secretIn(step.answer);
    return vm === none || (step.call === 'guest_read' && step.arg('vm') === vm);
  },
};

const ownedPagesArePrivate: Always = {
  kind: 'always',
  clause: 'MEM-PRIVATE',
  says: 'a page that a VM owns and has not shared is reachable by nobody else',
  loss: 'others reach a page of a VM',
  over: 'mapping',
  holds: (view, mapping) => {
    if (view.mapping(mapping) !== MAPPING.OWNED) return true;
    const first = view.mapped(mapping);
    const end = first + view.span(mapping);
    for (let page = first; page < end; page++) {
      if (view.host(page) !== PAGE.NOPAGE || view.hyp(page) !== PAGE.NOPAGE) return false;
      if (held(view, page) !== 1 || lent(view, page) !== 0 || view.dmaMaps(page) !== 0) return false;
    }
    return true;
  },
};

const hypervisorPagesArePrivate: Always = {
  kind: 'always',
  clause: 'MEM-HYP-PRIVATE',
  says: 'a page that the hypervisor owns is reachable neither by the host nor by a VM nor by a device',
  loss: 'others reach a page of the hypervisor',
  over: 'page',
  holds: (view, page) => view.hyp(page) !== PAGE.OWNED || (view.host(page) === PAGE.NOPAGE && isUnreached(view, page)),
};

const hostPagesArePrivate: Always = {
  kind: 'always',
  clause: 'MEM-HOST-PRIVATE',
  says: 'a page that the host owns and has not shared with VMs is reachable by none',
  loss: 'a VM reaches a page of the host',
  over: 'page',
  holds: (view, page) => {
    const host = view.host(page);
    const alone = host === PAGE.OWNED || (host === PAGE.SHARED_OWNED && view.hyp(page) === PAGE.SHARED_BORROWED);
    return !alone || (lent(view, page) === 0 && held(view, page) === 0);
  },
};

const pagesHaveOneOwner: Always = {
  kind: 'always',
  clause: 'MEM-ONE-OWNER',
  says: 'a page has one owner: the host, the hypervisor, one VM or the secure world',
  loss: 'a page has two owners',
  over: 'page',
  holds: (view, page) => {
    if (!view.isMemory(page)) return true;
    const host = view.host(page);
    const byHost = host === PAGE.OWNED || host === PAGE.SHARED_OWNED ? 1 : 0;
    const byHyp = view.hyp(page) === PAGE.OWNED ? 1 : 0;
    const bySecureWorld = view.owner(page) === OWNER.FFA ? 1 : 0;
    return byHost + byHyp + bySecureWorld + everHeld(view, page) === 1;
  },
};

const onlyMemoryChangesHands: Always = {
  kind: 'always',
  clause: 'MEM-LEGAL',
  says: 'what is not memory is never shared, given away or mapped',
  loss: 'what is no memory changes hands',
  over: 'page',
  holds: (view, page) => {
    if (view.isMemory(page)) return true;
    const kind = view.world.pages[page]?.kind;
    return (
      view.host(page) === (kind === 'carveout' ? PAGE.NOPAGE : PAGE.OWNED) &&
      view.hyp(page) === (kind === 'carveout' ? PAGE.OWNED : PAGE.NOPAGE) &&
      view.use(page) === USE.NONE &&
      view.pins(page) === 0 &&
      everLent(view, page) === 0 &&
      everHeld(view, page) === 0
    );
  },
};

/** The entry at which the record says that a page is owned does map it, in this state; a stranded one is forgiven. */
function isNoted(view: View, page: number, state: number): boolean {
  if (everHeld(view, page) !== 1) return false;
  if (count(view.ledger.strandedHeld, page) > 0) return true;
  const note = view.note(page);
  if (note === none) return false;
  const leaf = view.leaf(note);
  const first = view.mapped(leaf);
  return view.mapping(leaf) === state && first <= page && page < first + view.span(leaf);
}

function isLegal(view: View, page: number): boolean {
  const [host, hyp, owner] = [view.host(page), view.hyp(page), view.owner(page)];
  const notLent = everLent(view, page) === 0 && view.shares(page) === 0;
  const notHeld = everHeld(view, page) === 0;
  if (host === PAGE.OWNED) return hyp === PAGE.NOPAGE && owner === OWNER.NONE && notLent && notHeld;
  if (host === PAGE.SHARED_OWNED) {
    if (owner !== OWNER.NONE || !notHeld) return false;
    return hyp === PAGE.NOPAGE || (hyp === PAGE.SHARED_BORROWED && notLent);
  }
  if (!notLent) return false;
  if (host === PAGE.SHARED_BORROWED) return hyp === PAGE.NOPAGE && isNoted(view, page, MAPPING.SHARED_OWNED);
  if (owner === OWNER.HYP) return hyp === PAGE.OWNED && notHeld;
  if (owner === OWNER.VM) return hyp === PAGE.NOPAGE && isNoted(view, page, MAPPING.OWNED);
  return owner === OWNER.FFA && hyp === PAGE.NOPAGE && notHeld;
}

const viewsAreLegal: Always = {
  kind: 'always',
  clause: 'MEM-LEGAL',
  says: 'the views of the host, the hypervisor and the VMs of a page are one row of the table of legal combinations',
  loss: 'the records of a page contradict each other',
  over: 'page',
  holds: (view, page) => !view.isMemory(page) || isLegal(view, page),
};

function isWellFormedBlock(view: View, mapping: number): boolean {
  const vm = view.vmOfMapping(mapping);
  const head = mapping - vm * view.frames;
  if (view.world.gfns[head]?.head !== head) return false;
  if ((view.world.pages[view.mapped(mapping)]?.aligned ?? 0) < view.world.block) return false;
  for (let frame = 0; frame < view.frames; frame++) {
    if (frame === head || view.world.gfns[frame]?.head !== head) continue;
    if (view.mapping(vm * view.frames + frame) !== MAPPING.NOPAGE) return false;
  }
  return true;
}

const mappingsAreWellFormed: Always = {
  kind: 'always',
  clause: 'MEM-LEGAL',
  says: 'an entry maps one page or one aligned block, inside the address range, with permissions that exist',
  loss: 'an entry maps what it cannot',
  over: 'mapping',
  holds: (view, mapping) => {
    const state = view.mapping(mapping);
    if (!isMapped(state))
      return view.mapped(mapping) === none && view.asBlock(mapping) === 0 && view.prot(mapping) === 0;
    const gfn = mapping % view.frames;
    const shape = view.world.gfns[gfn];
    const prot = view.prot(mapping);
    if (shape?.inRange !== true || shape.of !== gfn || prot < 0 || prot > protAll) return false;
    if (view.mapped(mapping) < 0) return false;
    return view.asBlock(mapping) === 0 || isWellFormedBlock(view, mapping);
  },
};

const vmsOwnOrBorrow: Always = {
  kind: 'always',
  clause: 'MEM-LEGAL',
  says: 'a protected VM owns what it maps, another VM borrows it, and a VM that does not exist maps nothing',
  loss: 'a page is mapped the wrong way',
  over: 'mapping',
  holds: (view, mapping) => {
    const state = view.mapping(mapping);
    if (state === MAPPING.NOPAGE) return true;
    const vm = view.vmOfMapping(mapping);
    if (!view.isCreated(vm)) return false;
    return state === MAPPING.SHARED_BORROWED ? !view.isProtected(vm) : view.isProtected(vm);
  },
};

const sharesAreConserved: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-SHARES',
  says: 'the share count of a page is the number of mappings that borrow it',
  loss: 'a share is lost count of',
  over: 'page',
  holds: (view, page) => view.shares(page) === everLent(view, page),
};

const pinsAreConserved: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-PINS',
  says: 'the pins of a page are as many as the VMs and vCPUs whose structures lie in it',
  loss: 'a pin is lost count of',
  over: 'page',
  holds: (view, page) => view.pins(page) === count(view.ledger.relied, page),
};

const pinsHold: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-PINS',
  says: 'a page on which a VM or a vCPU relies stays shared with the hypervisor',
  loss: 'a page that is relied on is taken away',
  over: 'page',
  holds: (view, page) =>
    count(view.ledger.relied, page) === 0 ||
    (view.host(page) === PAGE.SHARED_OWNED && view.hyp(page) === PAGE.SHARED_BORROWED),
};

const donatedPagesServe: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-DONATED',
  says: 'a page that the host gave to the hypervisor serves one VM that exists, for one use',
  loss: 'a donated page serves nobody',
  over: 'page',
  holds: (view, page) => {
    if (!view.isMemory(page)) return true;
    const serves = view.use(page) !== USE.NONE;
    return serves === (view.hyp(page) === PAGE.OWNED) && serves === (view.useVm(page) !== none);
  },
};

const donatedPagesAreCounted: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-DONATED',
  says: 'the hypervisor holds as many pages for a VM as it has counted, and none for a VM that does not exist',
  loss: 'a donated page is lost count of',
  over: 'vm',
  holds: (view, vm) => {
    const [structures, tables] = [count(view.ledger.structures, vm), count(view.ledger.tables, vm)];
    if (!view.isCreated(vm)) return structures === 0 && tables === 0;
    return structures === view.metadataPages(vm) && tables === view.stage2Pages(vm);
  },
};

/** Page tables of a VM that are in use, or -1 where a count has gone below zero. */
function tablesInUse(view: View, vm: number): number {
  const { tables } = view.world;
  let used = 0;
  for (let table = vm * tables; table < (vm + 1) * tables; table++) {
    if (view.tableEntries(table) < 0) return -1;
    if (view.tableEntries(table) > 0) used++;
  }
  return used;
}

const tableMemoryIsConserved: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-DONATED',
  says: 'each stage-2 page of a VM is its root, a table in use, spare in the VM, or in the cache of a vCPU',
  loss: 'a page table comes from nowhere',
  over: 'vm',
  holds: (view, vm) => {
    if (!view.isCreated(vm)) return true;
    const used = tablesInUse(view, vm);
    if (used < 0 || view.pool(vm) < 0) return false;
    let cached = 0;
    for (let vcpu = vm * view.vcpus; vcpu < (vm + 1) * view.vcpus; vcpu++) {
      if (view.cache(vcpu) < 0) return false;
      cached += view.cache(vcpu);
    }
    return view.stage2Pages(vm) === view.world.sizes.pgdPages + used + view.pool(vm) + cached;
  },
};

/** The page was a VM's, unshared. */
const wasPrivate = (step: Step, page: number): boolean =>
  step.was.owner(page) === OWNER.VM && step.was.host(page) === PAGE.NOPAGE;

const privateBytesStay: Each = {
  kind: 'each',
  clause: 'MEM-INTEGRITY',
  says: 'the bytes of a page that a VM owns and has not shared change only by a step of that VM, or to zeros',
  loss: 'others change bytes of a VM',
  over: 'page',
  holds: (step, page) => {
    if (!wasPrivate(step, page)) return true;
    const byOwner = step.rule.rule.actor === 'guest' && step.arg('vm') === step.was.ownerVm(page);
    if (byOwner) return true;
    for (let word = 0; word < step.was.words; word++) {
      const after = step.now.word(page, word);
      if (after !== 0 && after !== step.was.word(page, word)) return false;
    }
    return true;
  },
};

const pagesComeBackWiped: Each = {
  kind: 'each',
  clause: 'MEM-WIPE',
  says: 'a page that a VM owned and had not shared holds zeros when the host can read it again',
  loss: 'bytes of a VM come back to the host',
  over: 'page',
  holds: (step, page) => {
    if (!wasPrivate(step, page) || step.now.host(page) === PAGE.NOPAGE) return true;
    return step.now.host(page) === PAGE.SHARED_BORROWED || step.now.isZero(page);
  },
};

const accessNeedsConsent: Each = {
  kind: 'each',
  clause: 'MEM-CONSENT',
  says: 'while a VM lives, the host regains one of its pages only if the VM shares it, or wiped',
  loss: 'the host regains a page without consent',
  over: 'page',
  holds: (step, page) => {
    if (!wasPrivate(step, page) || step.now.host(page) === PAGE.NOPAGE) return true;
    const vm = step.was.ownerVm(page);
    return (step.call === 'guest_mem_share' && step.arg('vm') === vm) || step.now.isZero(page);
  },
};

const hostReadsWhatItReaches: Each = {
  kind: 'each',
  clause: 'MEM-FAULT',
  says: 'an access by the host goes through only to memory that it may reach',
  loss: 'the host reaches what it may not',
  over: 'call',
  on: ['host_read', 'host_write', 'host_load_stub'],
  holds: (step) => {
    if (!step.isDone) return true;
    const page = step.arg('page');
    return step.was.isMemory(page) && step.was.host(page) !== PAGE.NOPAGE;
  },
};

/** To whom a page belongs. */
const ownerOf = (view: View, page: number): number => {
  const host = view.host(page);
  return host === PAGE.OWNED || host === PAGE.SHARED_OWNED ? OWNER.NONE : view.owner(page);
};

const sharingKeepsTheOwner: Each = {
  kind: 'each',
  clause: 'MEM-SHARE-KEEPS',
  says: 'sharing and unsharing leave the owner of every page as it was',
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
  says: 'a step changes the stage 2 of one VM at the most',
  loss: 'one call changes two VMs',
  over: 'call',
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
  says: 'a load or a store changes no stage 2 and no record of a page',
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
  says: 'a poisoned frame stays poisoned until its VM is gone',
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
  says: 'a frame from which the host takes a page of a VM that lives is poisoned',
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
  says: 'no call of the host changes the permissions or the age of what a protected VM goes on mapping',
  loss: 'the host meddles with the entries of a VM',
  over: 'mapping',
  by: 'host',
  holds: ({ was, now }, mapping) => {
    if (!was.isProtected(was.vmOfMapping(mapping))) return true;
    if (was.mapped(mapping) === none || was.mapped(mapping) !== now.mapped(mapping)) return true;
    return was.prot(mapping) === now.prot(mapping) && was.young(mapping) === now.young(mapping);
  },
};

/** By the guard that refuses: the fields that may have changed all the same, written by the kept steps before it. */
const allowances = new WeakMap<Guard, Uint8Array>();

function keptBefore(rule: CompiledRule, guard: Guard): Uint8Array {
  const known = allowances.get(guard);
  if (known) return known;
  const before = rule.rule.guards.slice(0, rule.rule.guards.indexOf(guard));
  const kept = new Set(before.flatMap((step) => (step.kind === 'keeps' ? step.effect.writes : [])));
  const allowed = Uint8Array.from(fieldNames, (name) => (kept.has(name) ? 1 : 0));
  allowances.set(guard, allowed);
  return allowed;
}

const deniedCallsChangeNothing: Each = {
  kind: 'each',
  clause: 'MEM-DENIED',
  says: 'a refused call changes nothing but what a clause names',
  loss: 'a refused call changes something',
  over: 'call',
  holds: (step) => {
    if (step.guard === done || step.state.written === 0) return true;
    const allowed = keptBefore(step.rule, step.rule.guards[step.guard] as Guard);
    const { journal, written } = step.state;
    for (let i = 0; i < written; i += 2) {
      if (allowed[step.now.fieldOf[journal[i] as number] as number] !== 1) return false;
    }
    return true;
  },
};

const hostReadsNonProtected: Permitted = {
  kind: 'permitted',
  clause: 'MEM-NONPROTECTED',
  says: 'the host reads what a VM that is not protected has written',
  on: ['guest_write'],
  seen: (step) =>
    step.isDone &&
    !step.now.isProtected(step.arg('vm')) &&
    step.now.host(step.now.mapped(step.now.leaf(step.arg('vm') * step.now.frames + step.arg('gfn')))) !== PAGE.NOPAGE,
};

const sharedPagesComeBackAsTheyAre: Permitted = {
  kind: 'permitted',
  clause: 'MEM-WIPE-SHARED',
  says: 'a page that its VM had shared comes back with its bytes',
  on: ['reclaim_dying_guest_page'],
  seen: (step) => {
    if (!step.isDone) return false;
    const page = step.was.mapped(step.was.leaf(step.arg('vm') * step.was.frames + step.arg('gfn')));
    return page >= 0 && step.was.host(page) === PAGE.SHARED_BORROWED && !step.now.isZero(page);
  },
};

export const memory: readonly Property[] = [
  secretsAreNotRead,
  hostReadsWhatItReaches,
  pagesComeBackWiped,
  accessNeedsConsent,
  privateBytesStay,
  secretsAreNotReached,
  ownedPagesArePrivate,
  hypervisorPagesArePrivate,
  hostPagesArePrivate,
  pagesHaveOneOwner,
  sharesAreConserved,
  pinsAreConserved,
  pinsHold,
  donatedPagesServe,
  donatedPagesAreCounted,
  tableMemoryIsConserved,
  onlyMemoryChangesHands,
  mappingsAreWellFormed,
  vmsOwnOrBorrow,
  viewsAreLegal,
  takenFramesArePoisoned,
  tablesOfProtectedVmsStay,
  poisonStays,
  sharingKeepsTheOwner,
  oneStage2Changes,
  accessesLeaveTablesAlone,
  deniedCallsChangeNothing,
  hostReadsNonProtected,
  sharedPagesComeBackAsTheyAre,
];
