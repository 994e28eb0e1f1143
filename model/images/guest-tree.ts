/** The device tree that pvmfw writes for the guest: a template, with what it has checked of the host's. */
import type { DebugFeatures } from '../../spec/images/config-pieces.ts';
import type { Assigned, Bounce, Pci, Said, Span, TreeFacts } from '../../spec/images/device-tree.ts';
import type { Bytes } from '../bytes.ts';
import { bigEndian, concat, unhex } from '../bytes.ts';
import { cell, cell64, node, text, writeFdt } from '../fdt/write.ts';
import type { NodeSource } from '../fdt/write.ts';
import { allowedOf } from './bootargs.ts';
import type { Region } from './reserved.ts';

/** What does not come from the tree of the host. */
export interface GuestGiven {
  readonly isDebuggable: boolean;
  /** The debug policy, where the device is in debug mode and has one. */
  readonly policy: DebugFeatures | undefined;
  readonly isNew: boolean;
  readonly seed: bigint;
  /** Where the handover to the next stage is. */
  readonly handover: readonly [start: bigint, size: bigint];
  /** Reserved memory of the configuration that is this VM's. */
  readonly reserved?: readonly Region[];
}

const valueOf = <T>(said: Said<T>): T | undefined => (said.kind === 'given' ? said.value : undefined);
const mostCpus = 16;
const ports: readonly bigint[] = [0x3f8n, 0x2f8n, 0x3e8n, 0x2e8n];
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const maskOf = (cpus: number): number => (((1 << cpus) - 1) & 0xff) << 8;
const nothing: DebugFeatures = { ramdump: false, log: false };

function chosenOf({ ramdisk, arguments: line }: TreeFacts, given: GuestGiven): NodeSource {
  const span = valueOf(ramdisk);
  const asked = valueOf(line);
  const allowed =
    asked !== undefined && !given.isDebuggable ? allowedOf(asked, given.policy ?? nothing).join(' ') : asked;
  return node('chosen', {
    'stdout-path': text('/uart@3f8'),
    'linux,pci-probe-only': cell(1),
    'kaslr-seed': cell64(given.seed),
    'avf,strict-boot': new Uint8Array(),
    ...(given.isNew ? { 'avf,new-instance': new Uint8Array() } : {}),
    ...(allowed === undefined ? {} : { bootargs: text(allowed) }),
    ...(span === undefined
      ? {}
      : { 'linux,initrd-start': cell64(span.start), 'linux,initrd-end': cell64(span.start + span.size) }),
  });
}

const bounceOf = ({ start, size, alignment }: Bounce): NodeSource =>
  node('restricted_dma_reserved', {
    compatible: text('restricted-dma-pool'),
    ...(start === undefined ? { size: cell64(size), alignment: cell64(alignment ?? 0) } : { reg: cell64(start, size) }),
    phandle: cell(2),
  });

const regionOf = ({ compatible, start, size, isUnmapped }: Region): NodeSource =>
  node(`memory@${start.toString(16)}`, {
    compatible: text(compatible),
    reg: cell64(start, size),
    ...(isUnmapped ? { 'no-map': new Uint8Array() } : {}),
  });

const pciOf = ({ ranges, masks, interrupts }: Pci): NodeSource =>
  node('pci', {
    compatible: text('pci-host-cam-generic'),
    device_type: text('pci'),
    '#address-cells': cell(3),
    '#size-cells': cell(2),
    '#interrupt-cells': cell(1),
    'memory-region': cell(2),
    ranges: concat(...ranges.flatMap(({ space, bus, start, size }) => [cell(space << 24), cell64(bus, start, size)])),
    reg: cell64(0x7200_0000, 0x100_0000),
    'interrupt-map-mask': concat(...masks.map(() => cell(0xf800, 0, 0, 7))),
    'interrupt-map': concat(...interrupts.map((_, i) => cell(0x800 * (i + 1), 0, 0, 1, 1, 0, 0, 0, 4 + i, 4))),
  });

const cpuOf = (number: number): NodeSource =>
  node(`cpu@${number.toString(16)}`, {
    device_type: text('cpu'),
    compatible: text('arm,armv8'),
    'enable-method': text('psci'),
    reg: cell(number),
  });

