/**
 * The abstract state, as one vector of small numbers. Every field is a family of cells, one for each page, VM, mapping
 * or CPU; `fields` is the whole inventory. The vector is what makes states cheap to compare, to copy and to search.
 */
import { parents, regimes, secretsOf } from './boot/secrets.ts';
import { noBoot } from './boot/config.ts';
import type { BootConfig } from './boot/config.ts';
import { chainsOf, noFlow, partiesOf } from './attestation/config.ts';
import type { FlowConfig } from './attestation/config.ts';
import { none } from './config.ts';
import type { Config } from './config.ts';

/** Who can reach a page and who answers for it, as one party sees it. */
export const pageStates = ['OWNED', 'SHARED_OWNED', 'SHARED_BORROWED', 'NOPAGE'] as const;
/**
 * The same for a guest frame; `POISON`: the host took the page back, `MMIO_GUARD`: the guest asked for emulated MMIO.
 */
export const mappingStates = ['NOPAGE', 'OWNED', 'SHARED_OWNED', 'SHARED_BORROWED', 'POISON', 'MMIO_GUARD'] as const;
export const lives = ['NONE', 'RESERVED', 'LIVE', 'DYING'] as const;
export const owners = ['NONE', 'HYP', 'VM', 'FFA'] as const;
/** What a page that the hypervisor owns serves for. */
export const uses = ['NONE', 'METADATA', 'STAGE2'] as const;

/** Contents are symbols that are carried, compared and wiped, never computed with. */
export const content = { zero: 0, unknown: 1, code: 2, host: 3, firstOfVms: 4 } as const;
/** What the VM in this slot wrote where nobody else could see it. */
export const privateOf = (slot: number): number => content.firstOfVms + 2 * slot;
/** What the VM in this slot wrote into, or left in, a page that it shared. */
export const publishedOf = (slot: number): number => content.firstOfVms + 2 * slot + 1;

/** How far the VM that boots has come. `LOADER`: only where there is a guest loader. */
export const stages = ['OFF', 'LOADER', 'KERNEL', 'SYSTEM', 'VERIFIED', 'SECRET', 'RUNNING'] as const;
const diskForms = ['READY', 'BROKEN'] as const;
/** An entry of an instance image; `DAMAGED`: its identifier is there, and it does not open. */
export const records = ['FREE', 'SEALED', 'DAMAGED'] as const;
/**
 * Where in the VM's memory stages have secrets, and which kind is there now: pvmfw's, the guest's, or the payload's.
 */
export const regions = ['configuration', 'data', 'stack', 'registers', 'handover', 'payload'] as const;
export const leftovers = ['NOTHING', 'GIVEN', 'NEXT', 'DERIVED'] as const;
/** How the secure world came by a page that it has not given back. */
export const secureHolds = ['NONE', 'SHARED', 'LENT'] as const;
/** What has become of a challenge. */
export const challenges = ['NONE', 'OPEN', 'USED'] as const;
/** Whether a VM has a vCPU of its own switched on. `PENDING`: it is, and has not run since. */
export const powers = ['OFF', 'PENDING', 'ON'] as const;

type Over =
  | 'page'
  | 'word'
  | 'vm'
  | 'mapping'
  | 'table'
  | 'vcpu'
  | 'cpu'
  | 'device'
  | 'dmaMapping'
  | 'cid'
  | 'machine'
  | 'boot'
  | 'disk'
  | 'instance'
  | 'bearer'
  | 'secret'
  | 'parent'
  | 'region'
  | 'session'
  | 'party'
  | 'issuer'
  | 'asking'
  | 'certificate';

export interface FieldShape {
  readonly over: Over;
  readonly values?: readonly string[];
  readonly start?: number;
}

