/** Signed APKs: what is asked of the signing block, of the scheme that counts, and of its signers. */
import type { ImageOptions } from './image.ts';
import type { ZipFacts } from './zip.ts';

/** The schemes, the strongest first. */
export const apkSchemes = ['v3.1', 'v3', 'v2'] as const;
export type SchemeName = (typeof apkSchemes)[number];
/** The release for which is judged where nothing else is said: that of Android 16. */
export const latestSdk = 36;
/** More signers or signatures than any APK has, and as many as are read. */
export const mostSigners = 10;

/** How the content is digested, from the weakest to the strongest. */
export type ContentDigest = 'chunked SHA-256' | 'verity SHA-256' | 'chunked SHA-512';

export interface ApkSignature {
  /** Where the number of the algorithm is, and how long it is with the signature. */
  readonly at: number;
  readonly size: number;
  readonly algorithm: number;
  /** 0: of an algorithm that is not known; otherwise the stronger, the higher. */
  readonly rank: number;
  readonly holds: boolean;
}
export interface ApkDigest {
  readonly at: number;
  readonly algorithm: number;
  readonly rank: number;
  /** The same as that of what is in the file. */
  readonly isRight: boolean;
}
export interface SdkRange {
  readonly min: number;
  readonly max: number;
}

export interface ApkSigner {
  readonly at: number;
  readonly isWhole: boolean;
  readonly sdk: SdkRange;
  readonly signatures: readonly ApkSignature[];
  readonly key: string;
  readonly keyAt: number;
  readonly signed: {
    readonly at: number;
    readonly isWhole: boolean;
    readonly sdk: SdkRange;
    readonly digests: readonly ApkDigest[];
    /** The key in the first certificate. */
    readonly key: string | undefined;
    /** The number of the stronger scheme that the signer has used as well. */
    readonly stronger: number | undefined;
    /** From which release on another signer counts, in the scheme above. */
    readonly rotatedFrom: number | undefined;
  };
}

export interface ApkScheme {
  readonly name: SchemeName;
  readonly at: number;
  readonly isWhole: boolean;
  readonly signers: readonly ApkSigner[];
}

export interface SigningBlock {
  readonly at: number;
  /** Where the number at its end is. */
  readonly footerAt: number;
  readonly hasMagic: boolean;
  readonly sizeBefore: bigint;
  readonly sizeAfter: bigint;
  readonly pairs: readonly { readonly at: number; readonly size: number; readonly id: number }[];
  /** The pairs fill it to its end. */
  readonly isFilled: boolean;
}

export interface ApkFacts extends ZipFacts {
  /** Undefined where there is no room for one before the central directory. */
  readonly block: SigningBlock | undefined;
  readonly schemes: readonly ApkScheme[];
}

/** The signers of a scheme that count for a release. */
export const signersFor = ({ name, signers }: ApkScheme, sdk: number): readonly ApkSigner[] =>
  name === 'v2' ? signers : signers.filter(({ sdk: { min, max } }) => min <= sdk && sdk <= max);

/** The scheme that counts: the strongest that is there, and v3.1 only where it has a signer for the release. */
export function schemeFor({ schemes }: ApkFacts, { sdk = latestSdk }: ImageOptions): ApkScheme | undefined {
  const found = apkSchemes.flatMap((name) => schemes.filter((scheme) => scheme.name === name));
  return found.find((scheme) => scheme.name !== 'v3.1' || !scheme.isWhole || signersFor(scheme, sdk).length > 0);
}
