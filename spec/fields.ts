/**
 * The inventory of the abstract state: every field is a family of cells, one for each page, VM, mapping or CPU, each of
 * which holds a small number.
 */
import { parents, regimes } from './boot/secrets.ts';
import { insideFamilies, insideFields } from './inside/fields.ts';
import { storageFamilies, storageFields } from './storage/fields.ts';
import { phoneFamilies, phoneFields } from './device/fields.ts';
import { interruptFamilies, interruptFields } from './interrupts/fields.ts';
import { permissions } from './host/config.ts';
import { earlyPartitions, none, protAll, protBits } from './config.ts';

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
/** Where the host's messages to the secure world lie: in pages that have no name, nowhere, or in two pages that have. */
export const mailboxes = ['UNNAMED', 'NONE', 'NAMED'] as const;
/** What has become of a challenge. */
export const challenges = ['NONE', 'OPEN', 'USED'] as const;
/** How far a client has come on its way to a VM with a CID. */
export const clientPhases = ['NONE', 'PICKED', 'GRANTED', 'HELD', 'STARTED'] as const;
/** A VM as the service of the host has it. */
export const hostVmStates = ['NONE', 'CREATED', 'RUNNING'] as const;
/** Whether a VM has a vCPU of its own switched on. `PENDING`: it is, and has not run since. */
export const powers = ['OFF', 'PENDING', 'ON'] as const;

/** By what the cells of a family are numbered. */
export const families = {
  page: ['page'],
  word: ['page', 'word'],
  vm: ['vm'],
  mapping: ['vm', 'gfn'],
  table: ['vm', 'table'],
  vcpu: ['vcpu'],
  cpu: ['cpu'],
  device: ['device'],
  dmaMapping: ['device', 'iova'],
  cid: ['cid'],
  client: ['client'],
  early: ['early'],
  hostState: ['android'],
  hostVm: ['hostVm'],
  appPermission: ['app', 'permission'],
  appVm: ['app', 'hostVm'],
  vmPair: ['hostVm', 'peer'],
  instanceId: ['id'],
  appId: ['app', 'id'],
  machine: [],
  boot: [],
  disk: ['disk'],
  instance: ['instance'],
  bearer: ['bearer'],
  secret: ['secret'],
  parent: ['parent'],
  region: ['region'],
  session: ['session'],
  party: ['party'],
  issuer: ['issuer'],
  asking: ['party', 'session'],
  certificate: ['chain', 'party', 'session'],
  ...storageFamilies,
  ...insideFamilies,
  ...phoneFamilies,
  ...interruptFamilies,
} as const satisfies Record<string, readonly string[]>;
export type Family = keyof typeof families;
export type Dimension = (typeof families)[Family][number];

const permissionNames = Array.from({ length: protAll + 1 }, (_, bits) => {
  const allowed = Object.entries(protBits).flatMap(([name, bit]) => ((bits & bit) === bit ? [name] : []));
  return allowed.join('+') || 'no access';
});

/** Names of the numbers that stand at a place of a cell or of a definition. */
export const numberNames: Readonly<Record<string, readonly string[]>> = {
  prot: permissionNames,
  region: regions,
  parent: parents.map((mode) => `secrets of ${mode}`),
  bearer: ['the VM'],
  android: ['the host'],
  permission: permissions,
};

/**
 * `name` says what a cell holds, with a place for each of its numbers. A cell with a `flag` holds 1 where that is true,
 * and 0 where not; its verb stands in brackets.
 */
export type FieldShape = {
  readonly over: Family;
  readonly values?: readonly string[];
  /** Words for the least numbers where these have no names in the rules. */
  readonly literals?: readonly string[];
  readonly start?: number;
} & ({ readonly name: string } | { readonly flag: string });

