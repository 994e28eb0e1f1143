/** What holds of the device tree that pvmfw writes for a guest, whatever tree it was given. */
import fc from 'fast-check';
import type { TreeFacts } from '../../spec/images/device-tree.ts';
import { ascii, hex } from '../../model/bytes.ts';
import type { Bytes } from '../../model/bytes.ts';
import { withFirst, withProperty } from '../../model/fdt/edit.ts';
import { readFdt } from '../../model/fdt/form.ts';
import type { TreeNode } from '../../model/fdt/form.ts';
import { cell, cell64, node, text, writeFdt } from '../../model/fdt/write.ts';
import type { NodeSource } from '../../model/fdt/write.ts';
import { readTree } from '../../model/images/device-tree.ts';
import { guestTree } from '../../model/images/guest-tree.ts';
import type { GuestGiven } from '../../model/images/guest-tree.ts';
import { hostTree, overlayOf, withDevice } from '../../model/images/host-tree.ts';
import type { HostMachine } from '../../model/images/host-tree.ts';
import type { Piece } from '../../model/images/reader.ts';
import type { EvidenceLaw } from '../evidence/law.ts';
import { deviceTree } from './device-tree.ts';
import { formatOf } from './format.ts';

const format = formatOf(deviceTree);
export const fixedName = 'secretkeeper_public_key';
const fixedValue = ascii('the key of Secretkeeper');
const reference = writeFdt(node('', {}, node('avf', { [fixedName]: fixedValue })));

/** A property that is put before those that are there, or in the place of one. */
interface Put {
  readonly path: string;
  readonly name: string;
  readonly value: Bytes;
  readonly isFirst: boolean;
}
const places: readonly (readonly [path: string, name: string])[] = [
  ['memory', 'reg'],
  ['memory', 'device_type'],
  ['', '#address-cells'],
  ['', '#size-cells'],
  ['config', 'kernel-address'],
  ['chosen', 'bootargs'],
  ['chosen', 'linux,initrd-end'],
  ['chosen', 'stdout-path'],
  ['reserved-memory/restricted_dma_reserved', 'reg'],
  ['uart@3f8', 'reg'],
  ['pci', 'ranges'],
  ['pci', 'interrupt-map'],
  ['vmwdt@3000', 'reg'],
  ['avf', fixedName],
  ['avf', 'another_value'],
  ['avf/untrusted', 'instance-id'],
  ['avf/untrusted', 'phandle'],
];
const values: readonly Bytes[] = [
  cell64(0x8000_0000, 0x1000_0000),
  cell64(0x8000_0000, 0x2000_0000),
  cell64(0x8400_0000, 0x40_0000),
  cell64(0x4000_0000, 0x1000_0000),
  cell64(0x3f8, 8),
  cell(1),
  cell(2),
  cell(0x8030_0000),
  text('init=/bin/sh console=hvc0 panic=-1'),
  text('memory'),
  fixedValue,
  ascii('another key'),
];
const puts: fc.Arbitrary<Put> = fc
  .tuple(fc.constantFrom(...places), fc.constantFrom(...values), fc.boolean())
  .map(([[path, name], value, isFirst]) => ({ path, name, value, isFirst }));

const withPut = (root: NodeSource, { path, name, value, isFirst }: Put): NodeSource =>
  isFirst ? withFirst(root, path, name, value) : withProperty(root, path, name, value);

const machine: HostMachine = {
  pci: 2,
  hasWatchdog: true,
  bounceAt: 0x8400_0000,
  arguments: 'panic=-1 init=/bin/sh console=hvc0',
  ramdisk: [0x8100_0000, 0x8180_0000],
  fixed: { [fixedName]: fixedValue },
  instance: new Uint8Array(8).fill(1),
};
const given: GuestGiven = {
  isDebuggable: false,
  policy: undefined,
  isNew: true,
  seed: 7n,
  handover: [0x7fe0_0000n, 0x1000n],
};

/** A property with the path of its node. */
export type Line = readonly [path: string, value: string];
const pathOf = (one: TreeNode): string => (one.parent === undefined ? '' : `${pathOf(one.parent)}/${one.name}`);
export const linesOf = (bytes: Bytes): readonly Line[] =>
  readFdt(bytes).nodes.flatMap((one) =>
    one.properties.map(({ name, value }) => [`${pathOf(one)}/${name}`, hex(value)] as const),
  );

/** Everything that the template has, for any number of CPUs and PCI devices. */
let template: ReadonlySet<string> | undefined;
function templateLines(): ReadonlySet<string> {
  template ??= new Set(
    Array.from({ length: 16 }, (_, i) => {
      const facts = readTree({ bytes: writeFdt(hostTree({ ...machine, cpus: i + 1, pci: i + 1 })) });
      return linesOf(guestTree(facts, given)).map((line) => line.join('='));
    }).flat(),
  );
  return template;
}

const chosenByHost: readonly RegExp[] = [
  /^\/memory\/reg$/,
  /^\/chosen\/(?:bootargs|linux,initrd-start|linux,initrd-end)$/,
  /^\/reserved-memory\/restricted_dma_reserved\/(?:reg|size|alignment)$/,
  /^\/pci\/ranges$/,
  /^\/avf\/untrusted\//,
];

