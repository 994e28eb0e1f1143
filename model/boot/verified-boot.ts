/** Verified Boot in pvmfw, on bytes: the description in the kernel, its signer, and the digests of what is there. */
import type { BootConfig } from '../../spec/boot/config.ts';
import type { DescriptorFacts, HashFacts } from '../../spec/images/descriptors.ts';
import type { Range, VbmetaFacts } from '../../spec/images/vbmeta.ts';
import type { Bytes } from '../bytes.ts';
import { digestOf } from '../images/digest.ts';
import { readAtFooter } from '../images/footer.ts';
import { vbmetaHeader, vbmetaSignatures } from '../images/vbmeta.ts';
import { bytesOfKernel, bytesOfRamdisk, publicKeyOf } from './images/kernel.ts';
import { once } from './images/once.ts';
import type { Code } from './stages.ts';

/** What pvmfw goes on with: what it has verified, and nothing that it was told. */
export interface Verified {
  /** Digests and key in hexadecimal digits. */
  readonly kernelDigest: string;
  readonly ramdiskDigest: string | undefined;
  readonly publicKey: string;
  readonly isDebug: boolean;
  readonly securityVersion: number;
  readonly capabilities: readonly string[];
}

/** The largest description, and the footer behind it. */
const most = 65_536;
const knownCapabilities = ['remote_attest', 'secretkeeper_protection', 'supports_uefi_boot', 'trusty_security_vm'];

const ends = ({ offset, size }: Range): number => offset + size;

const hasWholeHash = ({ algorithm, hash }: VbmetaFacts): boolean => vbmetaSignatures[algorithm]?.[0].size === hash.size;

/** A description that is whole, and signed with the key in it. */
function isSound(vbmeta: VbmetaFacts): boolean {
  const { hasMagic, major, minor, release, authentication, auxiliary, room, list, brokenAt } = vbmeta;
  const isRead = hasMagic && major === 1 && minor <= 3 && release !== undefined;
  const hasBlocks = [authentication, auxiliary].every((size) => size % 64 === 0);
  const isIn = vbmetaHeader + authentication + auxiliary <= Math.min(room, most);
  const isPlaced =
    [vbmeta.hash, vbmeta.signature].every((range) => ends(range) <= authentication) &&
    [vbmeta.key, vbmeta.descriptors].every((range) => ends(range) <= auxiliary) &&
    (vbmeta.metadata.size === 0 || ends(vbmeta.metadata) <= auxiliary);
  const isListed = brokenAt === undefined && list.every(({ fits, isText }) => fits && isText);
  const isSigned = vbmeta.isKey && vbmeta.hashMatches && vbmeta.verifies && hasWholeHash(vbmeta);
  return isRead && hasBlocks && isIn && isPlaced && isListed && isSigned;
}

/** One of each name, and none of another. */
function digestsIn(list: readonly DescriptorFacts[]): ReadonlyMap<string, HashFacts> | undefined {
  const digests = list.filter((one): one is HashFacts => one.kind === 'hash');
  const byName = new Map(digests.map((one) => [one.partition, one]));
  const areKnown = [...byName.keys()].every((name) => ['boot', 'initrd_normal', 'initrd_debug'].includes(name));
  return areKnown && byName.size === digests.length ? byName : undefined;
}

/** What the properties say that pvmfw reads, each of which is there at most once. */
function propertiesIn(list: readonly DescriptorFacts[]): { readonly capabilities: readonly string[] } | undefined {
  const [capability, pageSize, name] = ['cap', 'page_size', 'name'].map((end) =>
    list.flatMap((one) => (one.kind === 'property' && one.key === `com.android.virt.${end}` ? [one.value] : [])),
  );
  const capabilities = capability?.flatMap((value) => value.split('|')) ?? [];
  const areKnown = capabilities.every((one, at) => knownCapabilities.includes(one) && capabilities.indexOf(one) === at);
  const isOnce = [capability, pageSize, name].every((values) => values === undefined || values.length <= 1);
  return areKnown && isOnce && pageSize?.every(isPageSize) === true ? { capabilities } : undefined;
}

/** A number of KiB in decimal digits. */
function isPageSize(value: string): boolean {
  const size = /^\+?[0-9]{1,16}$/.test(value) ? Number(value) : 0;
  return size > 0 && size % 4 === 0;
}

