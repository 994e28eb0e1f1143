/** Indexes of hashes beside an APK, sound and forged. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Bytes } from '../../model/bytes.ts';
import { ascii, concat } from '../../model/bytes.ts';
import { writeApk } from '../../model/images/apk-write.ts';
import { appKey } from '../../model/images/app-keys.ts';
import { writeIdsig } from '../../model/images/idsig.ts';
import { little } from '../../model/images/reader.ts';
import type { Piece } from '../../model/images/reader.ts';
import { appOf } from './app.ts';
import { remembered } from './forgery.ts';
import type { Forgery, Sample } from './forgery.ts';
import { onDisk, withByte, withWord } from './edit.ts';

const format = 'idsig';
/** More than one block, so that there is a tree. */
const app = remembered((scale) =>
  onDisk(writeApk(appOf(scale + 2), [{ name: 'v3', signers: [{ key: appKey, algorithms: [0x0103] }] }])),
);
const salt = ascii('a salt of 32 bytes, and no more.');
const signing = ['digest', 'certificate', 'more', 'key', 'signature'].map(ascii);

const sample = (description: string, make: (apk: Bytes) => Bytes): Sample => ({
  format,
  description,
  make: (scale) => ({ bytes: make(app(scale)), beside: { apk: app(scale) } }),
});

export const idsigSamples: readonly Sample[] = [
  sample('an index that the host has made', (apk) => writeIdsig(apk)),
  sample('an index with a salt', (apk) => writeIdsig(apk, { salt })),
  sample('an index that is signed', (apk) => writeIdsig(apk, { signing })),
];

const forged = (
  clause: ClauseId,
  description: string,
  change: (index: Bytes, apk: Bytes) => Bytes | Piece,
): Forgery => ({
  format,
  clause,
  description,
  make: (scale) => {
    const made = change(writeIdsig(app(scale), { salt }), app(scale));
    return made instanceof Uint8Array ? { bytes: made, beside: { apk: app(scale) } } : made;
  },
});

/** Offsets in an index with that salt. */
const at = { version: 0, hashing: 4, algorithm: 8, bits: 12, saltSize: 13, salt: 17, root: 53, signing: 85 } as const;
const treeSizeAt = (index: Bytes): number => at.signing + 4 + little(index, at.signing, 4);
const blockSize = 4096;

/** Another size of the tree, with bytes to match. */
const withTree = (index: Bytes, blocks: number): Bytes => {
  const [place, size] = [treeSizeAt(index), little(index, treeSizeAt(index), 4) + blocks * blockSize];
  const tree = new Uint8Array(size);
  tree.set(index.subarray(place + 4, place + 4 + size));
  return concat(withWord(index.slice(0, place + 4), place, size), tree);
};
/** An index that has no salt says that it has one. */
const withSalt = (index: Bytes): Bytes => {
  const [before, after] = [index.slice(0, at.salt), index.slice(at.salt)];
  const size = little(index, at.hashing, 4) + salt.length;
  return concat(withWord(withWord(before, at.hashing, size), at.saltSize, salt.length), salt, after);
};
const other = (bytes: Bytes): Bytes => withByte(bytes.slice(), 100, little(bytes, 100, 1) ^ 1);

export const idsigForgeries: readonly Forgery[] = [
  forged('IDSIG-VERSION', 'the version is 3', (index) => withWord(index, at.version, 3)),
  forged('IDSIG-FORM', 'more follows the tree', (index) => concat(index, ascii('more'))),
  forged('IDSIG-FORM', 'the tree is cut off', (index) => index.slice(0, -1)),
  forged('IDSIG-FORM', 'the parameters are shorter than what is in them', (index) => withWord(index, at.hashing, 30)),
  forged('IDSIG-FORM', 'the salt is longer than the file', (index) => withWord(index, at.saltSize, 0xffff_ffff)),
  forged('IDSIG-HASHING', 'the tree is one over blocks of 64 KiB', (index) => withByte(index, at.bits, 16)),
  forged('IDSIG-HASHING', 'the tree is one of another hash', (index) => withWord(index, at.algorithm, 2)),
  forged('IDSIG-HASHING', 'the salt has 33 bytes', (_, apk) =>
    writeIdsig(apk, { salt: concat(salt, salt.slice(0, 1)) }),
  ),
  forged('IDSIG-TREE', 'the tree has a block more than it needs', (index) => withTree(index, 1)),
  forged('IDSIG-TREE', 'the tree has no block', (index) => withTree(index, -1)),
  forged('APK-CONTENT', 'a byte of the APK is another', (index, apk) => ({
    bytes: index,
    beside: { apk: other(apk) },
  })),
  forged('APK-CONTENT', 'a byte of the tree is another', (index) => withByte(index, index.length - 1, 1)),
  forged('APK-CONTENT', 'the root is another', (index) => withByte(index, at.root, little(index, at.root, 1) ^ 1)),
  forged('APK-CONTENT', 'the salt is another', (index) => withByte(index, at.salt, 0)),
  forged('APK-CONTENT', 'the tree was made without the salt', (_, apk) => withSalt(writeIdsig(apk))),
  forged('APK-CONTENT', 'there is no APK', (index) => ({ bytes: index })),
];