const uartOf = (port: bigint): NodeSource =>
  node(`uart@${port.toString(16)}`, { compatible: text('ns16550a'), reg: cell64(port, 8) });

/** What every guest has: interrupts, timers and calls, for its number of CPUs. */
const builtIn = (cpus: number): NodeSource[] => [
  node('intc', {
    compatible: text('arm,gic-v3'),
    '#interrupt-cells': cell(3),
    'interrupt-controller': new Uint8Array(),
    reg: cell64(0x3fff_0000, 0x1_0000, 0x3fff_0000 - 0x2_0000 * cpus, 0x2_0000 * cpus),
    phandle: cell(1),
  }),
  node('timer', {
    compatible: text('arm,armv8-timer'),
    interrupts: cell(...[0xd, 0xe, 0xb, 0xa].flatMap((number) => [1, number, maskOf(cpus) | 8])),
  }),
  node('psci', { compatible: text('arm,psci-1.0'), method: text('hvc') }),
];

const watchdogOf = (cpus: number): NodeSource =>
  node('vmwdt@3000', {
    compatible: text('qemu,vcpu-stall-detector'),
    reg: cell64(0x3000, 0x1000),
    interrupts: cell(1, 0xf, maskOf(cpus) | 1),
  });

/** A device as the overlay has it, at the registers that the hypervisor has confirmed. */
const assignedOf = ({ path, registers }: Assigned): NodeSource =>
  node(path.slice(path.lastIndexOf('/') + 1), {
    reg: cell64(...(valueOf(registers) ?? []).flatMap(({ start, size }: Span) => [start, size])),
  });

const propertiesOf = (all: TreeFacts['untrusted']): Readonly<Record<string, Bytes>> =>
  Object.fromEntries(all.map(({ name, value }) => [name, unhex(value)]));

function avfOf({ fixed, untrusted, reference }: TreeFacts, policy: DebugFeatures | undefined): NodeSource {
  const confirmed = reference === 'read' ? fixed.filter((one) => one.reference !== undefined) : [];
  const common = policy && { ramdump: cell(Number(policy.ramdump)), log: cell(Number(policy.log)) };
  return node(
    'avf',
    propertiesOf(confirmed),
    node('untrusted', propertiesOf(untrusted)),
    ...(common === undefined ? [] : [node('guest', {}, node('common', common))]),
  );
}

/** The guest's tree, from a tree of the host that every check has passed. */
export function guestTree(facts: TreeFacts, given: GuestGiven): Bytes {
  const [memory, pci, bounce] = [valueOf(facts.memory), valueOf(facts.pci), valueOf(facts.bounce)];
  const cpus = Math.min(facts.cpus, mostCpus);
  const named = facts.serial.map((one) => valueOf(one)?.start);
  const handover = node('dice', {
    compatible: text('google,open-dice'),
    'no-map': new Uint8Array(),
    reg: concat(...given.handover.map((half) => bigEndian(half, 8))),
  });
  const root = node(
    '',
    {
      '#address-cells': cell(2),
      '#size-cells': cell(2),
      compatible: text('linux,dummy-virt'),
      'interrupt-parent': cell(1),
    },
    chosenOf(facts, given),
    node('memory', { device_type: text('memory'), reg: cell64(memory?.start ?? 0, memory?.size ?? 0) }),
    node(
      'reserved-memory',
      { '#address-cells': cell(2), '#size-cells': cell(2), ranges: new Uint8Array() },
      ...(bounce === undefined ? [] : [bounceOf(bounce)]),
      handover,
      ...(given.reserved ?? []).map(regionOf),
    ),
    node('cpus', { '#address-cells': cell(1), '#size-cells': cell(0) }, ...upTo(cpus).map(cpuOf)),
    ...builtIn(cpus),
    ...ports.filter((port) => named.includes(port)).map(uartOf),
    ...(pci === undefined ? [] : [pciOf(pci)]),
    ...(facts.watchdog.kind === 'given' ? [watchdogOf(cpus)] : []),
    ...facts.assigned.map(assignedOf),
    avfOf(facts, given.policy),
  );
  return writeFdt(root);
}