/** The digest that bytes have, if it is the one that they should have. */
function measure(found: HashFacts | undefined, bytes: Bytes): string | undefined {
  if (found?.algorithm !== 'sha256') return undefined;
  const measured = digestOf(found, bytes);
  return measured === found.digest ? measured : undefined;
}

/** The description that a footer points to, if it lies in the image and is sound. */
export function describedBy({ footer, vbmeta }: ReturnType<typeof readAtFooter>): VbmetaFacts | undefined {
  const isFound = footer.hasMagic && footer.major <= 1 && footer.size <= most && ends(footer) <= footer.room;
  return isFound && isSound(vbmeta) ? vbmeta : undefined;
}

/** A description that lies in the kernel, names no other one and leaves verification on, by a signer that is trusted. */
function descriptionIn(kernel: Bytes, keys: readonly string[]): VbmetaFacts | undefined {
  const vbmeta = describedBy(readAtFooter(kernel));
  if (vbmeta === undefined) return undefined;
  const isChained = vbmeta.list.some(({ kind }) => kind === 'chained partition');
  const isOn = (vbmeta.flags & 2) === 0;
  return !isChained && isOn && keys.includes(vbmeta.publicKey) ? vbmeta : undefined;
}

/** What is in a kernel and a ramdisk that pvmfw accepts. */
export function verifyKernel(kernel: Bytes, ramdisk: Bytes | undefined, keys: readonly string[]): Verified | undefined {
  const vbmeta = descriptionIn(kernel, keys);
  const [digests, properties] = [digestsIn(vbmeta?.list ?? []), propertiesIn(vbmeta?.list ?? [])];
  if (vbmeta === undefined || digests === undefined || properties === undefined) return undefined;
  const kernelDigest = measure(digests.get('boot'), kernel);
  const listed = ['initrd_normal', 'initrd_debug'].flatMap((name) => digests.get(name) ?? []);
  const found = listed.find((one) => ramdisk?.length === one.imageSize && measure(one, ramdisk) !== undefined);
  const isAsListed = ramdisk === undefined ? listed.length === 0 : found !== undefined;
  if (kernelDigest === undefined || !isAsListed) return undefined;
  return {
    kernelDigest,
    ramdiskDigest: ramdisk && measure(found, ramdisk),
    publicKey: vbmeta.publicKey,
    isDebug: found?.partition === 'initrd_debug',
    securityVersion: Number(vbmeta.rollbackIndex),
    capabilities: properties.capabilities,
  };
}

const trustedBy = once(({ trusted }: BootConfig) =>
  trusted.flatMap((isTrusted, key) => (isTrusted ? [publicKeyOf(key)] : [])),
);
const kernelsOf = once((pieces: BootConfig) => pieces.kernels.map((kernel) => bytesOfKernel(pieces, kernel)));

/** A kernel with a ramdisk, by their numbers, as the host loads them into the memory of a VM. */
export function codeOf(pieces: BootConfig, kernel: number, ramdisk: number | undefined): Code {
  const [found, beside] = [kernelsOf(pieces)[kernel], pieces.ramdisks[ramdisk ?? -1]];
  if (found === undefined) throw new Error(`unreachable: there is no kernel ${kernel}`);
  return { kernel: found, ramdisk: beside && bytesOfRamdisk(beside) };
}

/** The verdicts on kernels with ramdisks, each reached once. */
const verdictsOf = once<BootConfig, (kernel: Bytes) => Map<Bytes | undefined, Verified | undefined>>(() =>
  once(() => new Map()),
);
export function verifyCode(pieces: BootConfig, { kernel, ramdisk }: Code): Verified | undefined {
  const known = verdictsOf(pieces)(kernel);
  if (!known.has(ramdisk)) known.set(ramdisk, verifyKernel(kernel, ramdisk, trustedBy(pieces)));
  return known.get(ramdisk);
}
export const verifiedImage = (pieces: BootConfig, kernel: number, ramdisk: number | undefined): Verified | undefined =>
  verifyCode(pieces, codeOf(pieces, kernel, ramdisk));

/** The security version in the description of a kernel that runs. */
export const versionOf = once((kernel: Bytes): number => Number(readAtFooter(kernel).vbmeta.rollbackIndex));
