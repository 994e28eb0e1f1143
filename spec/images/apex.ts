/** APEXes: the archive with an image, its key and its manifest in it, and the description that the image ends with. */
import { must, of } from '../evidence/check.ts';
import type { HashtreeFacts } from './descriptors.ts';
import { footerChecks } from './footer.ts';
import type { FooterFacts } from './footer.ts';
import type { ImageCheck } from './image.ts';
import { vbmetaChecks } from './vbmeta-checks.ts';
import { vbmetaFields } from './vbmeta.ts';
import type { VbmetaFacts } from './vbmeta.ts';
import { endFields, zipChecks } from './zip.ts';
import type { ZipFacts } from './zip.ts';

export const apexFiles = ['apex_payload.img', 'apex_pubkey', 'apex_manifest.pb'] as const;
export type ApexFile = (typeof apexFiles)[number];

/** An entry of the central directory, and where its file is. */
export interface ApexEntry {
  readonly at: number;
  readonly isStored: boolean;
  readonly header: number;
  readonly from: number;
  readonly to: number;
}

/** The image, which has its own description. */
export interface PayloadFacts {
  readonly footer: FooterFacts;
  readonly vbmeta: VbmetaFacts;
  /** The first tree of hashes that is described. */
  readonly tree: HashtreeFacts | undefined;
  /** Image and tree have the root digest in it. */
  readonly isImage: boolean;
}

export interface ApexFacts extends ZipFacts {
  /** The central directory consists of entries. */
  readonly isFilled: boolean;
  readonly count: number;
  /** The second entry of a name that there is twice. */
  readonly twiceAt: number | undefined;
  readonly files: Readonly<Partial<Record<ApexFile, ApexEntry>>>;
  /** What no reader of the directory asks for, by offsets. */
  readonly unread: readonly { readonly from: number; readonly to: number }[];
  readonly key: string;
  readonly payload: PayloadFacts | undefined;
}

const missing = ({ files, end }: ApexFacts): ApexFile | undefined =>
  apexFiles.find((name) => !isThere(files[name], end?.directoryOffset ?? 0));
const isThere = (entry: ApexEntry | undefined, end: number): boolean =>
  entry?.isStored === true && entry.from <= entry.to && entry.to <= end;

const payloadChecks: readonly ImageCheck<PayloadFacts>[] = [
  ...of(({ footer }: PayloadFacts) => footer, footerChecks),
  ...of(({ vbmeta }: PayloadFacts) => vbmeta, vbmetaChecks),
  must(
    'APEX-DESCRIBED',
    'the image is described by no hash tree',
    ({ tree }) => tree !== undefined,
    ({ vbmeta }) => vbmeta.at + vbmetaFields.descriptors,
  ),
  must(
    'APEX-SIGNED',
    'image and hash tree do not have the root digest in the description',
    ({ tree, isImage }) => tree === undefined || isImage,
    ({ tree }) => tree?.at,
  ),
];

export const apexChecks: readonly ImageCheck<ApexFacts>[] = [
  ...zipChecks,
  must(
    'ZIP-ENTRIES',
    'the central directory does not consist of as many entries as the record says',
    ({ isFilled, count, end }) => isFilled && count === end?.count,
    ({ end }) => end && end.at + endFields.count,
  ),
  must(
    'ZIP-ENTRIES',
    'two files have one name',
    ({ twiceAt }) => twiceAt === undefined,
    ({ twiceAt }) => twiceAt,
  ),
  must(
    'APEX-FILES',
    'it lacks an image, a key or a manifest, stored before the central directory',
    (facts) => missing(facts) === undefined,
    (facts) => facts.files[missing(facts) ?? 'apex_pubkey']?.at ?? facts.end?.directoryOffset,
  ),
  ...of(({ payload }: ApexFacts) => payload, payloadChecks),
  must(
    'APEX-KEY',
    'the image is signed with another key than that in the archive',
    ({ payload, key }) => payload === undefined || payload.vbmeta.publicKey === key,
    ({ files }) => files['apex_pubkey']?.from,
  ),
  must(
    'APEX-EXPECTED',
    'the key is not one that is trusted',
    ({ key }, { keys }) => keys === undefined || keys.includes(key),
    ({ files }) => files['apex_pubkey']?.from,
  ),
];
