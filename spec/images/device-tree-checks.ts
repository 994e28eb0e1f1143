/** What pvmfw asks of the device tree of a host, in its order. */
import { must, mustEach, of } from '../evidence/check.ts';
import type { ImageCheck, ImageOptions } from './image.ts';
import type { Assigned, Bounce, PciRange, Row, Said, Span, TreeFacts, Watchdog } from './device-tree.ts';
import { fdtChecks } from './fdt.ts';
import type { FdtForm } from './fdt.ts';

type TreeCheck = ImageCheck<TreeFacts>;

const [memoryStart, page, lastAddress] = [0x8000_0000n, 0x1000n, 1n << 64n];
const pvmfw = { start: 0x7fc0_0000n, end: 0x8000_0000n };
const mostCpus = 16;

const endOf = ({ start, size }: Pick<Span, 'start' | 'size'>): bigint => start + size;
const valueOf = <T>(said: Said<T>): T | undefined => (said.kind === 'given' ? said.value : undefined);
const placeOf = (said: Said<unknown>): number | undefined => (said.kind === 'absent' ? undefined : said.at);
const memoryOf = ({ memory }: TreeFacts): Span => valueOf(memory) ?? { at: 0, start: 0n, size: 0n };
const overlap = (one: Span, start: bigint, end: bigint): boolean =>
  one.size > 0n && one.start < end && start < endOf(one);
const isIn = (span: Pick<Span, 'start' | 'size'>, memory: Span): boolean =>
  span.start >= memory.start && endOf(span) <= endOf(memory);

/** It is absent, or so. */
const isAbsentOr = <T>(said: Said<T>, holds: (value: T) => boolean): boolean =>
  said.kind === 'absent' || (said.kind === 'given' && holds(said.value));

const memoryChecks: readonly TreeCheck[] = [
  must(
    'TREE-MEMORY',
    'memory does not start at 0x80000000 or is no whole, non-zero number of pages',
    ({ memory }) => {
      const given = valueOf(memory);
      return given?.start === memoryStart && given.size > 0n && given.size % page === 0n;
    },
    ({ memory }) => placeOf(memory),
  ),
  must(
    'TREE-MEMORY-END',
    'the end of memory wraps',
    (facts) => endOf(memoryOf(facts)) <= lastAddress,
    ({ memory }) => placeOf(memory),
  ),
  must(
    'TREE-ARGUMENTS',
    'the boot arguments are no text that ends',
    (facts) => facts.arguments.kind !== 'misread',
    (facts) => placeOf(facts.arguments),
  ),
];

const cpusOf = ({ cpus }: TreeFacts): number => Math.min(cpus, mostCpus);
const frequencyBase = 0x104_0000n;
const bytesPerCpu = 8n;
const cpuChecks: readonly TreeCheck[] = [
  must('TREE-CPUS', 'there is no CPU', ({ cpus }) => cpus > 0),
  must(
    'TREE-FREQUENCY',
    'the frequency controller is not the expected one',
    (facts) =>
      isAbsentOr(
        facts.frequency,
        ({ start, size }) => start === frequencyBase && size === bytesPerCpu * BigInt(cpusOf(facts)),
      ),
    ({ frequency }) => placeOf(frequency),
  ),
];

const inMemorySpace = (space: number): boolean => space === 2 || space === 3;
const isRangeSound = ({ space, bus, start, size, at }: PciRange, memory: Span): boolean =>
  inMemorySpace(space) &&
  bus === start &&
  start + size < lastAddress &&
  !overlap({ at, start, size }, memory.start, endOf(memory));
const isMaskSound = ({ cells }: Row): boolean => cells.join() === [0xf800, 0, 0, 7].join();
/** Device `index` + 1, pin 1, at whichever controller; a level-triggered shared interrupt from 4 on. */
const isInterruptSound = ({ cells }: Row, index: number): boolean =>
  cells.toSpliced(4, 1).join() === [0x800 * (index + 1), 0, 0, 1, 0, 0, 0, 4 + index, 4].join();
const mostDevices = 16;

const pciChecks: readonly TreeCheck[] = [
  must(
    'TREE-PCI',
    'the PCI controller has not two ranges and a table of interrupts',
    ({ pci }) =>
      isAbsentOr(
        pci,
        ({ ranges, masks, interrupts }) =>
          ranges.length === 2 && Math.max(masks.length, interrupts.length) <= mostDevices,
      ),
    ({ pci }) => placeOf(pci),
  ),
  mustEach(
    'TREE-PCI',
    'a PCI range is not of memory, maps elsewhere, or lies over memory',
    ({ pci }) => valueOf(pci)?.ranges ?? [],
    (range, facts) => isRangeSound(range, memoryOf(facts)),
  ),
  mustEach(
    'TREE-PCI',
    'a mask of the PCI interrupts is not the expected one',
    ({ pci }) => valueOf(pci)?.masks ?? [],
    isMaskSound,
  ),
  mustEach(
    'TREE-PCI',
    'a PCI interrupt is not the expected one',
    ({ pci }) => valueOf(pci)?.interrupts ?? [],
    (row, { pci }) => isInterruptSound(row, valueOf(pci)?.interrupts.indexOf(row) ?? 0),
  ),
];

