/** How properties read a state: every field by its name, and what the ghost state counts beside it. */
import { none } from '../spec/config.ts';
import {
  content,
  fieldNames,
  lives,
  mailboxes,
  mappingStates,
  owners,
  pageStates,
  privateOf,
  uses,
} from '../spec/fields.ts';
import type { Layout } from '../spec/state.ts';
import type { Config } from '../spec/config.ts';
import type { GhostState } from './ghost.ts';

const codes = <N extends string>(names: readonly N[]): Readonly<Record<N, number>> =>
  Object.fromEntries(names.map((name, code) => [name, code])) as Record<N, number>;

export const PAGE = codes(pageStates);
export const MAPPING = codes(mappingStates);
export const LIFE = codes(lives);
export const OWNER = codes(owners);
export const USE = codes(uses);
export const MAILBOX = codes(mailboxes);

/** One state, read by name. */
export class View {
  readonly layout: Layout;
  readonly config: Config;
  readonly cells: Int32Array;
  readonly ghost: GhostState;
  private readonly base: Layout['base'];
  private readonly hostBase: number;
  private readonly hypBase: number;
  private readonly ownerBase: number;
  private readonly ownerVmBase: number;
  private readonly ownerGfnBase: number;
  private readonly wordBase: number;
  private readonly mappedBase: number;
  private readonly mappingBase: number;
  readonly words: number;
  readonly frames: number;
  readonly vcpus: number;
  /** 1 where a page can be owned. */
  readonly memory: Uint8Array;
  /** The number of the field that each cell belongs to. */
  readonly fieldOf: Uint8Array;

  constructor(layout: Layout, cells: Int32Array, ghost: GhostState) {
    this.layout = layout;
    this.config = layout.config;
    this.cells = cells;
    this.ghost = ghost;
    this.base = layout.base;
    this.hostBase = layout.base.host;
    this.hypBase = layout.base.hyp;
    this.ownerBase = layout.base.owner;
    this.ownerVmBase = layout.base.ownerVm;
    this.ownerGfnBase = layout.base.ownerGfn;
    this.wordBase = layout.base.word;
    this.mappedBase = layout.base.mapped;
    this.mappingBase = layout.base.mapping;
    this.words = layout.config.words;
    this.frames = layout.config.gfns.length;
    this.vcpus = layout.config.vcpus;
    this.fieldOf = fieldsOf(layout);
    this.memory = Uint8Array.from(layout.config.pages, (page) => (page.kind === 'memory' ? 1 : 0));
  }

  at(cell: number): number {
    return this.cells[cell] as number;
  }

  isMemory(page: number): boolean {
    return this.memory[page] === 1;
  }
  host(page: number): number {
    return this.at(this.hostBase + page);
  }
  hyp(page: number): number {
    return this.at(this.hypBase + page);
  }
  owner(page: number): number {
    return this.at(this.ownerBase + page);
  }
  ownerVm(page: number): number {
    return this.at(this.ownerVmBase + page);
  }
  ownerGfn(page: number): number {
    return this.at(this.ownerGfnBase + page);
  }
  shares(page: number): number {
    return this.at(this.base.shares + page);
  }
  pins(page: number): number {
    return this.at(this.base.pins + page);
  }
  dmaMaps(page: number): number {
    return this.at(this.base.dmaMaps + page);
  }
  use(page: number): number {
    return this.at(this.base.use + page);
  }
  useVm(page: number): number {
    return this.at(this.base.useVm + page);
  }
  word(page: number, word: number): number {
    return this.at(this.wordBase + page * this.words + word);
  }
  /** The page holds nothing but zeros. */
  isZero(page: number): boolean {
    for (let word = 0; word < this.words; word++) if (this.word(page, word) !== content.zero) return false;
    return true;
  }
  /** The VM whose secret the page holds, or none. */
  secretOf(page: number): number {
    for (let word = 0; word < this.words; word++) {
      const slot = secretIn(this.word(page, word));
      if (slot !== none) return slot;
    }
    return none;
  }

  mapped(mapping: number): number {
    return this.at(this.mappedBase + mapping);
  }
  mapping(mapping: number): number {
    return this.at(this.mappingBase + mapping);
  }
  young(mapping: number): number {
    return this.cells[this.base.young + mapping] as number;
  }
  prot(mapping: number): number {
    return this.at(this.base.prot + mapping);
  }
  asBlock(mapping: number): number {
    return this.at(this.base.asBlock + mapping);
  }
  /** How many pages the entry maps. */
  span(mapping: number): number {
    return this.asBlock(mapping) === 1 ? this.config.block : 1;
  }
  vmOfMapping(mapping: number): number {
    return Math.floor(mapping / this.frames);
  }
  /** The entry at which the record says that a page is owned, or none. */
  annotation(page: number): number {
    if (this.owner(page) !== OWNER.VM) return none;
    return this.ownerVm(page) * this.frames + this.ownerGfn(page);
  }
  /** The entry through which the VM reaches the frame of `mapping`: its own, or that of the block that covers it. */
  leaf(mapping: number): number {
    const vm = this.vmOfMapping(mapping);
    const shape = this.config.gfns[mapping - vm * this.frames];
    if (shape === undefined) return mapping;
    const head = vm * this.frames + shape.head;
    return head !== mapping && this.asBlock(head) === 1 && this.mapping(mapping) === MAPPING.NOPAGE ? head : mapping;
  }

  life(vm: number): number {
    return this.at(this.base.life + vm);
  }
  isCreated(vm: number): boolean {
    const life = this.life(vm);
    return life === LIFE.LIVE || life === LIFE.DYING;
  }
  isProtected(vm: number): boolean {
    return this.at(this.base.protected + vm) === 1;
  }
  idRegs(vm: number): number {
    return this.at(this.base.idRegs + vm);
  }
  createdVcpus(vm: number): number {
    return this.at(this.base.createdVcpus + vm);
  }
  kvm(vm: number): number {
    return this.at(this.base.kvm + vm);
  }
  pool(vm: number): number {
    return this.at(this.base.pool + vm);
  }
  metadataPages(vm: number): number {
    return this.at(this.base.metadataPages + vm);
  }
  stage2Pages(vm: number): number {
    return this.at(this.base.stage2Pages + vm);
  }
  tableEntries(table: number): number {
    return this.at(this.base.tableEntries + table);
  }

  present(vcpu: number): number {
    return this.at(this.base.present + vcpu);
  }
  hostVcpu(vcpu: number): number {
    return this.at(this.base.hostVcpu + vcpu);
  }
  loadedOn(vcpu: number): number {
    return this.at(this.base.loadedOn + vcpu);
  }
  cache(vcpu: number): number {
    return this.at(this.base.cache + vcpu);
  }
  vmOfVcpu(vcpu: number): number {
    return Math.floor(vcpu / this.vcpus);
  }
  loaded(cpu: number): number {
    return this.at(this.base.loaded + cpu);
  }
  get mailbox(): number {
    return this.at(this.base.mailbox);
  }
}

function fieldsOf(layout: Layout): Uint8Array {
  const found = new Uint8Array(layout.length);
  fieldNames.forEach((name, number) => {
    found.fill(number, layout.base[name], layout.base[name] + layout.size[name]);
  });
  return found;
}

/** The VM whose secret a content is, or none. */
export function secretIn(value: number): number {
  if (value < content.firstOfVms) return none;
  const slot = Math.floor((value - content.firstOfVms) / 2);
  return privateOf(slot) === value ? slot : none;
}
