/** APEXes, read from bytes as the guest reads them, and written. */
import type { ApexEntry, ApexFacts, ApexFile, PayloadFacts } from '../../spec/images/apex.ts';
import type { HashtreeFacts } from '../../spec/images/descriptors.ts';
import type { Bytes } from '../bytes.ts';
import { ascii, concat, hex } from '../bytes.ts';
import { writeHashtree } from './descriptors-write.ts';
import { hasTree } from './digest.ts';
import { readAtFooter } from './footer.ts';
import { filled } from './reader.ts';
import { spanned } from './spans.ts';
import type { Span } from './spans.ts';
import { writePartition, writeVbmeta } from './vbmeta-write.ts';
import { readEnd, readEntries, writeZip } from './zip.ts';
import type { Entry } from './zip.ts';

const files: readonly ApexFile[] = ['apex_payload.img', 'apex_pubkey', 'apex_manifest.pb'];
/** A key has no more bytes than this. */
const longestKey = 4096;
const stored = 0;

/** What the archive says, and what is found in it. Never throws. */
export function readApex(bytes: Bytes): ApexFacts {
  const end = readEnd(bytes);
  const [entries, isFilled] = end === undefined ? [[], true] : readEntries(bytes, end);
  const places = new Map(entries.map((entry) => [entry.name, placeOf(entry)] as const));
  const [image, key] = [places.get('apex_payload.img'), places.get('apex_pubkey')];
  return {
    size: bytes.length,
    end,
    isFilled,
    count: entries.length,
    twiceAt: secondOf(entries)?.at,
    files: Object.fromEntries(files.flatMap((name) => (places.has(name) ? [[name, places.get(name)]] : []))),
    unread: entries.flatMap((entry) => unreadIn(entry)),
    key: key === undefined ? '' : hex(spanned(bytes, key).subarray(0, longestKey)),
    payload: image?.isStored === true ? readPayload(spanned(bytes, image), image.from) : undefined,
  };
}

/** The image, which begins at `start` of the archive, by the first tree of hashes in its description. */
function readPayload(image: Bytes, start: number): PayloadFacts {
  const { footer, vbmeta } = readAtFooter(image, start);
  const tree = vbmeta.list.find((one): one is HashtreeFacts => one.kind === 'hash tree');
  return { footer, vbmeta, tree, isImage: tree !== undefined && hasTree(tree, image) };
}

/** A file that has no header has no place. */
function placeOf({ at, method, size, unpacked, header, start = 0 }: Entry): ApexEntry {
  const isStored = method === stored && size === unpacked && start > 0;
  return { at, isStored, header, from: start, to: start + size };
}

function secondOf(entries: readonly Entry[]): Entry | undefined {
  const seen = new Set<string>();
  return entries.find(({ name }) => seen.size === seen.add(name).size);
}

/** Versions, times and sums; of other files all but the lengths, by which the next entry is found. */
function unreadIn({ at, to, nameTo, name }: Entry): readonly Span[] {
  const isOther = !files.some((one) => one === name);
  const spans = isOther
    ? [
        [4, 28],
        [34, to - at],
      ]
    : [
        [4, 10],
        [12, 20],
        [34, 42],
        [nameTo - at, to - at],
      ];
  return spans.map(([from = 0, end = 0]) => ({ from: at + from, to: at + end })).filter((span) => span.from < span.to);
}

/** The manifest: the name of the APEX and its version, as protocol buffers have them. */
export const apexManifest = (name: Bytes, version: number): Bytes =>
  concat(Uint8Array.of(0x0a, name.length), name, Uint8Array.of(0x10, version));

const block = 4096;

/** An image of this content with its tree of hashes, and a description of it that has the descriptor of the tree. */
export function writePayload(
  content: Bytes,
  describe: (descriptor: Bytes) => Bytes = (descriptor) => writeVbmeta({ descriptors: [descriptor] }),
): Bytes {
  const image = filled(content, block);
  const { descriptor, tree } = writeHashtree(image, { partition: '', salt: ascii('salt'), block });
  return writePartition(image, describe(descriptor), tree);
}

/** An archive of these files, the image at the start of a block. */
export function writeApex(parts: Readonly<Record<ApexFile, Bytes>>): Bytes {
  const { contents, directory, end } = writeZip([
    { name: 'apex_manifest.pb', content: parts['apex_manifest.pb'] },
    { name: 'apex_pubkey', content: parts['apex_pubkey'] },
    { name: 'apex_payload.img', content: parts['apex_payload.img'], align: block },
  ]);
  return concat(contents, directory, end);
}