/** Per-CPU interrupt 15 at the rising edge, for as many CPUs as there are bits for. */
const isWatchdogSound = ({ start, size, interrupt }: Watchdog, cpus: number): boolean =>
  start === 0x3000n && size === 0x1000n && interrupt.join() === [1, 0xf, ((((1 << cpus) - 1) & 0xff) << 8) | 1].join();

const isWhole = (bytes: bigint | undefined): boolean => bytes === undefined || bytes % page === 0n;
const isBounceSound = ({ start, size, alignment }: Bounce, memory: Span): boolean =>
  size > 0n &&
  [start, size, alignment].every(isWhole) &&
  (start === undefined || (start + size < lastAddress && isIn({ start, size }, memory)));

const deviceChecks: readonly TreeCheck[] = [
  ...pciChecks,
  must(
    'TREE-WATCHDOG',
    'the watchdog is not the expected one',
    (facts) => isAbsentOr(facts.watchdog, (watchdog) => isWatchdogSound(watchdog, cpusOf(facts))),
    ({ watchdog }) => placeOf(watchdog),
  ),
  must(
    'TREE-SERIAL',
    'a serial port does not say where it is',
    ({ serial }) => serial.every(({ kind }) => kind === 'given'),
    ({ serial }) => serial.map((one) => (one.kind === 'misread' ? one.at : undefined)).find((at) => at !== undefined),
  ),
  must(
    'TREE-BOUNCE',
    'the bounce buffer is absent, not whole pages, or not in memory',
    (facts) => {
      const given = valueOf(facts.bounce);
      return given !== undefined && isBounceSound(given, memoryOf(facts));
    },
    ({ bounce }) => placeOf(bounce),
  ),
];

const isApartFromPvmfw = (span: Span): boolean => endOf(span) <= lastAddress && !overlap(span, pvmfw.start, pvmfw.end);
const cellsPerInterrupt = 3;
function isAssignedSound({ registers, physical, interrupts, streams, physicalStreams }: Assigned): boolean {
  const given = valueOf(registers);
  return (
    given !== undefined &&
    given.length === physical?.length &&
    given.every(isApartFromPvmfw) &&
    interrupts !== undefined &&
    interrupts % cellsPerInterrupt === 0 &&
    streams?.length === physicalStreams &&
    new Set(streams).size === streams.length
  );
}

const forbidden = ['compatible', 'linux,phandle', 'phandle'];
const trustChecks: readonly TreeCheck[] = [
  must('TREE-ASSIGNED', 'the overlay of assigned devices is no device tree', ({ overlay }) => overlay !== 'misread'),
  mustEach(
    'TREE-ASSIGNED',
    'an assigned device is not as the overlay has it, or lies over pvmfw',
    ({ assigned }) => assigned,
    isAssignedSound,
  ),
  mustEach(
    'TREE-UNTRUSTED',
    'the node for untrusted values can be referred to',
    ({ untrusted }) => untrusted,
    ({ name }) => !forbidden.includes(name),
  ),
  must(
    'TREE-REFERENCE',
    'the reference tree is no device tree with values',
    ({ reference }) => reference !== 'misread',
  ),
  mustEach(
    'TREE-REFERENCE',
    'a value is not the one that the bootloader has fixed',
    ({ fixed }) => fixed,
    ({ value, reference }) => reference === undefined || value === reference,
  ),
];

const placeChecks: readonly TreeCheck[] = [
  must(
    'KERNEL-PLACE',
    'there is no kernel in memory',
    (facts) => {
      const kernel = valueOf(facts.kernel);
      return kernel !== undefined && kernel.size > 0n && isIn(kernel, memoryOf(facts));
    },
    ({ kernel }) => placeOf(kernel),
  ),
  must(
    'RAMDISK-PLACE',
    'the ramdisk is empty, outside memory or over the kernel',
    (facts) => isAbsentOr(facts.ramdisk, (ramdisk) => isRamdiskApart(ramdisk, facts)),
    ({ ramdisk }) => placeOf(ramdisk),
  ),
];

function isRamdiskApart(ramdisk: Span, facts: TreeFacts): boolean {
  const kernel = valueOf(facts.kernel);
  const isOver = kernel !== undefined && overlap(ramdisk, kernel.start, endOf(kernel));
  return ramdisk.size > 0n && isIn(ramdisk, memoryOf(facts)) && !isOver;
}

export const treeChecks: readonly TreeCheck[] = [
  ...of<TreeFacts, ImageOptions, FdtForm>(({ form }) => form, fdtChecks),
  ...memoryChecks,
  ...cpuChecks,
  ...deviceChecks,
  ...trustChecks,
  ...placeChecks,
];
