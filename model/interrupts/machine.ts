/**
 * A CPU on which a host runs protected VMs by way of EL2: HCR_EL2 routes physical interrupts, PSTATE masks, pages are
 * bytes. The host has a vCPU structure of its own for each VM, and EL2 another.
 */

/** HCR_EL2: stage 2 is on; physical FIQs, IRQs and SErrors go to EL2. */
export const hcr = { VM: 1n << 0n, FMO: 1n << 3n, IMO: 1n << 4n, AMO: 1n << 5n } as const;
/** PSTATE.I: IRQs are masked. */
export const pstateI = 1 << 7;

/** A page: what the VM keeps, and two bytes of the driver: an answer was taken, and one is waited for. */
export const pageBytes = 16;
export const dataBytes = 8;
export const takenAt = 8;
export const waitsAt = 9;

/** Bytes that tell where something comes from. */
export const bytes = { zeros: 0x00, host: 0x11, request: 0x22, firstSecret: 0xa0 } as const;
export const secretByte = (vm: number): number => bytes.firstSecret + vm;

/** The guest's device, and one that it has no driver for. */
export const deviceIntid = 48;
export const otherIntid = 49;

export interface Vm {
  life: 'none' | 'live' | 'dying';
  readonly page: Uint8Array;
  /** What EL2 keeps while the vCPU is off the CPU. */
  x0: number;
  pstate: number;
  /** Where the guest is: in the handler of an interrupt, or in a loop that it never leaves. */
  handles: number | undefined;
  loops: boolean;
  /** The host's side: its vCPU structure, the status register of the device that it emulates. */
  readonly host: { lrs: bigint[]; data: number; status: number };
  /** Interrupts that the host has made pending since the VM was created: nothing of the machine, kept to be asked. */
  readonly injected: Set<number>;
}

export interface Machine {
  readonly vms: readonly Vm[];
  readonly cpu: { lrs: bigint[]; x0: number; pstate: number; hcr: bigint; guest: number | undefined };
  /** VMs whose secret the host has seen. */
  readonly seen: Set<number>;
}

/** The vCPU goes onto the CPU with `used` of the host's list registers, or as many as the CPU has. */
export function enter({ cpu, vms }: Machine, guest: number, used: number): void {
  const { host, x0, pstate } = vms[guest] as Vm;
  cpu.lrs = cpu.lrs.map((word, place) => (place < used ? (host.lrs[place] ?? 0n) : word));
  Object.assign(cpu, { x0, pstate, guest, hcr: hcr.VM | hcr.FMO | hcr.IMO | hcr.AMO });
}

/** The guest leaves the CPU; of its state the host gets list registers alone, and finds its own registers. */
export function exit({ cpu, vms }: Machine): void {
  const vm = cpu.guest === undefined ? undefined : vms[cpu.guest];
  if (vm === undefined) return;
  [vm.x0, vm.pstate] = [cpu.x0, cpu.pstate];
  vm.host.lrs = [...cpu.lrs];
  cpu.lrs = cpu.lrs.map(() => 0n);
  Object.assign(cpu, { x0: bytes.host, pstate: 0, hcr: 0n, guest: undefined });
}

/** A physical IRQ arrives. */
export function interrupt(machine: Machine): void {
  const { cpu } = machine;
  if (cpu.guest === undefined) return;
  const goesToEl2 = (cpu.hcr & hcr.IMO) !== 0n;
  const isHeldBack = !goesToEl2 && (cpu.pstate & pstateI) !== 0;
  if (!isHeldBack) exit(machine);
}

/** The host has something before its eyes. */
export function see({ seen, vms }: Machine, data: Iterable<number>): void {
  for (const byte of data) {
    const vm = byte - bytes.firstSecret;
    if (vm >= 0 && vm < vms.length) seen.add(vm);
  }
}
