/**
 * The abstract state, as one vector of small numbers: what makes states cheap to compare, to copy and to search.
 */
import { parents, secretsOf } from './boot/secrets.ts';
import { noBoot } from './boot/config.ts';
import type { BootConfig } from './boot/config.ts';
import { chainsOf, noFlow, partiesOf } from './attestation/config.ts';
import type { FlowConfig } from './attestation/config.ts';
import { noInside } from './inside/config.ts';
import { datumsOf, noStorage, parts, placesOf, secretsOf as derivedOf } from './storage/config.ts';
import type { StorageConfig } from './storage/config.ts';
import { hostOf, noHost, permissions } from './host/config.ts';
import type { HostConfig } from './host/config.ts';
import { hypervisorKinds } from './config.ts';
import type { Config, PageKind } from './config.ts';
import { noPhone } from './device/config.ts';
import { content, families, fieldNames, fields, owners, pageStates, regions } from './fields.ts';
import type { Dimension, Family, FieldName, FieldShape } from './fields.ts';
import { dimensionsOfInterrupts } from './interrupts/config.ts';

/** How many numbers there are of each kind. */
const dimensionsOf = (config: Config): Readonly<Record<Dimension, number>> => ({
  page: config.pages.length,
  word: config.words,
  vm: config.slots,
  gfn: config.gfns.length,
  table: config.tables,
  vcpu: config.slots * config.vcpus,
  cpu: config.cpus,
  device: config.devices,
  iova: config.iovas,
  cid: config.cids,
  client: config.clients ?? 0,
  early: config.earlyCids?.length ?? 0,
  ...ofBoot(config.boot ?? noBoot),
  ...ofFlow(config.flow ?? noFlow),
  ...ofStorage(config.storage ?? noStorage),
  area: (config.inside ?? noInside).areas,
  file: (config.inside ?? noInside).files.length,
  ramPage: (config.phone ?? noPhone).pages,
  ...ofHost(hostOf(config)),
  ...dimensionsOfInterrupts(config),
});

const ofBoot = (boot: BootConfig) => ({
  disk: boot.disks,
  instance: boot.ids,
  bearer: boot === noBoot ? 0 : 1 + boot.kept,
  secret: secretsOf(boot),
  parent: boot === noBoot ? 0 : parents.length,
  region: boot === noBoot ? 0 : regions.length,
});

const ofFlow = (flow: FlowConfig) => ({
  session: flow.sessions,
  party: partiesOf(flow),
  issuer: flow.issuers.length,
  chain: chainsOf(flow),
});

const ofStorage = (storage: StorageConfig) => ({
  partition: storage.partitions.length,
  block: storage.blocks,
  sector: placesOf(storage),
  part: parts,
  derived: derivedOf(storage),
  datum: datumsOf(storage),
  storing: storage.instances,
  chunk: storage.chunks,
});

const ofHost = (host: HostConfig) => ({
  android: host === noHost ? 0 : 1,
  app: host.apps.length,
  permission: permissions.length,
  hostVm: host.vms,
  peer: host.vms,
  id: host.ids,
});

/** Where each field's cells lie in the vector. */
export class Layout {
  readonly config: Config;
  readonly base: Readonly<Record<FieldName, number>>;
  readonly size: Readonly<Record<FieldName, number>>;
  readonly dimensions: Readonly<Record<Dimension, number>>;
  readonly length: number;

  constructor(config: Config) {
    this.config = config;
    this.dimensions = dimensionsOf(config);
    const base: Partial<Record<FieldName, number>> = {};
    const size: Partial<Record<FieldName, number>> = {};
    let next = 0;
    for (const name of fieldNames) {
      base[name] = next;
      size[name] = this.sizeOf(fields[name].over);
      next += size[name];
    }
    this.base = base as Record<FieldName, number>;
    this.size = size as Record<FieldName, number>;
    this.length = next;
  }

