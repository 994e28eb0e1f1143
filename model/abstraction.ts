/**
 * The abstract state that a machine stands for, read off its tables, records and TLBs: one list per field of the
 * spec's state, in the order of its cells. Or the reason why it stands for none: a call is half done, or two places of
 * the machine contradict each other.
 */
import type { BootField, FieldName, ServiceField } from '../spec/fields.ts';
import { frameWrap } from './board.ts';
import {
  accessFlag,
  annotation,
  annotationOf,
  gfnOf,
  handleOf,
  outputFrame,
  owner,
  ownerOf,
  protOf,
  state,
  stateOf,
} from './descriptor.ts';
import { contradiction } from './consistency.ts';
import { firstHandle, powers, type Vcpu, type Vm } from './hypervisor/vm.ts';
import type { Machine } from './machine.ts';

/** What is read of a word in a page that the hypervisor keeps for itself: nothing that the spec follows. */
export const notFollowed = -1;
const none = -1;

export type Cell = number | string;
/** What is not read off a machine: CIDs are the business of the Android host, what boots is another machine's. */
type NotRead = BootField | ServiceField | 'cidHeld' | 'cidGranted' | 'cidPending' | 'lastCid' | 'servicedCids';
export type MachineField = Exclude<FieldName, NotRead>;
/** With named values by their names. */
export type AbstractState = Readonly<Record<MachineField, readonly Cell[]>>;
/** With a number for each cell; `names` says which of them have names. */
export type Lists = Readonly<Record<MachineField, Float64Array>>;
export type Abstraction =
  { readonly kind: 'state'; readonly fields: AbstractState } | { readonly kind: 'none'; readonly why: string };

const stateNames = ['OWNED', 'SHARED_OWNED', 'SHARED_BORROWED', 'NOPAGE'] as const;
const [poison, guarded] = [stateNames.length, stateNames.length + 1];
const mailboxes = ['UNNAMED', 'NONE', 'NAMED'] as const;
const lives = { NONE: 0, RESERVED: 1, LIVE: 2, DYING: 3 } as const;
export const uses = { NONE: 0, METADATA: 1, STAGE2: 2 } as const;

/** Names of the numbers that a field's cells hold, in their order. */
export const names: Partial<Record<MachineField, readonly string[]>> = {
  host: stateNames,
  hyp: stateNames,
  mapping: [...stateNames, 'POISON', 'MMIO_GUARD'],
  owner: ['NONE', 'HYP', 'VM', 'FFA'],
  secure: ['NONE', 'SHARED', 'LENT'],
  mailbox: mailboxes,
  life: Object.keys(lives),
  use: Object.keys(uses),
  power: powers,
};

/** The abstract state of a machine at rest, with every check made in full. */
export function abstractionOf(machine: Machine): Abstraction {
  const why = contradiction(machine);
  return why === undefined ? { kind: 'state', fields: named(new Abstractor(machine).read()) } : { kind: 'none', why };
}

function named(lists: Lists): AbstractState {
  const fields = Object.entries(lists) as [MachineField, Float64Array][];
  const all = fields.map(([field, list]) => [field, Array.from(list, (cell) => names[field]?.[cell] ?? cell)]);
  return Object.fromEntries(all) as AbstractState;
}

/** Which fields are read together. */
export const parts = {
  page: ['host', 'hyp', 'owner', 'ownerVm', 'ownerGfn', 'shares', 'pins', 'word'],
  vms: [
    ...([
      'use',
      'useVm',
      'life',
      'protected',
      'idRegs',
      'createdVcpus',
      'hasPrimary',
      'kvm',
      'pool',
      'enrolled',
    ] as const),
    ...(['metadataPages', 'stage2Pages', 'mapped', 'mapping', 'prot', 'young', 'asBlock', 'tableEntries'] as const),
    ...(['present', 'hostVcpu', 'loadedOn', 'cache', 'fault', 'power', 'awaits', 'loaded'] as const),
  ],
  lists: ['link', 'listTop', 'listLength'],
  devices: ['attached', 'dmaPage', 'dmaMaps', 'secure', 'mailbox', 'mailboxTx', 'mailboxRx'],
} as const satisfies Readonly<Record<string, readonly MachineField[]>>;

