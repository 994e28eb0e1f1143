/** Signed APKs, read from bytes: the archive, the signing block, and the schemes in it with their signers. */
import type { ApkFacts, ApkScheme, ContentDigest, SchemeName, SigningBlock } from '../../spec/images/apk.ts';
import type { Bytes } from '../bytes.ts';
import { hex } from '../bytes.ts';
import { contentDigestOf } from './apk-algorithms.ts';
import { readBlock, valueOf } from './apk-block.ts';
import { contentDigest } from './apk-digest.ts';
import { readSigner } from './apk-signer.ts';
import type { Digest } from './apk-signer.ts';
import { partsIn, Parts } from './prefixed.ts';
import type { Span } from './spans.ts';
import { readEnd } from './zip.ts';
import type { ZipParts } from './zip.ts';

const schemeNumbers: ReadonlyMap<number, SchemeName> = new Map([
  [0x7109_871a, 'v2'],
  [0xf053_68c0, 'v3'],
  [0x1b93_ad61, 'v3.1'],
]);
/** As many signers as are read; an APK has no more. */
const mostRead = 11;

/** How an APK is read, where it is not read as it should be. */
export interface Otherwise {
  /** Finds the record at the end. */
  readonly findEnd?: (bytes: Bytes) => ApkFacts['end'];
  /** Digests the archive without its signing block. */
  readonly digest?: typeof contentDigest;
}

/** What the bytes say, and whether signatures and digests in them hold. Never throws. */
export function readApk(
  bytes: Bytes,
  { findEnd = readEnd, digest: digestOf = contentDigest }: Otherwise = {},
): ApkFacts {
  const end = findEnd(bytes);
  const block = readBlock(bytes, end);
  const digest = digestsOf(sectionsOf(bytes, block, end), digestOf);
  const pairs = (block?.pairs ?? []).filter((pair, index, all) => isFirst(pair, index, all));
  const schemes = pairs.flatMap((pair) => {
    const name = schemeNumbers.get(pair.id);
    return name === undefined ? [] : [readScheme(bytes, name, valueOf(pair), digest)];
  });
  return { size: bytes.length, end, block, schemes };
}

type Pairs = SigningBlock['pairs'];
/** A pair of a scheme counts only if there is none before it: so no more are read than there are schemes. */
const isFirst = ({ id }: Pairs[number], index: number, all: Pairs): boolean =>
  schemeNumbers.has(id) && all.findIndex((pair) => pair.id === id) === index;

function readScheme(bytes: Bytes, name: SchemeName, value: Span, digest: Digest): ApkScheme {
  const parts = new Parts(bytes, value);
  const list = parts.part();
  const [signers, isFilled] = partsIn(bytes, list, mostRead);
  return {
    name,
    at: value.from,
    isWhole: parts.isWhole && parts.isAtEnd && (isFilled || signers.length === mostRead),
    signers: signers.map((span) => readSigner(bytes, span, name !== 'v2', digest)),
  };
}

/** What is signed: everything but the signing block, in three sections. */
function sectionsOf(bytes: Bytes, block: ApkFacts['block'], end: ApkFacts['end']): ZipParts {
  const [contentsEnd, directory, endAt] = [block?.at ?? 0, end?.directoryOffset ?? 0, end?.at ?? 0];
  return {
    contents: bytes.subarray(0, contentsEnd),
    directory: bytes.subarray(directory, directory + (end?.directorySize ?? 0)),
    end: bytes.subarray(endAt, endAt + 22 + (end?.commentSize ?? 0)),
  };
}

/** The digest of the sections that goes with an algorithm, each kind computed once. */
function digestsOf(sections: ZipParts, digestOf: typeof contentDigest): Digest {
  const known = new Map<ContentDigest, string>();
  return (algorithm) => {
    const kind = contentDigestOf(algorithm);
    if (kind === undefined) return undefined;
    const digest = known.get(kind) ?? hex(digestOf(kind, sections));
    known.set(kind, digest);
    return digest;
  };
}
