/** The device tree of a host as a format. */
import { treeChecks } from '../../spec/images/device-tree-checks.ts';
import { fdtHeaderSize } from '../../spec/images/fdt.ts';
import type { Said, Span, TreeFacts } from '../../spec/images/device-tree.ts';
import { readTree } from '../../model/images/device-tree.ts';
import type { Free, Reader, Row } from './format.ts';

const magic = 0xd00dfeed;
const hexOf = (value: bigint): string => (value < 0n ? String(value) : `0x${value.toString(16)}`);
const spanWords = ({ start, size }: Span): string => `${hexOf(size)} bytes from ${hexOf(start)}`;

function rowOf<T>(part: string, said: Said<T>, words: (value: T) => string): Row[] {
  if (said.kind === 'absent') return [];
  return [{ at: said.at, size: 4, part, value: said.kind === 'misread' ? 'unreadable' : words(said.value) }];
}

const formRows = ({ form: { totalSize, version, compatible, blocks } }: TreeFacts): Row[] => [
  { at: 4, size: 4, part: 'total size', value: String(totalSize) },
  { at: 20, size: 8, part: 'version', value: `${version}, compatible with ${compatible}` },
  ...blocks.map(({ name, at, offset, size }) => ({
    at,
    size: 4,
    part: name,
    value: name === 'reservations' ? `from ${offset}` : `${size} bytes from ${offset}`,
  })),
];

const machineRows = (facts: TreeFacts): Row[] => [
  ...rowOf('memory', facts.memory, spanWords),
  ...rowOf('kernel', facts.kernel, spanWords),
  ...rowOf('ramdisk', facts.ramdisk, spanWords),
  ...rowOf('boot arguments', facts.arguments, (line) => line),
  ...rowOf('frequencies', facts.frequency, spanWords),
  ...rowOf(
    'PCI',
    facts.pci,
    ({ ranges, interrupts }) => `${ranges.map(spanWords).join(', ')}; ${interrupts.length} devices`,
  ),
  ...facts.serial.flatMap((port) => rowOf('serial port', port, ({ start }) => `at ${hexOf(start)}`)),
  ...rowOf('watchdog', facts.watchdog, spanWords),
  ...rowOf('bounce buffer', facts.bounce, ({ start, size }) =>
    start === undefined ? `${hexOf(size)} bytes anywhere` : `${hexOf(size)} bytes from ${hexOf(start)}`,
  ),
  ...facts.assigned.map(({ at, path }) => ({ at, size: 4, part: 'assigned device', value: path })),
];

const namedRows = ({ fixed, untrusted }: TreeFacts): Row[] => [
  ...fixed.map(({ at, name, value, reference }) => ({
    at,
    size: 12,
    part: `/avf/${name}`,
    value: `${value} (${reference === undefined ? 'not passed on' : reference === value ? 'as fixed' : 'fixed otherwise'})`,
  })),
  ...untrusted.map(({ at, name, value }) => ({ at, size: 12, part: `/avf/untrusted/${name}`, value })),
];

const byPlace = (one: Row, other: Row): number => one.at - other.at;

/** What lies between the covered bytes. */
function freeOf({ form, covered }: TreeFacts): readonly Free[] {
  const why = (from: number): string => {
    if (from < fdtHeaderSize) return 'of the header, only what the blocks need is looked at';
    return from < form.totalSize
      ? 'the host may choose it, or nothing is made of it'
      : 'behind the end of the tree, where nothing is read';
  };
  const free: Free[] = [];
  let end = 0;
  const sorted = [...covered].sort((one, other) => one.from - other.from);
  for (const { from, to } of [...sorted, { from: form.room, to: form.room }]) {
    if (from > end) free.push({ from: end, to: from, why: why(end) });
    end = Math.max(end, to);
  }
  return free;
}

export const deviceTree: Reader<TreeFacts> = {
  name: 'device tree',
  isMeant: (bytes) => bytes.length >= 4 && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) === magic,
  read: readTree,
  checks: treeChecks,
  rows: (facts) => [
    ...formRows(facts),
    ...[...machineRows(facts), ...namedRows(facts)].sort(byPlace),
    { at: facts.form.blocks[1]?.offset ?? 0, size: 4, part: 'CPUs', value: String(facts.cpus) },
  ],
  free: freeOf,
};
