/** APKs, signed: schemes with their signers around an archive, each of which can be made otherwise than it should. */
import type { SchemeName, SdkRange } from '../../spec/images/apk.ts';
import type { Bytes } from '../bytes.ts';
import { concat } from '../bytes.ts';
import { readCertificate } from '../x509/certificate.ts';
import { contentDigestOf, signApk } from './apk-algorithms.ts';
import { writeBlock } from './apk-block.ts';
import { contentDigest } from './apk-digest.ts';
import type { AppKey } from './app-keys.ts';
import { prefixed } from './prefixed.ts';
import { little32 } from './reader.ts';
import { withDirectoryAt } from './zip.ts';
import type { ZipParts } from './zip.ts';

export const schemeIds: Readonly<Record<SchemeName, number>> = {
  v2: 0x7109_871a,
  v3: 0xf053_68c0,
  'v3.1': 0x1b93_ad61,
};
export const attributeIds = { stronger: 0xbeef_f00d, rotatedFrom: 0x559f_8b02, padding: 0x4272_6577 } as const;

export interface SignerParts {
  readonly key: AppKey;
  readonly algorithms: readonly number[];
  /** For which releases it counts; all in v2. */
  readonly sdk?: SdkRange;
  /** Attributes with a number each. */
  readonly attributes?: readonly (readonly [id: number, value: number])[];
  /** What is signed otherwise than is said beside it. */
  readonly signed?: {
    readonly algorithms?: readonly number[];
    readonly sdk?: SdkRange;
    readonly certificates?: readonly Bytes[];
    /** Goes behind what is signed. */
    readonly more?: Bytes;
    /** The archive that is digested, instead of the one that is signed. */
    readonly archive?: ZipParts;
  };
  /** Who signs, instead of who is said to have. */
  readonly by?: AppKey;
  /** Goes behind the signer, under no signature. */
  readonly more?: Bytes;
}

export interface SchemeParts {
  readonly name: SchemeName;
  readonly signers: readonly SignerParts[];
}

const rangeOf = ({ min, max }: SdkRange): Bytes => concat(little32(min), little32(max));
const anyRelease: SdkRange = { min: 24, max: 0x7fff_ffff };

function writeSigner(parts: SignerParts, hasRange: boolean, archive: ZipParts): Bytes {
  const { key, algorithms, sdk = anyRelease, attributes = [], signed = {}, by = key, more = new Uint8Array() } = parts;
  const [digested, certificates] = [signed.archive ?? archive, signed.certificates ?? [key.certificate]];
  const digests = (signed.algorithms ?? algorithms).map((algorithm) => {
    const kind = contentDigestOf(algorithm) ?? 'chunked SHA-256';
    return prefixed(little32(algorithm), prefixed(contentDigest(kind, digested)));
  });
  const data = concat(
    prefixed(...digests),
    prefixed(...certificates.map((one) => prefixed(one))),
    hasRange ? rangeOf(signed.sdk ?? sdk) : new Uint8Array(),
    prefixed(...attributes.map(([id, value]) => prefixed(little32(id), little32(value)))),
    signed.more ?? new Uint8Array(),
  );
  const signatures = algorithms.map((algorithm) =>
    prefixed(little32(algorithm), prefixed(signApk(by, algorithm, data))),
  );
  return prefixed(
    prefixed(data),
    hasRange ? rangeOf(sdk) : new Uint8Array(),
    prefixed(...signatures),
    prefixed(keyInfoOf(key)),
    more,
  );
}

/** The key as the certificate has it, and as it stands beside the signatures. */
export function keyInfoOf({ certificate }: AppKey): Bytes {
  const read = readCertificate(certificate);
  if (read === undefined) throw new Error('unreachable: a key that is kept has no certificate');
  return read.keyInfo;
}

/** The value of the pair of a scheme. */
export const writeScheme = ({ name, signers }: SchemeParts, archive: ZipParts): Bytes =>
  prefixed(...signers.map((signer) => writeSigner(signer, name !== 'v2', archive)));

/** An archive with a signing block between its contents and its central directory. */
export function withBlock({ contents, directory, end }: ZipParts, block: Bytes): Bytes {
  return concat(contents, block, directory, withDirectoryAt(end, contents.length + block.length));
}

/** An archive, signed by these schemes in their order. */
export const writeApk = (archive: ZipParts, schemes: readonly SchemeParts[]): Bytes =>
  withBlock(archive, writeBlock(schemes.map((scheme) => [schemeIds[scheme.name], writeScheme(scheme, archive)])));