/** How many cells a field has, and what stands in them before anything has been read. */
function blankLists({ config }: Machine): Record<MachineField, Float64Array> {
  const pages = config.pages.length;
  const mappings = config.slots * config.gfns.length;
  const vcpus = config.slots * config.vcpus;
  const of = (length: number, value = 0): Float64Array => new Float64Array(length).fill(value);
  return {
    host: of(pages, state.OWNED),
    hyp: of(pages, state.NOPAGE),
    owner: of(pages),
    ownerVm: of(pages, none),
    ownerGfn: of(pages, none),
    shares: of(pages),
    pins: of(pages),
    dmaMaps: of(pages),
    secure: of(pages),
    use: of(pages),
    useVm: of(pages, none),
    link: of(pages, none),
    word: of(pages * config.words),
    life: of(config.slots),
    protected: of(config.slots),
    idRegs: of(config.slots),
    createdVcpus: of(config.slots),
    hasPrimary: of(config.slots),
    kvm: of(config.slots, none),
    pool: of(config.slots),
    enrolled: of(config.slots),
    metadataPages: of(config.slots),
    stage2Pages: of(config.slots),
    mapped: of(mappings, none),
    mapping: of(mappings, state.NOPAGE),
    prot: of(mappings),
    young: of(mappings),
    asBlock: of(mappings),
    tableEntries: of(config.slots * config.tables),
    present: of(vcpus),
    hostVcpu: of(vcpus, none),
    loadedOn: of(vcpus, none),
    listTop: of(vcpus, none),
    listLength: of(vcpus),
    cache: of(vcpus),
    fault: of(vcpus, none),
    power: of(vcpus),
    awaits: of(vcpus, none),
    loaded: of(config.cpus, none),
    attached: of(config.devices),
    dmaPage: of(config.devices * config.iovas, none),
    mailbox: of(1),
    mailboxTx: of(1, none),
    mailboxRx: of(1, none),
  };
}

/** Reads one machine again and again, whole or part by part. The lists are its own, and are written over. */
export class Abstractor {
  readonly lists: Lists;
  private readonly machine: Machine;
  private readonly blanks: Readonly<Record<keyof typeof parts, readonly (readonly [Float64Array, number])[]>>;
  private readonly gfnCells: ReadonlyMap<number, number>;
  /** By frame: 1 where a list of the host's leads. */
  private readonly listed: Uint8Array;

  constructor(machine: Machine) {
    this.machine = machine;
    this.lists = blankLists(machine);
    this.listed = new Uint8Array(machine.board.limit);
    this.gfnCells = new Map(machine.config.gfns.map(({ frame }, cell) => [frame, cell]));
    const of = (fields: readonly MachineField[]): (readonly [Float64Array, number])[] =>
      fields.map((field) => [this.lists[field], this.lists[field][0] ?? 0]);
    this.blanks = { page: of(parts.page), vms: of(parts.vms), lists: of(parts.lists), devices: of(parts.devices) };
  }

  /** What stands there, whether or not it makes sense. */
  read(): Lists {
    this.readDevices();
    for (const { page, frame } of this.machine.board.recordedPages) this.readPage(page, frame);
    this.readVms();
    this.readLists();
    return this.lists;
  }

  private blank(part: keyof typeof parts): void {
    for (const [list, blank] of this.blanks[part]) list.fill(blank);
  }

  readVms(): void {
    const { cpus, hv } = this.machine;
    this.blank('vms');
    hv.vms.all().forEach((found, slot) => {
      if (found === 'reserved') this.lists.life[slot] = lives.RESERVED;
      else if (found !== undefined) this.readVm(slot, found);
    });
    for (const { loaded, number } of cpus) if (loaded !== undefined) this.lists.loaded[number] = this.vcpuCell(loaded);
  }

  isListed(frame: number): boolean {
    return this.listed[frame] === 1;
  }

  readLists(): void {
    const { slots, vcpus } = this.machine.config;
    this.blank('lists');
    this.listed.fill(0);
    for (let slot = 0; slot < slots; slot++) {
      for (let index = 0; index < vcpus; index++) this.readHostList(slot, index);
    }
  }

  private vcpuCell(vcpu: Vcpu): number {
    return vcpu.vm.slot * this.machine.config.vcpus + vcpu.index;
  }