export const fields = {
  /** The host's view of a page. */
  host: { over: 'page', values: pageStates },
  /** The hypervisor's view of a page. */
  hyp: { over: 'page', values: pageStates, start: pageStates.indexOf('NOPAGE') },
  /** To whom the host's invalid entry says that a page belongs, and at which frame of which VM. */
  owner: { over: 'page', values: owners },
  ownerVm: { over: 'page', start: none },
  ownerGfn: { over: 'page', start: none },
  /** Mappings of a host page in non-protected VMs. */
  shares: { over: 'page' },
  /** Pins that keep a page shared with the hypervisor. */
  pins: { over: 'page' },
  /** Device mappings of a page. */
  dmaMaps: { over: 'page' },
  /** What the secure world holds of a page, whatever the hypervisor's record says. */
  secure: { over: 'page', values: secureHolds },
  use: { over: 'page', values: uses },
  useVm: { over: 'page', start: none },
  /** The next page of the list that a free page-table page lies on, held in its first word. */
  link: { over: 'page', start: none },
  word: { over: 'word' },

  life: { over: 'vm', values: lives },
  protected: { over: 'vm' },
  idRegs: { over: 'vm' },
  createdVcpus: { over: 'vm' },
  kvm: { over: 'vm', start: none },
  /** Page-table pages that the VM gave back to itself. */
  pool: { over: 'vm' },
  enrolled: { over: 'vm' },
  /** Pages that the hypervisor holds for the VM: structures, and stage 2 with its caches. */
  metadataPages: { over: 'vm' },
  stage2Pages: { over: 'vm' },

  mapped: { over: 'mapping', start: none },
  mapping: { over: 'mapping', values: mappingStates },
  prot: { over: 'mapping' },
  young: { over: 'mapping' },
  /** 1 where one entry maps a whole 2 MiB block. */
  asBlock: { over: 'mapping' },
  /** Entries in use in a page table; a table exists while it has one. */
  tableEntries: { over: 'table' },

  present: { over: 'vcpu' },
  hostVcpu: { over: 'vcpu', start: none },
  /** The CPU on which a vCPU is loaded. */
  loadedOn: { over: 'vcpu', start: none },
  /** Top and length of the host's list of free page-table pages, and length of the hypervisor's own. */
  listTop: { over: 'vcpu', start: none },
  listLength: { over: 'vcpu' },
  cache: { over: 'vcpu' },
  /** The frame of the vCPU's last translation fault, if its last run ended in one. */
  fault: { over: 'vcpu', start: none },

  power: { over: 'vcpu', values: powers },

  loaded: { over: 'cpu', start: none },

  /** 1 while the device's stream is attached to the host's domain. */
  attached: { over: 'device' },
  dmaPage: { over: 'dmaMapping', start: none },

  /** How many VMs that are alive have a CID. */
  cidHeld: { over: 'cid' },
  /** How often a CID was granted since the host booted, and how many of these grants no VM has taken up yet. */
  cidGranted: { over: 'cid' },
  cidPending: { over: 'cid' },
  /** 1 where the service remembers a CID as held. */
  servicedCids: { over: 'cid' },
  lastCid: { over: 'machine', start: none },

  /** The VM that boots: its stage, and what each stage took. */
  stage: { over: 'boot', values: stages },
  vmParent: { over: 'boot', values: parents },
  vmChained: { over: 'boot' },
  /** Certificates that the stages from pvmfw on have made, each of the next. */
  vmCertified: { over: 'boot' },
  vmTree: { over: 'boot', start: none },
  vmCode: { over: 'boot', start: none },
  vmRegime: { over: 'boot', values: regimes },
  vmDisk: { over: 'boot', start: none },
  vmInstance: { over: 'boot', start: none },
  /** 1 where pvmfw told the guest that this is the first boot of its instance. */
  vmNew: { over: 'boot' },
  /**
   * 1 where boot arguments of the host went through, where the debug policy is applied, where pages are still shared.
   */
  vmArgued: { over: 'boot' },
  vmPolicy: { over: 'boot' },
  vmShared: { over: 'boot' },
  vmLoaded: { over: 'boot', start: none },
  vmSystem: { over: 'boot', start: none },
  vmExtra: { over: 'boot', start: none },
  vmMounted: { over: 'boot', start: none },
  left: { over: 'region', values: leftovers },

  /** Instance images: pvmfw's entry, by the parent whose key seals it, and Microdroid's, by its sealing secret. */
  diskForm: { over: 'disk', values: diskForms },
  record: { over: 'disk', values: records },
  recordParent: { over: 'disk', start: none },
  recordCode: { over: 'disk', start: none },
  recordKey: { over: 'disk', start: none },
  recordMode: { over: 'disk', start: none },
  recordSalt: { over: 'disk', start: none },
  guestRecord: { over: 'disk', values: records },
  guestRecordSecret: { over: 'disk', start: none },
  guestRecordApk: { over: 'disk', start: none },
  guestRecordApex: { over: 'disk', start: none },

  /** What Secretkeeper holds for an instance id, and the policy with it. */
  keptSecret: { over: 'instance', start: none },
  keptKey: { over: 'instance', start: none },
  keptKernel: { over: 'instance', start: none },
  keptPayload: { over: 'instance', start: none },

  /** Who has a secret, or had it and sealed something with it: bearer 0 is the VM that runs. */
  secret: { over: 'bearer', start: none },
  payloadKey: { over: 'bearer', start: none },
  keeperSecret: { over: 'bearer', start: none },
  bearerCode: { over: 'bearer', start: none },
  bearerApk: { over: 'bearer', start: none },
  bearerApex: { over: 'bearer', start: none },

  /** What the attacker has learnt. */
  knownSecret: { over: 'secret' },
  knownParent: { over: 'parent' },

  /** A session of the relying party: its challenge, how often it was answered, and by which key. */
  challenge: { over: 'session', values: challenges },
  answers: { over: 'session' },
  acceptedKey: { over: 'session', start: none },
  /** The party that can open the secret of the session. */
  provisioned: { over: 'session', start: none },
  /** 1 where a VM has asked with the challenge of a session, and where the RKP VM has certified that. */
  asked: { over: 'asking' },
  issued: { over: 'certificate' },
  /** 1 where the attacker has a VM in its hands, and where an issuer is certified, or known to be broken. */
  takenVm: { over: 'party' },
  certifiedIssuer: { over: 'issuer' },
  brokenIssuer: { over: 'issuer' },
} as const satisfies Record<string, FieldShape>;

