/** What there is to know of a hypervisor, asked of the machine after it booted. */
import type { Emulator, Hardware } from './driver.ts';
import { fieldOffsets, structureSizes } from './btf.ts';
import { guestVersion } from './installed.ts';
import type { Features } from './installed.ts';
import { SetupProblem } from './packages.ts';
import { ownPages } from './own-pages.ts';
import { findTable } from './pages.ts';
import type { PageTable } from './pages.ts';

const pageBytes = 4096;
const firstPage = 0x40000;
/** No table page is wanted when a frame's tables exist, but the hypervisor asks for these many all the same. */
const tablesBelowRoot = 3;
const seconds = 20;
/** What messages to the secure world name besides the page of a call, and the first mailbox (guest/host.h). */
const sparePages = 132;

export interface Booted {
  readonly release: string;
  readonly hardware: Hardware;
  readonly emulator: string;
  /** The machine's whole memory. */
  readonly image: () => Buffer;
  /** Type information of the host's structures, where the kernel's own memory has none. */
  readonly types?: Buffer | undefined;
}

const pagesFor = (bytes: number): number => Math.ceil(bytes / pageBytes);

/** Width of guests' addresses, as the kernel printed it when it set KVM up. */
const ipaBitsOf = (console: string): number => Number(/IPA Size Limit: (\d+) bits/.exec(console)?.[1] ?? 40);

/** The root of a stage-2 table may be several tables side by side, up to 16, so that a level is saved. */
export function rootPages(ipaBits: number): number {
  const levels = Math.ceil((ipaBits - 4 - 12) / 9);
  return 2 ** Math.max(0, ipaBits - 12 - 9 * levels);
}

/** The profile by which a hypervisor with these hypercalls is judged. */
function profileFor(calls: Features['calls']): string {
  if ('__pkvm_vcpu_sync_state' in calls) return 'linux-7.3';
  if ('__pkvm_host_donate_guest' in calls) return 'linux-7.2';
  return '__pkvm_init_vm' in calls ? 'linux-6.12' : 'linux-6.1';
}

function modeOf(console: string): string {
  const mode = /kvm \[\d+\]: Protected (\w+) mode initialized successfully/.exec(console)?.[1];
  if (mode === undefined) throw new SetupProblem('the kernel came up, but not in protected mode');
  return `protected ${mode}`;
}

export function carveoutOf(console: string): { firstPage: number; pages: number } {
  const [_, megabytes, address] = /Reserved (\d+) MiB at (0x[0-9a-f]+)/.exec(console) ?? [];
  if (megabytes === undefined || address === undefined) throw new SetupProblem('the hypervisor reserved no memory');
  return { firstPage: Number(address) / pageBytes, pages: (Number(megabytes) << 20) / pageBytes };
}

/** The hypervisor's table of page states, found by sharing one page. */
export async function locateTable(
  emulator: Emulator,
  calls: Features['calls'],
  { hardware }: Pick<Booted, 'hardware'>,
): Promise<PageTable | undefined> {
  const carveout = carveoutOf(emulator.console);
  const [share, unshare] = [calls['__pkvm_host_share_hyp'] ?? 0, calls['__pkvm_host_unshare_hyp'] ?? 0];
  const [page] = await emulator.ask(['alloc 0'], seconds);
  const image = (): Promise<Buffer> => emulator.memory(carveout.firstPage * pageBytes, carveout.pages * pageBytes);
  const before = await image();
  await emulator.ask([`call ${share.toString(16)} ${page ?? ''}`], seconds);
  const after = await image();
  await emulator.ask([`call ${unshare.toString(16)} ${page ?? ''}`], seconds);
  return findTable(before, after, {
    start: carveout.firstPage * pageBytes,
    page: parseInt(page ?? '', 16),
    firstPage,
    pages: (hardware.megabytes << 20) / pageBytes,
  });
}