export const fields = {
  /** The host's view of a page. */
  host: { over: 'page', name: 'the host view of {page}', values: pageStates },
  /** The hypervisor's view of a page. */
  hyp: { over: 'page', name: 'the hypervisor view of {page}', values: pageStates, start: pageStates.indexOf('NOPAGE') },
  /** To whom the host's invalid entry says that a page belongs, and at which frame of which VM. */
  owner: { over: 'page', name: 'the owner of {page}', values: owners },
  ownerVm: { over: 'page', name: 'the VM that owns {page}', start: none },
  ownerGfn: { over: 'page', name: 'the gfn at which {page} is owned', start: none },
  /** Mappings of a host page in non-protected VMs. */
  shares: { over: 'page', name: 'the share count of {page}' },
  /** Pins that keep a page shared with the hypervisor. */
  pins: { over: 'page', name: 'the number of pins of {page}' },
  /** Device mappings of a page. */
  dmaMaps: { over: 'page', name: 'the number of device mappings of {page}' },
  /** What the secure world holds of a page, whatever the hypervisor's record says. */
  secure: { over: 'page', name: 'the hold of the secure world on {page}', values: secureHolds },
  use: { over: 'page', name: 'the use of {page}', values: uses },
  useVm: { over: 'page', name: 'the VM that {page} serves', start: none },
  /** The next page of the list that a free page-table page lies on, held in its first word. */
  link: { over: 'page', name: 'the link of {page}', start: none },
  word: {
    over: 'word',
    name: 'the content of word {word} of {page}',
    literals: ['zeros', 'unknown', 'guest code', 'host data'],
  },

  life: { over: 'vm', name: 'the life of {vm}', values: lives },
  protected: { over: 'vm', flag: '{vm} [is] protected' },
  idRegs: { over: 'vm', flag: 'the host [has|has not] set up the identification registers of {vm}' },
  createdVcpus: { over: 'vm', name: 'the number of planned vCPUs of {vm}' },
  /** Which one it was does not matter: it stays the only one when it is switched off. */
  hasPrimary: { over: 'vm', flag: 'the host [has|has not] made a vCPU of {vm} runnable' },
  kvm: { over: 'vm', name: 'the host structure of {vm}', start: none },
  /** Page-table pages that the VM gave back to itself. */
  pool: { over: 'vm', name: 'the number of free table pages of {vm}' },
  enrolled: { over: 'vm', flag: '{vm} [has|has not] enrolled in the MMIO guard' },
  /** Pages that the hypervisor holds for the VM: structures, and stage 2 with its caches. */
  metadataPages: { over: 'vm', name: 'the number of structure pages of {vm}' },
  stage2Pages: { over: 'vm', name: 'the number of stage-2 pages of {vm}' },

  mapped: { over: 'mapping', name: 'the page mapped by {gfn} in {vm}', start: none },
  mapping: { over: 'mapping', name: 'the guest view of {gfn} in {vm}', values: mappingStates },
  prot: { over: 'mapping', name: 'the permissions of {gfn} in {vm}', literals: permissionNames },
  young: { over: 'mapping', flag: '{gfn} in {vm} [is] young' },
  /** 1 where one entry maps a whole 2 MiB block. */
  asBlock: { over: 'mapping', flag: '{gfn} in {vm} [is] a block' },
  /** Entries in use in a page table; a table exists while it has one. */
  tableEntries: { over: 'table', name: 'the number of entries in {table} of {vm}' },

  present: { over: 'vcpu', flag: '{vcpu} [exists]' },
  hostVcpu: { over: 'vcpu', name: 'the host structure of {vcpu}', start: none },
  /** The CPU on which a vCPU is loaded. */
  loadedOn: { over: 'vcpu', name: 'the CPU that has loaded {vcpu}', start: none },
  /** Top and length of the host's list of free page-table pages, and length of the hypervisor's own. */
  listTop: { over: 'vcpu', name: "the top of the host's memcache for {vcpu}", start: none },
  listLength: { over: 'vcpu', name: "the length of the host's memcache for {vcpu}" },
  cache: { over: 'vcpu', name: "the length of the hypervisor's memcache for {vcpu}" },
  /** The frame of the vCPU's last translation fault, if its last run ended in one. */
  fault: { over: 'vcpu', name: 'the faulting gfn of {vcpu}', start: none },

  power: { over: 'vcpu', name: 'the power of {vcpu}', values: powers },
  /** By its number in the VM; until the vCPU is entered again, the host may answer that it could not. */
  awaits: { over: 'vcpu', name: 'the vCPU that {vcpu} has asked the host to start', start: none },

  loaded: { over: 'cpu', name: 'the vCPU loaded on {cpu}', start: none },

  /** 1 while the device's stream is attached to the host's domain. */
  attached: { over: 'device', flag: '{device} [is] attached' },
  dmaPage: { over: 'dmaMapping', name: 'the page at {iova} of {device}', start: none },

  /** How many VMs that are alive have a CID. */
  cidHeld: { over: 'cid', name: 'the number of VMs alive with {cid}' },
  /** How often a CID was granted since the host booted, and how many of these grants no VM has taken up yet. */
  cidGranted: { over: 'cid', name: 'the number of grants of {cid}' },
  cidPending: { over: 'cid', name: 'the number of open grants of {cid}' },
  /** 1 where the service remembers a CID as held. */
  servicedCids: { over: 'cid', flag: 'the service [knows] {cid} as held' },
  lastCid: { over: 'machine', name: 'the last CID', start: none },

  /** The mailbox of the host: the pages that the hypervisor reads messages from, and writes answers to. */
  mailbox: { over: 'machine', name: 'the mailbox of the host', values: mailboxes },
  mailboxTx: { over: 'machine', name: 'the page that messages are read from', start: none },
  mailboxRx: { over: 'machine', name: 'the page that answers are written to', start: none },

  /** A client of the service: how far it is, with which CID, and whether the service knows that it holds it. */
  clientPhase: { over: 'client', name: 'the phase of {client}', values: clientPhases },
  clientCid: { over: 'client', name: 'the CID of {client}', start: none },
  clientKnown: { over: 'client', flag: 'the service [knows] the context of {client}' },
  /** Early VMs: how many are alive with a fixed CID, how often that was started, and from which partition. */
  earlyHeld: { over: 'early', name: 'the number of early VMs alive with {early}' },
  earlyStarts: { over: 'early', name: 'the number of starts under {early}' },
  earlyFrom: { over: 'early', name: 'the partition of the VM with {early}', values: ['NONE', ...earlyPartitions] },

  /** An Android host: whether it is the attacker's, and its VMs: who has them, and of what they are made. */
  hostFallen: { over: 'hostState', flag: '{android} [is] compromised' },
  hostVmState: { over: 'hostVm', name: 'the state of {hostVm}', values: hostVmStates },
  hostVmCreator: { over: 'hostVm', name: 'the creator of {hostVm}', start: none },
  hostVmFile: { over: 'hostVm', name: 'the file of {hostVm}', start: none },
  hostVmProtected: { over: 'hostVm', flag: '{hostVm} [is] a protected VM' },
  hostVmDebug: { over: 'hostVm', flag: '{hostVm} [can] be debugged' },
  hostVmGdb: { over: 'hostVm', flag: '{hostVm} [is] open to gdb' },
  hostVmCustom: { over: 'hostVm', flag: '{hostVm} [has] a configuration of its own' },
  hostVmOutside: { over: 'hostVm', flag: '{hostVm} [runs] a binary from outside its APK' },
  appGranted: { over: 'appPermission', flag: '{app} [has|has not] been granted {permission}' },
  /** What apps have of VMs: handles, now and ever; knowledge; connections by virtmgr, to which ports; own sockets. */
  appHandle: { over: 'appVm', flag: '{app} [holds] {hostVm}' },
  appHeld: { over: 'appVm', flag: '{app} [has|has not] been given {hostVm}' },
  appSees: { over: 'appVm', flag: '{app} [knows] of {hostVm}' },
  appChannel: { over: 'appVm', flag: '{app} [has] a connection to {hostVm}' },
  appLowChannel: { over: 'appVm', flag: '{app} [has] a connection to a low port of {hostVm}' },
  appSocket: { over: 'appVm', flag: '{app} [has] a socket of its own to {hostVm}' },
  /** What became of packets of VMs, and whom the servers of VMs serve. */
  packetReached: { over: 'vmPair', flag: 'a packet of {hostVm} [has|has not] reached {peer}' },
  packetMistaken: { over: 'vmPair', flag: 'a packet of {hostVm} [has|has not] been taken for one of {peer}' },
  guestServed: { over: 'vmPair', flag: '{hostVm} [is] served as {peer}' },
  packetRelayed: { over: 'vmPair', flag: 'an app [has|has not] carried something from {hostVm} to {peer}' },
  /** Instance ids: which app has one, which made it, how many were made since; and who knows it. */
  idOwner: { over: 'instanceId', name: 'the owner of {id}', start: none },
  idMaker: { over: 'instanceId', name: 'the maker of {id}', start: none },
  idAge: { over: 'instanceId', name: 'the age of {id}' },
  idKnown: { over: 'appId', flag: '{app} [knows] {id}' },

  /** The VM that boots: its stage, and what each stage took. */
  stage: { over: 'boot', name: 'the stage', values: stages },
  vmParent: { over: 'boot', name: 'the secrets that pvmfw derived from', values: parents },
  vmChained: { over: 'boot', flag: 'the chain [goes] on' },
  /** Certificates that the stages from pvmfw on have made, each of the next. */
  vmCertified: { over: 'boot', name: 'the number of certificates since pvmfw' },
  vmTree: { over: 'boot', name: 'the device tree of the VM', start: none },
  vmCode: { over: 'boot', name: 'the image that runs', start: none },
  vmRegime: { over: 'boot', name: 'the rollback regime', values: regimes },
  vmDisk: { over: 'boot', name: 'the instance image of the VM', start: none },
  vmInstance: { over: 'boot', name: 'the instance id of the VM', start: none },
  /** 1 where pvmfw told the guest that this is the first boot of its instance. */
  vmNew: { over: 'boot', flag: 'this [is] the first boot of the instance' },
  /**
   * 1 where boot arguments of the host went through, where the debug policy is applied, where pages are still shared.
   */
  vmArgued: { over: 'boot', flag: 'boot arguments of the host [were] passed on' },
  vmPolicy: { over: 'boot', flag: 'the debug policy [is] applied' },
  vmShared: { over: 'boot', flag: 'pages of the VM [are] still shared' },
  vmLoaded: { over: 'boot', name: 'the image that the guest loader started', start: none },
  vmSystem: { over: 'boot', name: 'the system', start: none },
  vmExtra: { over: 'boot', name: 'the further APKs', start: none },
  vmMounted: { over: 'boot', name: 'the mounted APEXes', start: none },
  left: { over: 'region', name: 'the content of the {region}', values: leftovers },

  /** Instance images: pvmfw's entry, by the parent whose key seals it, and Microdroid's, by its sealing secret. */
  diskForm: { over: 'disk', name: 'the form of {disk}', values: diskForms },
  record: { over: 'disk', name: "the pvmfw's entry on {disk}", values: records },
  recordParent: { over: 'disk', name: "the sealing key of pvmfw's entry on {disk}", start: none },
  recordCode: { over: 'disk', name: 'the image recorded on {disk}', start: none },
  recordKey: { over: 'disk', name: 'the image key recorded on {disk}', start: none },
  recordMode: { over: 'disk', name: 'the mode recorded on {disk}', start: none },
  recordSalt: { over: 'disk', name: 'the salt recorded on {disk}', start: none },
  guestRecord: { over: 'disk', name: "the Microdroid's entry on {disk}", values: records },
  guestRecordSecret: { over: 'disk', name: "the sealing secret of Microdroid's entry on {disk}", start: none },
  guestRecordApk: { over: 'disk', name: 'the APK recorded on {disk}', start: none },
  guestRecordApex: { over: 'disk', name: 'the APEXes recorded on {disk}', start: none },

  /** What Secretkeeper holds for an instance id, and the policy with it. */
  keptSecret: { over: 'instance', name: "the Secretkeeper's secret for {instance}", start: none },
  keptKey: { over: 'instance', name: 'the payload key that Secretkeeper has for {instance}', start: none },
  keptKernel: { over: 'instance', name: 'the least kernel version that Secretkeeper has for {instance}', start: none },
  keptPayload: {
    over: 'instance',
    name: 'the least payload version that Secretkeeper has for {instance}',
    start: none,
  },

  /** Who has a secret, or had it and sealed something with it: bearer 0 is the VM that runs. */
  secret: { over: 'bearer', name: 'the sealing secret of {bearer}', start: none },
  payloadKey: { over: 'bearer', name: 'the payload key of {bearer}', start: none },
  keeperSecret: { over: 'bearer', name: "the Secretkeeper's part in the secrets of {bearer}", start: none },
  bearerCode: { over: 'bearer', name: 'the image of {bearer}', start: none },
  bearerApk: { over: 'bearer', name: 'the APK of {bearer}', start: none },
  bearerApex: { over: 'bearer', name: 'the APEXes of {bearer}', start: none },

  /** What the attacker has learnt. */
  knownSecret: { over: 'secret', flag: '{secret} [is] known to the attacker' },
  knownParent: { over: 'parent', flag: '{parent} [are] known to the attacker' },

  /** A session of the relying party: its challenge, how often it was answered, and by which key. */
  challenge: { over: 'session', name: 'the challenge of session {session}', values: challenges },
  answers: { over: 'session', name: 'the number of answers taken in session {session}' },
  acceptedKey: { over: 'session', name: 'the key accepted in session {session}', start: none },
  /** The party that can open the secret of the session. */
  provisioned: { over: 'session', name: 'the party that can open the secret of session {session}', start: none },
  /** 1 where a VM has asked with the challenge of a session, and where the RKP VM has certified that. */
  asked: { over: 'asking', flag: '{party} [has|has not] asked in session {session}' },
  issued: {
    over: 'certificate',
    flag: 'the RKP VM [has|has not] certified the key of {party} with the challenge of session {session} for {chain}',
  },
  /** 1 where the attacker has a VM in its hands, and where an issuer is certified, or known to be broken. */
  takenVm: { over: 'party', flag: 'the attacker [has] {party}' },
  certifiedIssuer: { over: 'issuer', flag: 'the RKP server [has|has not] certified {issuer}' },
  brokenIssuer: { over: 'issuer', flag: 'it [is] known that the attacker has the key of {issuer}' },

  ...storageFields,
  ...insideFields,
  ...phoneFields,
  ...interruptFields,
} as const satisfies Record<string, FieldShape>;

