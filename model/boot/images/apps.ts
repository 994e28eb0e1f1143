/** Apps as files: the APK of each shape with its index of hashes, and what the guest finds when it reads the two. */
import type { ApkShape, ExtraShape } from '../../../spec/boot/config.ts';
import type { ApkFacts, ApkSigner } from '../../../spec/images/apk.ts';
import type { Bytes } from '../../bytes.ts';
import { ascii, hex } from '../../bytes.ts';
import { readApk } from '../../images/apk.ts';
import { keyInfoOf, writeApk } from '../../images/apk-write.ts';
import { appKey, curveKey, strangersKey } from '../../images/app-keys.ts';
import type { AppKey } from '../../images/app-keys.ts';
import { readIdsig, writeIdsig } from '../../images/idsig.ts';
import { readEntries, writeZip } from '../../images/zip.ts';
import { once } from './once.ts';

/** A file of an app, and the index that the host gives with it. */
interface Supplied {
  readonly apk: Bytes;
  readonly idsig: Bytes;
}

const authors: readonly AppKey[] = [appKey, strangersKey, curveKey];
const authorOf = (key: number): AppKey => {
  const author = authors[key];
  if (author === undefined) throw new Error(`unreachable: no author of apps has the number ${key}`);
  return author;
};
const algorithmOf = ({ kind }: AppKey): number => (kind === 'RSA' ? 0x0103 : 0x0201);

const configuration = 'assets/vm_config.json';
/** Every app has one further APK. */
const configured = ascii(JSON.stringify({ extra_apks: [{ path: 'extra.apk' }] }));

function signed(name: string, author: AppKey, by: AppKey): Bytes {
  const archive = writeZip([
    { name: configuration, content: configured },
    { name: 'lib/payload.so', content: ascii(name) },
  ]);
  return writeApk(archive, [{ name: 'v3', signers: [{ key: author, algorithms: [algorithmOf(author)], by }] }]);
}

/** Another key that signs as the author’s would. */
const strangerTo = (author: AppKey): AppKey => (author === appKey ? strangersKey : appKey);

function supply({ name, key, version, flaw }: ApkShape): Supplied {
  const author = authorOf(key);
  const apk = signed(`${name} ${version}`, author, flaw === 'signature' ? strangerTo(author) : author);
  const idsig = writeIdsig(apk);
  if (flaw === 'content') apk[configuration.length + 40] = 0x20;
  return { apk, idsig };
}

/** What the manager of a guest knows of an APK once it has read it. */
export interface FoundApk {
  /** The root in the index, by which it was read. */
  readonly root: string;
  /** Every block hangs from that root. */
  readonly isRead: boolean;
  readonly isSigned: boolean;
  /** The key of whoever has signed it, in hexadecimal digits. */
  readonly key: string;
  /** The number of the author whose certificate it has. */
  readonly author: number | undefined;
  /** How many further APKs it says that there are. */
  readonly extras: number | undefined;
}

const release = 35;
const same = (one: readonly unknown[], other: readonly unknown[]): boolean => one.join() === other.join();

/** The one signer that scheme v3 has for the release; the guest looks at no other scheme. */
function signerIn({ schemes }: ApkFacts): ApkSigner | undefined {
  const v3 = schemes.find(({ name }) => name === 'v3');
  const fitting = (v3?.signers ?? []).filter(({ sdk }) => sdk.min <= release && release <= sdk.max);
  return v3?.isWhole === true && fitting.length === 1 ? fitting[0] : undefined;
}

/** As the guest goes through a signer: the signature first, and the content by what it has signed. */
function isVerified({ end, block }: ApkFacts, signer: ApkSigner | undefined): boolean {
  if (end?.behind === 'more' || end?.hasLocator !== false || end.directoryOffset + end.directorySize !== end.at)
    return false;
  if (block?.hasMagic !== true || !block.isFilled || block.sizeBefore !== block.sizeAfter) return false;
  if (signer === undefined || !signer.isWhole || !signer.signed.isWhole) return false;
  const { sdk, signatures, signed: data, key } = signer;
  const best = Math.max(...signatures.map(({ rank }) => rank));
  if (signatures.length === 0 || best === 0) return false;
  if (signatures.some(({ rank, holds }) => rank === best && !holds)) return false;
  if (data.digests.some(({ rank, isRight }) => rank === best && !isRight)) return false;
  const areListed = same(
    signatures.map(({ algorithm }) => algorithm),
    data.digests.map(({ algorithm }) => algorithm),
  );
  return areListed && sdk.min === data.sdk.min && sdk.max === data.sdk.max && data.key === key;
}

function extrasIn(apk: Bytes, { end }: ApkFacts): number | undefined {
  if (end === undefined) return undefined;
  const entry = readEntries(apk, end)[0].find(({ name }) => name === configuration);
  if (entry?.start === undefined) return undefined;
  try {
    const text = String.fromCharCode(...apk.subarray(entry.start, entry.start + entry.size));
    const { extra_apks: extras } = JSON.parse(text) as { readonly extra_apks?: unknown };
    return Array.isArray(extras) ? extras.length : 0;
  } catch {
    // What was not verified can be anything.
    return undefined;
  }
}

function find({ apk, idsig }: Supplied): FoundApk {
  const [facts, index] = [readApk(apk), readIdsig(idsig, apk)];
  const signer = signerIn(facts);
  const author = authors.findIndex((one) => hex(keyInfoOf(one)) === signer?.signed.key);
  const { hashing, apk: held, isWhole, treeSize } = index;
  const hangs = held?.differsAt === undefined && held?.root === hashing.root && held.treeSize === treeSize;
  return {
    root: hashing.root,
    isRead: isWhole && hangs,
    isSigned: isVerified(facts, signer),
    key: signer?.signed.key ?? '',
    author: author === -1 ? undefined : author,
    extras: extrasIn(apk, facts),
  };
}

/** What is found in the APK of a shape. */
export const findApk = once((shape: ApkShape): FoundApk => find(supply(shape)));

/** What is found in each of the further APKs. */
export const findExtras = once(({ name, flaw }: ExtraShape): readonly FoundApk[] => {
  if (flaw === 'count') return [];
  return [find(supply({ name, key: 0, version: 1, ...(flaw === undefined ? {} : { flaw }) }))];
});