  /** After the devices: what they have mapped is no pin. */
  readPage(page: number, frame: number): void {
    const { board, hv, cache, config } = this.machine;
    const { lists: fields } = this;
    fields.host[page] = hv.pages.host[frame]!;
    fields.hyp[page] = hv.pages.hyp[frame]!;
    fields.shares[page] = hv.pages.shares[frame]!;
    const isHyps = hv.pages.hyp[frame] === state.OWNED;
    // why: of what is no memory, a device that reaches it is all that is known.
    const isCounted = board.isRam(frame);
    fields.pins[page] = isCounted ? (isHyps ? 0 : hv.pages.refs[frame]!) - fields.dmaMaps[page]! : 0;
    for (let word = 0; word < config.words; word++) {
      fields.word[page * config.words + word] = isHyps ? notFollowed : cache.read(frame, word);
    }
    const isGone = hv.pages.host[frame] === state.NOPAGE;
    if (isGone) hv.host.table.find(frame);
    const { low, high } = hv.host.table;
    const isVms = isGone && !hv.host.table.isValid && ownerOf(low) === owner.GUEST;
    // why: what the hypervisor only shows to the host has no annotation.
    fields.owner[page] = !isGone ? owner.HOST : hv.host.table.isValid ? owner.HYP : ownerOf(low);
    fields.ownerVm[page] = isVms ? handleOf(low) - firstHandle : none;
    fields.ownerGfn[page] = isVms ? this.gfnCell(gfnOf(low, high)) : none;
  }

  private gfnCell(gfn: number): number {
    return this.gfnCells.get(gfn) ?? none;
  }

  private readVm(slot: number, vm: Vm): void {
    const { lists: fields } = this;
    const { sizes, gfns } = this.machine.config;
    fields.life[slot] = vm.isDying ? lives.DYING : lives.LIVE;
    fields.protected[slot] = vm.protected ? 1 : 0;
    fields.idRegs[slot] = vm.idRegs ? 1 : 0;
    fields.createdVcpus[slot] = vm.created;
    fields.hasPrimary[slot] = vm.primary === undefined ? 0 : 1;
    fields.kvm[slot] = this.machine.board.pageAt(vm.kvm);
    fields.pool[slot] = vm.pool.length;
    fields.enrolled[slot] = vm.enrolled ? 1 : 0;
    this.use(vm.structure, sizes.hypVmPages, uses.METADATA, slot);
    this.use(vm.pgd, sizes.pgdPages, uses.STAGE2, slot);
    const tables = [...vm.table.tables(), ...vm.pool];
    for (const frame of tables) this.use(frame, 1, uses.STAGE2, slot);
    fields.metadataPages[slot] = this.given(vm.structure, sizes.hypVmPages);
    fields.stage2Pages[slot] = tables.length + sizes.pgdPages;
    for (const vcpu of vm.vcpus) if (vcpu !== undefined) this.readVcpu(slot, vcpu);
    for (let gfn = 0; gfn < gfns.length; gfn++) this.readMapping(slot, vm, gfn);
  }

  private use(first: number, pages: number, use: number, slot: number): void {
    for (let frame = first; frame < first + pages; frame++) {
      const page = this.machine.board.pageAt(frame);
      if (page < 0) continue;
      this.lists.use[page] = use;
      this.lists.useVm[page] = slot;
    }
  }

  /** How many of these pages the host has given: all, or none where they are the hypervisor's own. */
  private given(first: number, pages: number): number {
    return this.machine.board.placeOf(first) === 'hypervisor' ? 0 : pages;
  }

  private readVcpu(slot: number, vcpu: Vcpu): void {
    const { lists: fields } = this;
    const { board, hv, config } = this.machine;
    const cell = this.vcpuCell(vcpu);
    if (vcpu.index >= config.vcpus) return;
    const cached = hv.lists.framesOf(vcpu.cache);
    this.use(vcpu.structure, config.sizes.hypVcpuPages, uses.METADATA, slot);
    for (const frame of cached) this.use(frame, 1, uses.STAGE2, slot);
    fields.metadataPages[slot] = fields.metadataPages[slot]! + this.given(vcpu.structure, config.sizes.hypVcpuPages);
    fields.stage2Pages[slot] = fields.stage2Pages[slot]! + vcpu.cache.length;
    fields.present[cell] = 1;
    fields.power[cell] = powers.indexOf(vcpu.power ?? 'OFF');
    fields.awaits[cell] = vcpu.asked ?? none;
    fields.hostVcpu[cell] = board.pageAt(vcpu.hostVcpu);
    fields.loadedOn[cell] = vcpu.loadedOn;
    fields.cache[cell] = vcpu.cache.length;
    fields.fault[cell] = vcpu.trap === undefined ? none : this.gfnCell(vcpu.trap.gfn);
  }

