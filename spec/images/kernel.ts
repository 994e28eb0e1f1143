/** What pvmfw asks of a kernel, which has its description at its end, and of the ramdisk that was loaded with it. */
import { must, mustEach, of } from '../evidence/check.ts';
import type { HashFacts, PropertyFacts } from './descriptors.ts';
import { isChain, isHash, isProperty } from './descriptors.ts';
import { footerChecks } from './footer.ts';
import type { FooterFacts } from './footer.ts';
import type { ImageCheck } from './image.ts';
import { isTrusted } from './signer.ts';
import { vbmetaChecks } from './vbmeta-checks.ts';
import { vbmetaFields } from './vbmeta.ts';
import type { VbmetaFacts } from './vbmeta.ts';

export interface KernelFacts {
  readonly footer: FooterFacts;
  readonly vbmeta: VbmetaFacts;
  /** The kernel has the digest that comes first under its name. */
  readonly isKernel: boolean;
  /** The ramdisk, if there is one: whether it has the digest for production, and that for debugging. */
  readonly ramdisk: { readonly size: number; readonly isNormal: boolean; readonly isDebug: boolean } | undefined;
}

export const kernelPartition = 'boot';
const ramdiskPartitions = ['initrd_normal', 'initrd_debug'] as const;
const kernelProperties = {
  capabilities: 'com.android.virt.cap',
  pageSize: 'com.android.virt.page_size',
  name: 'com.android.virt.name',
} as const;
const knownCapabilities = [
  'remote_attest',
  'secretkeeper_protection',
  'supports_uefi_boot',
  'trusty_security_vm',
] as const;
const verificationDisabled = 2;
const pageUnit = 4n;

const hashes = ({ vbmeta }: KernelFacts): readonly HashFacts[] => vbmeta.list.filter(isHash);
const ofPvmfw = ({ vbmeta }: KernelFacts): readonly PropertyFacts[] =>
  vbmeta.list.filter(isProperty).filter(({ key }) => Object.values<string>(kernelProperties).includes(key));
const under = (key: string) => (facts: KernelFacts) => ofPvmfw(facts).filter((one) => one.key === key);

const ramdisksListed = (facts: KernelFacts): readonly HashFacts[] =>
  hashes(facts).filter(({ partition }) => ramdiskPartitions.some((name) => name === partition));

const isOfKernel = ({ partition }: HashFacts): boolean =>
  partition === kernelPartition || ramdiskPartitions.some((name) => name === partition);

function areCapabilities({ value }: PropertyFacts): boolean {
  const listed = value.split('|');
  return (
    listed.every((one) => knownCapabilities.some((known) => known === one)) && new Set(listed).size === listed.length
  );
}

/** A number of KiB that is a multiple of 4 and, as a number of bytes, one of 64 bits. */
const isPageSize = ({ value }: PropertyFacts): boolean =>
  /^\+?[0-9]{1,16}$/.test(value) &&
  BigInt(value.replace('+', '')) > 0n &&
  BigInt(value.replace('+', '')) % pageUnit === 0n;

const keyAt = ({ vbmeta }: KernelFacts): number => vbmeta.at + vbmetaFields.key;
const kernelAt = (facts: KernelFacts): number =>
  hashes(facts).find(({ partition }) => partition === kernelPartition)?.at ??
  facts.vbmeta.at + vbmetaFields.descriptors;
const ramdiskAt = (facts: KernelFacts): number =>
  ramdisksListed(facts)[0]?.at ?? facts.vbmeta.at + vbmetaFields.descriptors;

export const kernelChecks: readonly ImageCheck<KernelFacts>[] = [
  ...of(({ footer }: KernelFacts) => footer, footerChecks),
  ...of(({ vbmeta }: KernelFacts) => vbmeta, vbmetaChecks),
  mustEach(
    'AVB-SIGNED',
    'the description names another one',
    ({ vbmeta }) => vbmeta.list,
    (one) => !isChain(one),
  ),
  must(
    'AVB-ENFORCED',
    'the description turns verification off',
    ({ vbmeta }) => (vbmeta.flags & verificationDisabled) === 0,
    ({ vbmeta }) => vbmeta.at + vbmetaFields.flags,
  ),
  must('AVB-KEY', 'the key is not trusted', ({ vbmeta }, options) => isTrusted(vbmeta, options), keyAt),
  must('AVB-KERNEL', 'the kernel does not have the digest in its description', ({ isKernel }) => isKernel, kernelAt),
  mustEach('AVB-DESCRIPTORS', 'a digest is neither of the kernel nor of a ramdisk of it', hashes, isOfKernel),
  mustEach('AVB-DESCRIPTORS', 'there are two digests under one name', hashes, (one, facts) =>
    hashes(facts).every(({ partition, at }) => at >= one.at || partition !== one.partition),
  ),
  mustEach('KERNEL-PROPERTY-ONCE', 'a property is there twice', ofPvmfw, (one, facts) =>
    ofPvmfw(facts).every(({ key, at }) => at >= one.at || key !== one.key),
  ),
  mustEach(
    'AVB-CAPABILITIES',
    'a capability is not known, or listed twice',
    under(kernelProperties.capabilities),
    areCapabilities,
  ),
  mustEach('KERNEL-PAGE-SIZE', 'the page size is no multiple of 4 KiB', under(kernelProperties.pageSize), isPageSize),
  must(
    'AVB-RAMDISK-LISTED',
    'there is a ramdisk and no digest of one, or a digest and no ramdisk',
    (facts) => (facts.ramdisk !== undefined) === ramdisksListed(facts).length > 0,
    ramdiskAt,
  ),
  must(
    'AVB-RAMDISK',
    'the ramdisk has none of the digests in the description',
    ({ ramdisk }) => ramdisk === undefined || ramdisk.isNormal || ramdisk.isDebug,
    ramdiskAt,
  ),
];
