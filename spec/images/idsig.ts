/** The index of hashes that comes with an APK: its parameters, its tree, and the APK that hangs from its root. */
import { must } from '../evidence/check.ts';
import type { ImageCheck } from './image.ts';

const idsigFields = { version: 0, hashing: 4 } as const;

/** The offsets of parts, and what they say. */
export interface IdsigFacts {
  readonly size: number;
  readonly version: number;
  /** All parts are there, each as long as it says, and behind the last is the tree. */
  readonly isWhole: boolean;
  readonly hashing: {
    readonly at: number;
    readonly algorithm: number;
    readonly blockBits: number;
    readonly saltSize: number;
    readonly rootAt: number;
    readonly root: string;
  };
  /** What the signer has to say: byte strings one behind the other. */
  readonly signing: readonly { readonly from: number; readonly to: number }[];
  readonly treeAt: number;
  readonly treeSize: number;
  /** What the APK makes of it; undefined where there is none. */
  readonly apk:
    | {
        readonly treeSize: number;
        readonly root: string;
        /** The first byte of the tree that another tree over the APK would have. */
        readonly differsAt: number | undefined;
      }
    | undefined;
}

const sha256 = 1;
const blockBits = 12;
const longestSalt = 32;

export const idsigChecks: readonly ImageCheck<IdsigFacts>[] = [
  must(
    'IDSIG-VERSION',
    'its version is not 2',
    ({ version }) => version === 2,
    () => idsigFields.version,
  ),
  must(
    'IDSIG-FORM',
    'its parts are not as long as they say',
    ({ isWhole }) => isWhole,
    () => idsigFields.hashing,
  ),
  must(
    'IDSIG-HASHING',
    'its tree is not one of SHA-256 over blocks of 4096 bytes, with a short salt',
    ({ hashing }) => hashing.algorithm === sha256 && hashing.blockBits === blockBits && hashing.saltSize <= longestSalt,
    ({ hashing }) => hashing.at,
  ),
  must('APK-CONTENT', 'there is no APK beside it', ({ apk }) => apk !== undefined),
  must(
    'IDSIG-TREE',
    'its tree is not as large as the APK makes it',
    ({ treeSize, apk }) => apk === undefined || treeSize === apk.treeSize,
    ({ treeAt }) => treeAt,
  ),
  must(
    'APK-CONTENT',
    'its tree is not that over the APK',
    ({ apk }) => apk?.differsAt === undefined,
    ({ apk }) => apk?.differsAt,
  ),
  must(
    'APK-CONTENT',
    'its root is not that of the tree',
    ({ apk, hashing }) => apk === undefined || hashing.root === apk.root,
    ({ hashing }) => hashing.rootAt,
  ),
];
