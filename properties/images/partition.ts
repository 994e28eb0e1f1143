/** Partitions that end with a description, as formats: a kernel for pvmfw, and whatever a bootloader reads. */
import type { HashFacts, HashtreeFacts } from '../../spec/images/descriptors.ts';
import { footerFields, footerSize } from '../../spec/images/footer.ts';
import type { FooterFacts } from '../../spec/images/footer.ts';
import { kernelChecks, kernelPartition } from '../../spec/images/kernel.ts';
import type { KernelFacts } from '../../spec/images/kernel.ts';
import { partitionChecks } from '../../spec/images/partition.ts';
import type { PartitionFacts } from '../../spec/images/partition.ts';
import type { Range, VbmetaFacts } from '../../spec/images/vbmeta.ts';
import { readAtFooter, readFooter } from '../../model/images/footer.ts';
import { hashUnder, readKernel } from '../../model/images/kernel.ts';
import { readPartition } from '../../model/images/partition.ts';
import type { Free, Reader, Row } from './format.ts';
import { gaps } from './gaps.ts';
import { endOfVbmeta, vbmetaFree, vbmetaRows } from './vbmeta-rows.ts';

export const footerRows = ({ at, major, minor, originalSize, offset, size }: FooterFacts): readonly Row[] => [
  { at: at + footerFields.major, size: 8, part: 'footer', value: `version ${major}.${minor}` },
  { at: at + footerFields.originalSize, size: 8, part: 'image', value: `${originalSize} bytes, says the footer` },
  { at: at + footerFields.offset, size: 16, part: 'description', value: `${size} bytes at ${offset}` },
];

/** Of the size, the bytes that are 0 in any that is allowed. */
const zerosInSize = 5;

/** The footer is a hint: a larger size does not matter up to 64 KiB, and what else it says is not used. */
const footerFree = ({ at }: FooterFacts): readonly Free[] => [
  {
    from: at + footerFields.minor - 1,
    to: at + footerFields.offset,
    why: 'the footer is not signed, and this is not used',
  },
  {
    from: at + footerFields.size + zerosInSize,
    to: at + footerSize,
    why: 'the description says itself how long it is',
  },
];

/** What is free in a partition of which these ranges are described. */
export function partitionFree(footer: FooterFacts, vbmeta: VbmetaFacts, described: readonly Range[]): readonly Free[] {
  const start = footer.at + footerSize - footer.room;
  const covered = described.map(({ offset, size }) => ({ offset: start + offset, size }));
  const description = { offset: vbmeta.at, size: endOfVbmeta(vbmeta) - vbmeta.at };
  const why = 'it lies between what is described, the description and the footer';
  return [...gaps(start, footer.at, [...covered, description], why), ...vbmetaFree(vbmeta), ...footerFree(footer)];
}

/** The image and the tree that a descriptor is about. */
export const rangesOf = (one: HashFacts | HashtreeFacts | undefined): readonly Range[] => {
  if (one === undefined) return [];
  const image = { offset: 0, size: one.imageSize };
  return one.kind === 'hash' ? [image] : [image, { offset: one.treeOffset, size: one.treeSize }];
};

export const kernel: Reader<KernelFacts> = {
  name: 'signed kernel',
  isMeant: (bytes) =>
    readFooter(bytes).hasMagic && hashUnder(readAtFooter(bytes).vbmeta, kernelPartition) !== undefined,
  read: readKernel,
  checks: kernelChecks,
  rows: ({ footer, vbmeta, ramdisk }) => [
    ...vbmetaRows(vbmeta),
    ...footerRows(footer),
    ...(ramdisk === undefined
      ? []
      : [{ at: footer.room, size: ramdisk.size, part: 'ramdisk', value: modeOf(ramdisk) }]),
  ],
  free: ({ footer, vbmeta }) => partitionFree(footer, vbmeta, rangesOf(hashUnder(vbmeta, kernelPartition))),
};

function modeOf({ isNormal, isDebug }: NonNullable<KernelFacts['ramdisk']>): string {
  if (isNormal) return 'beside it, for production';
  return isDebug ? 'beside it, for debugging' : 'beside it, and not described';
}

export const partition: Reader<PartitionFacts> = {
  name: 'signed partition',
  isMeant: (bytes) => readFooter(bytes).hasMagic,
  read: ({ bytes }) => readPartition(bytes),
  checks: partitionChecks,
  rows: ({ footer, vbmeta }) => [...vbmetaRows(vbmeta), ...footerRows(footer)],
  free: ({ footer, vbmeta, described: [first] }) => partitionFree(footer, vbmeta, rangesOf(first)),
};