const drawn: fc.Arbitrary<Piece> = fc
  .tuple(fc.array(puts, { maxLength: 3 }), fc.integer({ min: 1, max: 4 }), fc.boolean())
  .map(([changes, cpus, hasReference]) => ({
    bytes: writeFdt(changes.reduce(withPut, hostTree({ ...machine, cpus }))),
    ...(hasReference ? { beside: { reference } } : {}),
  }));

/** The first rows of a table of interrupts. */
const isRowsOfTemplate = (path: string, value: string): boolean =>
  path.startsWith('/pci/interrupt-map') && [...templateLines()].some((line) => line.startsWith(`${path}=${value}`));

/** How pvmfw writes the tree of a guest, property by property. */
type Written = (facts: TreeFacts) => readonly Line[];
export const written: Written = (facts) => linesOf(guestTree(facts, given));

/** Of what is accepted, this has to hold. */
type Held = (guest: readonly Line[], facts: TreeFacts) => boolean;
const accepted = (written: Written, holds: Held) =>
  fc.property(drawn, (piece) => {
    if (format.judge(piece).kind !== 'accepted') return true;
    const facts = readTree(piece);
    return holds(written(facts), facts);
  });
const valueAt = (guest: readonly Line[], path: string): string | undefined => guest.find(([one]) => one === path)?.[1];
const numbersAt = (guest: readonly Line[], path: string): readonly bigint[] =>
  (valueAt(guest, path)?.match(/.{16}/g) ?? []).map((digits) => BigInt(`0x${digits}`));

function isConfined(guest: readonly Line[]): boolean {
  const [start = 0n, size = 0n] = numbersAt(guest, '/memory/reg');
  const [bounce = start, length = 0n] = numbersAt(guest, '/reserved-memory/restricted_dma_reserved/reg');
  const words = valueAt(guest, '/pci/ranges')?.match(/.{56}/g) ?? [];
  const isApart = words.every((range) => {
    const [from, bytes] = [range.slice(24, 40), range.slice(40)].map((digits) => BigInt(`0x${digits}`));
    return from !== undefined && bytes !== undefined && (from + bytes <= start || from >= start + size);
  });
  return start === 0x8000_0000n && size > 0n && bounce >= start && bounce + length <= start + size && isApart;
}

const textAt = (guest: readonly Line[], path: string): string =>
  (valueAt(guest, path)?.match(/../g) ?? []).map((digits) => String.fromCharCode(parseInt(digits, 16))).join('');

const runs = 150;
export const lawsOfTrees = (written: Written): readonly EvidenceLaw[] => [
  {
    kind: 'always',
    clause: 'TREE-OWN',
    statement:
      'each property of the guest’s tree is the template’s, fixed by the bootloader, or one that the host may choose',
    runs,
    property: accepted(written, (guest) =>
      guest.every(
        ([path, value]) =>
          templateLines().has(`${path}=${value}`) ||
          chosenByHost.some((one) => one.test(path)) ||
          isRowsOfTemplate(path, value) ||
          (path === `/avf/${fixedName}` && value === hex(fixedValue)),
      ),
    ),
  },
  {
    kind: 'always',
    clause: 'BOOT-TREE-CONFINED',
    statement:
      'in bytes: memory of the guest’s tree begins where it should, with the bounce buffer inside and PCI outside',
    runs,
    property: accepted(written, isConfined),
  },
  {
    kind: 'always',
    clause: 'BOOT-TREE-FIXED',
    statement: 'in bytes: a value that the bootloader has fixed is in the guest’s tree as it is there, or not at all',
    runs,
    property: accepted(written, (guest, { reference: has }) => {
      const value = valueAt(guest, `/avf/${fixedName}`);
      return value === undefined || (has === 'read' && value === hex(fixedValue));
    }),
  },
  {
    kind: 'always',
    clause: 'BOOT-TREE-ARGUMENTS',
    statement: 'in bytes: a guest that cannot be debugged has no boot argument of the host’s but the harmless ones',
    runs,
    property: accepted(written, (guest) => ['\0', 'panic=-1\0', ''].includes(textAt(guest, '/chosen/bootargs'))),
  },
  {
    kind: 'always',
    clause: 'FDT-FIRST',
    statement: 'with a second property of any name before or behind another, the one that was checked is handed on',
    runs,
    property: accepted(
      written,
      (guest) => isConfined(guest) && guest.length === new Set(guest.map(([path]) => path)).size,
    ),
  },
  {
    kind: 'permitted',
    clause: 'AVAIL-WITHHOLD',
    statement: 'pvmfw accepts a tree without a device that could be assigned, and the guest does not have it',
    runs: 5,
    property: fc.property(fc.integer({ min: 1, max: 4 }), (cpus) => {
      const root = hostTree({ ...machine, cpus });
      const [withIt, without] = [withDevice(root), root].map((tree): boolean | undefined => {
        const piece = { bytes: writeFdt(tree), beside: { reference, overlay: overlayOf(true) } };
        const isAccepted = format.judge(piece).kind === 'accepted';
        return isAccepted ? valueAt(written(readTree(piece)), '/rng/reg') !== undefined : undefined;
      });
      return withIt === true && without === false;
    }),
  },
];

export const ofTrees = lawsOfTrees(written);