  private sizeOf(family: Family): number {
    if (family === 'boot' && this.config.boot === undefined) return 0;
    if (family === 'storage' && this.config.storage === undefined) return 0;
    if (family === 'inside' && this.config.inside === undefined) return 0;
    if (family === 'phone' && this.config.phone === undefined) return 0;
    if (family === 'interrupts' && this.config.interrupts === undefined) return 0;
    if (family === 'whole' && (this.config.phone === undefined || this.config.cids === 0)) return 0;
    return families[family].reduce((cells, dimension) => cells * this.dimensions[dimension], 1);
  }

  /** Which field a cell belongs to, and its number within that field. */
  fieldAt(cell: number): { field: FieldName; index: number } {
    const field = fieldNames.findLast((name) => this.base[name] <= cell && this.size[name] > 0);
    if (field === undefined) throw new Error(`unreachable: no field holds cell ${cell}`);
    return { field, index: cell - this.base[field] };
  }
}

const layouts = new WeakMap<Config, Layout>();
/** The layout of a configuration, the same for all who ask. */
export function layoutOf(config: Config): Layout {
  const layout = layouts.get(config) ?? new Layout(config);
  layouts.set(config, layout);
  return layout;
}

/**
 * One state. Rules write through `set`, which remembers what stood there, so that a step can be told and taken back.
 */
export class State {
  readonly layout: Layout;
  readonly cells: Int32Array;
  /** Pairs of cell and former value, since the last `settle`. */
  journal: Int32Array;
  written = 0;
  /** What the last call answered beyond success or refusal: a value, a handle, a count. */
  answer = 0;

  constructor(layout: Layout, cells: Int32Array) {
    this.layout = layout;
    this.cells = cells;
    this.journal = new Int32Array(256);
  }

  at(cell: number): number {
    return this.cells[cell] as number;
  }

  set(cell: number, value: number): void {
    const former = this.cells[cell] as number;
    if (former === value) return;
    if (this.written === this.journal.length) this.growJournal();
    this.journal[this.written] = cell;
    this.journal[this.written + 1] = former;
    this.written += 2;
    this.cells[cell] = value;
  }

  private growJournal(): void {
    const longer = new Int32Array(this.journal.length * 2);
    longer.set(this.journal);
    this.journal = longer;
  }

  /** Take back every write since the last `settle`, or since the journal was as long as this. */
  undo(to = 0): void {
    for (let i = this.written - 2; i >= to; i -= 2) {
      this.cells[this.journal[i] as number] = this.journal[i + 1] as number;
    }
    this.written = to;
  }

  /** Accept what was written. */
  settle(): void {
    this.written = 0;
  }

  fork(): State {
    return new State(this.layout, this.cells.slice());
  }

  equals(other: State): boolean {
    return this.cells.length === other.cells.length && this.cells.every((value, cell) => value === other.cells[cell]);
  }
}

const isHypervisors = (kind: PageKind): boolean => hypervisorKinds.some((one) => one === kind);

/**
 * The state before anything happened: everything but what is the hypervisor's is the host's, holds zeros, and no VM
 * exists. What the code of the hypervisor is nobody says.
 */
export function initialState(layout: Layout): State {
  const cells = new Int32Array(layout.length);
  for (const name of fieldNames) {
    const shape: FieldShape = fields[name];
    if (shape.start !== undefined) cells.fill(shape.start, layout.base[name], layout.base[name] + layout.size[name]);
  }
  const noPage = pageStates.indexOf('NOPAGE');
  layout.config.pages.forEach((page, number) => {
    if (isHypervisors(page.kind)) {
      cells[layout.base.host + number] = noPage;
      cells[layout.base.hyp + number] = pageStates.indexOf('OWNED');
      cells[layout.base.owner + number] = owners.indexOf('HYP');
    }
    const words = layout.base.word + number * layout.config.words;
    if (page.kind === 'hypcode') cells.fill(content.unknown, words, words + layout.config.words);
  });
  return new State(layout, cells);
}