export type FieldName = keyof typeof fields;
export const fieldNames = Object.keys(fields) as FieldName[];
type OfBoot = 'boot' | 'disk' | 'instance' | 'bearer' | 'secret' | 'parent' | 'region';
type OfFlow = 'session' | 'party' | 'issuer' | 'asking' | 'certificate';
/** Fields of booting and of attestation, which no hypervisor has. */
export type BootField = { [F in FieldName]: (typeof fields)[F]['over'] extends OfBoot | OfFlow ? F : never }[FieldName];
/** The named values of a field; plain numbers where it has none. */
export type ValueOf<F extends FieldName> = (typeof fields)[F] extends { values: readonly (infer V)[] } ? V : number;

const counts = (config: Config): Record<Over, number> => ({
  ...bootCounts(config.boot ?? noBoot),
  ...flowCounts(config.flow ?? noFlow),
  page: config.pages.length,
  word: config.pages.length * config.words,
  vm: config.slots,
  mapping: config.slots * config.gfns.length,
  table: config.slots * config.tables,
  vcpu: config.slots * config.vcpus,
  cpu: config.cpus,
  device: config.devices,
  dmaMapping: config.devices * config.iovas,
  cid: config.cids,
  machine: 1,
});

const bootCounts = (boot: BootConfig) => ({
  boot: boot === noBoot ? 0 : 1,
  disk: boot.disks,
  instance: boot.ids,
  bearer: boot === noBoot ? 0 : 1 + boot.kept,
  secret: secretsOf(boot),
  parent: boot === noBoot ? 0 : parents.length,
  region: boot === noBoot ? 0 : regions.length,
});

const flowCounts = (flow: FlowConfig) => ({
  session: flow.sessions,
  party: partiesOf(flow),
  issuer: flow.issuers.length,
  asking: partiesOf(flow) * flow.sessions,
  certificate: chainsOf(flow) * partiesOf(flow) * flow.sessions,
});

/** Where each field's cells lie in the vector. */
export class Layout {
  readonly config: Config;
  readonly base: Readonly<Record<FieldName, number>>;
  readonly size: Readonly<Record<FieldName, number>>;
  readonly length: number;

  constructor(config: Config) {
    this.config = config;
    const sizes = counts(config);
    const base: Partial<Record<FieldName, number>> = {};
    const size: Partial<Record<FieldName, number>> = {};
    let next = 0;
    for (const name of fieldNames) {
      base[name] = next;
      size[name] = sizes[fields[name].over];
      next += sizes[fields[name].over];
    }
    this.base = base as Record<FieldName, number>;
    this.size = size as Record<FieldName, number>;
    this.length = next;
  }

  /** Which field a cell belongs to, and its number within that field. */
  fieldAt(cell: number): { field: FieldName; index: number } {
    const field = fieldNames.findLast((name) => this.base[name] <= cell && this.size[name] > 0);
    if (field === undefined) throw new Error(`unreachable: no field holds cell ${cell}`);
    return { field, index: cell - this.base[field] };
  }
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
  /** Pages that the last refill wanted and did not get. */
  missing = 0;
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

  /** Take back every write since the last `settle`. */
  undo(): void {
    for (let i = this.written - 2; i >= 0; i -= 2) {
      this.cells[this.journal[i] as number] = this.journal[i + 1] as number;
    }
    this.written = 0;
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

/** The state before anything happened: everything but the carve-out is the host's, holds zeros, and no VM exists. */
export function initialState(layout: Layout): State {
  const cells = new Int32Array(layout.length);
  for (const name of fieldNames) {
    const shape: FieldShape = fields[name];
    if (shape.start !== undefined) cells.fill(shape.start, layout.base[name], layout.base[name] + layout.size[name]);
  }
  const noPage = pageStates.indexOf('NOPAGE');
  layout.config.pages.forEach((page, number) => {
    if (page.kind === 'carveout') {
      cells[layout.base.host + number] = noPage;
      cells[layout.base.hyp + number] = pageStates.indexOf('OWNED');
      cells[layout.base.owner + number] = owners.indexOf('HYP');
    }
  });
  return new State(layout, cells);
}