export async function learn(emulator: Emulator, booted: Booted): Promise<Features> {
  const [info] = await emulator.ask(['info'], seconds);
  const fields = Object.fromEntries((info ?? '').split(' ').map((field) => field.split('='))) as Record<string, string>;
  const { kvm, vcpu, hyp_vm, hyp_vcpu, atomics, secure_world, ...numbers } = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, parseInt(value, 16)]),
  ) as Record<'kvm' | 'vcpu', number> & Partial<Record<'hyp_vm' | 'hyp_vcpu' | 'atomics' | 'secure_world', number>>;
  const calls: Features['calls'] = numbers;
  const hasVms = '__pkvm_init_vm' in calls;
  const ipaBits = ipaBitsOf(emulator.console);
  const pageTable = await locateTable(emulator, calls, booted);
  const own = hyp_vm && hyp_vcpu ? { vm: hyp_vm, vcpu: hyp_vcpu } : undefined;
  const sizes = hasVms ? pagesOfStructures(own ?? sizesIn(booted.image())) : undefined;
  const carveout = carveoutOf(emulator.console);
  return {
    guest: guestVersion(),
    target: {
      hypervisor: 'linux-pkvm',
      release: booted.release,
      machine: `qemu-${booted.emulator} virt${booted.hardware.secureWorld ? ' with a secure world' : ''}, cpu ${booted.hardware.cpu}`,
      mode: modeOf(emulator.console),
    },
    profile: profileFor(calls),
    hardware: booted.hardware,
    calls,
    atomics: atomics === 1,
    secureWorld: secure_world !== undefined,
    sizes: sizes && {
      kvmPages: pagesFor(kvm),
      vcpuPages: pagesFor(vcpu),
      ...sizes,
      pgdPages: rootPages(ipaBits),
      memcacheMin: tablesBelowRoot,
    },
    // The access flag is asked of a guest next (probe.ts); where none runs, no answer depends on it.
    features: hasVms ? { ipaBits, hardwareAccessFlag: true } : undefined,
    ...(hasVms && { hostFields: fieldsIn(booted.types ?? booted.image()) }),
    memory: {
      firstPage,
      pages: (booted.hardware.megabytes << 20) / pageBytes,
      carveout,
      pageTable,
      ...(secure_world !== undefined && { spare: { firstPage: secure_world, pages: sparePages } }),
      ...(pageTable && { own: ownPages(booted.image(), firstPage, pageTable, carveout.firstPage) }),
    },
  };
}

/** The host's own structures for a VM and for a vCPU; nothing where the type information cannot be read. */
function fieldsIn(image: Buffer): Features['hostFields'] {
  const fieldsOf = (name: string): Record<string, number> => Object.fromEntries(fieldOffsets(image, name));
  try {
    return { kvm: fieldsOf('kvm'), kvm_vcpu: fieldsOf('kvm_vcpu') };
  } catch (error) {
    if (error instanceof SetupProblem) return undefined;
    throw error;
  }
}

/** Bytes of the hypervisor's structure for a VM and for a vCPU. */
interface HypStructures {
  readonly vm: number;
  readonly vcpu: number;
}

/** Packages of headers lack the hypervisor's own structures: there, the kernel's type information has their sizes. */
function sizesIn(image: Buffer): HypStructures {
  const sizes = structureSizes(image, ['pkvm_hyp_vm', 'pkvm_hyp_vcpu']);
  const [vm, vcpu] = [sizes.get('pkvm_hyp_vm'), sizes.get('pkvm_hyp_vcpu')];
  if (vm === undefined || vcpu === undefined) {
    throw new SetupProblem('neither headers nor type information (CONFIG_DEBUG_INFO_BTF) have the structures of EL2');
  }
  return { vm, vcpu };
}

/** Behind the VM's structure lies an array of pointers to its vCPUs. */
const pagesOfStructures = ({ vm, vcpu }: HypStructures): { hypVmPages: number; hypVcpuPages: number } => ({
  hypVmPages: pagesFor(vm + 8 * mostVcpus),
  hypVcpuPages: pagesFor(vcpu),
});
const mostVcpus = 2;