export type FieldName = keyof typeof fields;
export const fieldNames = Object.keys(fields) as FieldName[];
type OfBoot = 'boot' | 'disk' | 'instance' | 'bearer' | 'secret' | 'parent' | 'region';
type OfFlow = 'session' | 'party' | 'issuer' | 'asking' | 'certificate';
type OfGuest = keyof typeof storageFamilies | keyof typeof insideFamilies;
type OfPhone = keyof typeof phoneFamilies | keyof typeof interruptFamilies;
/** Fields of booting, of attestation, of storage, of payloads, of interrupts and of whole devices, which no hypervisor has. */
export type BootField = {
  [F in FieldName]: (typeof fields)[F]['over'] extends OfBoot | OfFlow | OfGuest | OfPhone ? F : never;
}[FieldName];

type OfServices = 'client' | 'early' | 'hostState' | 'hostVm' | OfApps;
type OfApps = 'appPermission' | 'appVm' | 'vmPair' | 'instanceId' | 'appId';
/** Fields of the host's services. */
export type ServiceField = { [F in FieldName]: (typeof fields)[F]['over'] extends OfServices ? F : never }[FieldName];
/** The named values of a field; plain numbers where it has none. */
export type ValueOf<F extends FieldName> = (typeof fields)[F] extends { values: readonly (infer V)[] } ? V : number;
