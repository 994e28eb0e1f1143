/** The digests by which an APK's content is signed: in chunks, or by the root of a tree. */
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { ContentDigest } from '../../spec/images/apk.ts';
import type { Bytes } from '../bytes.ts';
import { concat } from '../bytes.ts';
import { treeOf } from '../storage/merkle.ts';
import type { Shape } from '../storage/merkle.ts';
import { little32 } from './reader.ts';
import { withDirectoryAt } from './zip.ts';
import type { ZipParts } from './zip.ts';

const chunkSize = 1 << 20;
const [ofChunk, ofAll] = [0xa5, 0x5a];

const chunksOf = (section: Bytes): readonly Bytes[] =>
  Array.from({ length: Math.ceil(section.length / chunkSize) }, (_, at) =>
    section.subarray(at * chunkSize, (at + 1) * chunkSize),
  );

/** Each section is cut into chunks of its own, and the chunks are counted over all sections. */
function inChunks(sections: readonly Bytes[], hash: (bytes: Bytes) => Bytes, isCounted: boolean): Bytes {
  const digests = sections
    .flatMap(chunksOf)
    .map((chunk) => hash(concat(Uint8Array.of(ofChunk), little32(chunk.length), chunk)));
  const count = isCounted ? little32(digests.length) : new Uint8Array();
  return hash(concat(Uint8Array.of(ofAll), count, ...digests));
}

const shape: Shape = { dataBlock: 4096, hashBlock: 4096, salt: new Uint8Array(8) };

/** The root of the tree over all sections as one, and how long they are together. */
function byTree(sections: readonly Bytes[]): Bytes {
  const data = concat(...sections);
  return concat(treeOf(data, shape).root, little32(data.length), little32(0));
}

/** The record at the end says where the signing block begins, as if there were none; `isCounted` as it has to be. */
export function contentDigest(kind: ContentDigest, { contents, directory, end }: ZipParts, isCounted = true): Bytes {
  const sections = [contents, directory, withDirectoryAt(end, contents.length)];
  if (kind === 'verity SHA-256') return byTree(sections);
  return inChunks(sections, kind === 'chunked SHA-256' ? sha256 : sha512, isCounted);
}