  private readHostList(slot: number, index: number): void {
    const { lists: fields } = this;
    const { board, hv, memory, config } = this.machine;
    const list = hv.hostLists.at(slot, index)!;
    if (list.length === 0) return;
    const cell = slot * config.vcpus + index;
    const listed = hv.lists.framesOf(list);
    fields.listTop[cell] = listed.length === 0 ? none : board.pageAt(listed[0]!);
    fields.listLength[cell] = list.length;
    for (let i = 0; i < listed.length; i++) {
      this.listed[listed[i]!] = 1;
      const page = board.pageAt(listed[i]!);
      if (page < 0) continue;
      const next = Math.floor(memory.read(listed[i]!, 0) / board.pageBytes);
      fields.link[page] = board.isRam(next) ? board.pageAt(next) : none;
    }
  }

  private readMapping(slot: number, vm: Vm, gfn: number): void {
    const { lists: fields } = this;
    const { config, board } = this.machine;
    const shape = config.gfns[gfn]!;
    if (shape.of !== gfn || !vm.table.find(shape.frame % frameWrap)) return;
    this.readTables(slot, vm, gfn);
    const { low, high, height, isValid } = vm.table;
    const cell = slot * config.gfns.length + gfn;
    if (!isValid) {
      const kind = annotationOf(low, high);
      if (kind !== 0) fields.mapping[cell] = kind === annotation.poisoned ? poison : guarded;
      return;
    }
    const span = vm.table.spans[height]!;
    // why: a block stands at its first frame alone, as in the table.
    if (height > 0 && shape.offset !== 0) return;
    fields.mapped[cell] = board.pageAt(outputFrame(low, high) + (shape.frame % span));
    fields.mapping[cell] = stateOf(high);
    fields.prot[cell] = protOf(low, high);
    fields.young[cell] = (low & accessFlag) === 0 ? 0 : 1;
    fields.asBlock[cell] = height > 0 ? 1 : 0;
  }

  private readTables(slot: number, vm: Vm, gfn: number): void {
    const { config, hv } = this.machine;
    const { tables } = config.gfns[gfn]!;
    for (let i = 0; i < tables.length; i++) {
      const at = vm.table.passed(tables.length - 1 - i);
      // why: a table is counted once for itself, and once for each entry in use.
      if (at >= 0) this.lists.tableEntries[slot * config.tables + tables[i]!] = hv.pages.refs[at]! - 1;
    }
  }

  private readMailbox(): void {
    const { hv, board } = this.machine;
    const { mailbox } = hv.ffa;
    const kind = mailbox === 'elsewhere' ? 'UNNAMED' : mailbox === undefined ? 'NONE' : 'NAMED';
    this.lists.mailbox[0] = mailboxes.indexOf(kind);
    if (typeof mailbox !== 'object') return;
    this.lists.mailboxTx[0] = board.pageAt(mailbox.tx);
    this.lists.mailboxRx[0] = board.pageAt(mailbox.rx);
  }

  readDevices(): void {
    const { config, hv, board } = this.machine;
    this.blank('devices');
    for (const { page, frame } of board.recordedPages) this.lists.secure[page] = hv.secureWorld.holdOf(frame);
    this.readMailbox();
    hv.iommu.tables.forEach((table, device) => {
      this.lists.attached[device] = hv.iommu.attached[device]!;
      for (let iova = 0; iova < config.iovas; iova++) {
        if (!table.find(iova) || !table.isValid) continue;
        const page = board.pageAt(table.frameFor(iova));
        this.lists.dmaPage[device * config.iovas + iova] = page;
        if (page < 0) continue;
        this.lists.dmaMaps[page] = this.lists.dmaMaps[page]! + 1;
      }
    });
  }
}
