/** The index of hashes beside an APK, read from bytes and held against the APK, and written. */
import type { IdsigFacts } from '../../spec/images/idsig.ts';
import type { Bytes } from '../bytes.ts';
import { concat, hex } from '../bytes.ts';
import { digestSize, levelSizes, treeOf } from '../storage/merkle.ts';
import type { Shape, Tree } from '../storage/merkle.ts';
import { prefixed, Parts } from './prefixed.ts';
import { little32 } from './reader.ts';
import { spanned } from './spans.ts';
import type { Span } from './spans.ts';

const blockSize = 4096;
const blockBits = 12;
const sha256Number = 1;
const longestSalt = 32;
const version = 2;

const shapeOf = (salt: Bytes): Shape => ({ dataBlock: blockSize, hashBlock: blockSize, salt });

/** The top of the tree comes first. */
const inFile = ({ levels }: Tree): Bytes => concat(...levels.toReversed());

/** What the bytes say, and what the APK says of it, with the salt that `saltOf` makes of what is said. Never throws. */
export function readIdsig(bytes: Bytes, apk: Bytes | undefined, saltOf = (salt: Bytes): Bytes => salt): IdsigFacts {
  const parts = new Parts(bytes, { from: 0, to: bytes.length });
  const number = parts.number();
  const hashing = parts.part();
  const signing = parts.part();
  const tree = parts.part();
  const [about, salt, isHashing] = readHashing(bytes, hashing);
  const [fields, isSigning] = readSigning(bytes, signing);
  return {
    size: bytes.length,
    version: number,
    isWhole: parts.isWhole && parts.isAtEnd && isHashing && isSigning,
    hashing: about,
    signing: fields,
    treeAt: tree.from,
    treeSize: tree.to - tree.from,
    apk: apk && heldAgainst(apk, spanned(bytes, tree), tree.from, saltOf(salt)),
  };
}

function readHashing(bytes: Bytes, span: Span): [IdsigFacts['hashing'], Bytes, boolean] {
  const parts = new Parts(bytes, span);
  const [algorithm, bits] = [parts.number(), parts.number(1)];
  const [salt, root] = [parts.part(), parts.part()];
  const about = {
    at: span.from,
    algorithm,
    blockBits: bits,
    saltSize: salt.to - salt.from,
    rootAt: root.from,
    root: hex(bytes.subarray(root.from, Math.min(root.to, root.from + digestSize + 1))),
  };
  return [about, spanned(bytes, salt), parts.isWhole && parts.isAtEnd];
}

/** Digest, certificate, what else is signed, and key; the number of an algorithm; and the signature. */
function readSigning(bytes: Bytes, span: Span): [IdsigFacts['signing'], boolean] {
  const parts = new Parts(bytes, span);
  const before = [parts.part(), parts.part(), parts.part(), parts.part()];
  const algorithm = { from: parts.place, to: parts.place + 4 };
  parts.number();
  const fields = [...before, algorithm, parts.part()];
  return [fields, parts.isWhole && parts.isAtEnd];
}

function heldAgainst(apk: Bytes, tree: Bytes, at: number, salt: Bytes): IdsigFacts['apk'] {
  const shape = shapeOf(salt.length > longestSalt ? new Uint8Array() : salt);
  const blocks = levelSizes(Math.ceil(apk.length / blockSize), shape).reduce((sum, size) => sum + size, 0);
  const needed = treeOf(apk, shape);
  const expected = inFile(needed);
  const differs = expected.findIndex((byte, place) => byte !== tree[place]);
  return {
    treeSize: blocks * blockSize,
    root: hex(needed.root),
    differsAt: differs === -1 ? undefined : at + differs,
  };
}

export interface IdsigParts {
  readonly salt?: Bytes;
  /** Digest, certificate, what else is signed, key, and signature of the signer; a host that makes it has none. */
  readonly signing?: readonly Bytes[];
  readonly algorithm?: number;
}

/** The index that belongs to an APK. */
export function writeIdsig(apk: Bytes, { salt = new Uint8Array(), signing = [], algorithm = 0x0103 }: IdsigParts = {}) {
  const tree = treeOf(apk, shapeOf(salt));
  const bits = Uint8Array.of(blockBits);
  const hashing = prefixed(little32(sha256Number), bits, prefixed(salt), prefixed(tree.root));
  const [digest, certificate, more, key, signature] = Array.from({ length: 5 }, (_, place) =>
    prefixed(signing[place] ?? new Uint8Array()),
  ) as [Bytes, Bytes, Bytes, Bytes, Bytes];
  const signer = prefixed(digest, certificate, more, key, little32(algorithm), signature);
  return concat(little32(version), hashing, signer, prefixed(inFile(tree)));
}
