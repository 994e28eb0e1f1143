/** Partitions that end with a description, as formats: a kernel for pvmfw, and whatever a bootloader reads. */
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

const footerRows = ({ at, major, minor, originalSize, offset, size }: FooterFacts): readonly Row[] => [
  { at: at + footerFields.major, size: 8, part: 'footer', value: `version ${major}.${minor}` },
  { at: at + footerFields.originalSize, size: 8, part: 'image', value: `${originalSize} bytes, says the footer` },
  { at: at + footerFields.offset, size: 16, part: 'description', value: `${size} bytes at ${offset}` },
];

/** The footer is a hint: a larger size does not matter, and what else it says is not used. */
const footerFree = ({ at }: FooterFacts): readonly Free[] => [
  {
    from: at + footerFields.minor - 1,
    to: at + footerFields.offset,
    why: 'the footer is not signed, and this is not used',
  },
  { from: at + footerFields.size, to: at + footerSize, why: 'the description says itself how long it is' },
];

function freeOf(footer: FooterFacts, vbmeta: VbmetaFacts, covered: readonly Range[]): readonly Free[] {
  const description = { offset: vbmeta.at, size: endOfVbmeta(vbmeta) - vbmeta.at };
  const why = 'it lies between what is described, the description and the footer';
  return [...gaps(0, footer.at, [...covered, description], why), ...vbmetaFree(vbmeta), ...footerFree(footer)];
}

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
  free: ({ footer, vbmeta }) => {
    const found = hashUnder(vbmeta, kernelPartition);
    return freeOf(footer, vbmeta, [{ offset: 0, size: found?.imageSize ?? 0 }]);
  },
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
  free: ({ footer, vbmeta, described: [first] }) => {
    const image = { offset: 0, size: first?.imageSize ?? 0 };
    const tree = first?.kind === 'hash tree' ? [{ offset: first.treeOffset, size: first.treeSize }] : [];
    return freeOf(footer, vbmeta, [image, ...tree]);
  },
};
