/** APEXes: the archive with an image, its key and its manifest in it, and the description that the image ends with. */
import { must } from '../evidence/check.ts';
import type { ImageCheck } from './image.ts';
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

/** The image, as its own description has it. */
export interface PayloadFacts {
  /** Where in the archive its last bytes are, which say where the description is. */
  readonly footerAt: number;
  readonly isDescribed: boolean;
  readonly vbmeta: { readonly from: number; readonly to: number };
  readonly key: string;
  readonly isSigned: boolean;
  /** Of the tree that is described. */
  readonly root: string;
  /** The first byte of the image or its tree on the way to which some digest is wrong. */
  readonly differsAt: number | undefined;
  /** What is neither described nor verified. */
  readonly free: readonly { readonly from: number; readonly to: number }[];
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
  must(
    'APEX-DESCRIBED',
    'the image does not end with a description of a hash tree',
    ({ payload }) => payload?.isDescribed !== false,
    ({ payload }) => payload?.footerAt,
  ),
  must(
    'APEX-SIGNED',
    'the description of the image is not signed with its key',
    ({ payload }) => payload?.isSigned !== false,
    ({ payload }) => payload?.vbmeta.from,
  ),
  must(
    'APEX-KEY',
    'the image is signed with another key than that in the archive',
    ({ payload, key }) => payload === undefined || payload.key === key,
    ({ files }) => files['apex_pubkey']?.from,
  ),
  must(
    'APEX-SIGNED',
    'the image is not the one that is described',
    ({ payload }) => payload?.differsAt === undefined,
    ({ payload }) => payload?.differsAt,
  ),
  must(
    'APEX-EXPECTED',
    'the key is not one that is trusted',
    ({ key }, { keys }) => keys === undefined || keys.includes(key),
    ({ files }) => files['apex_pubkey']?.from,
  ),
];
