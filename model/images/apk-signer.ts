/** A signer of an APK: the signed data, the signatures over it, and the key, as schemes v2 and v3 have them. */
import type { ApkDigest, ApkSignature, ApkSigner, SdkRange } from '../../spec/images/apk.ts';
import type { Bytes } from '../bytes.ts';
import { hex } from '../bytes.ts';
import { readCertificate, readSubjectKey } from '../x509/certificate.ts';
import { rankOf, verifiesApk } from './apk-algorithms.ts';
import { partsIn, Parts } from './prefixed.ts';
import { little } from './reader.ts';
import { spanned } from './spans.ts';
import type { Span } from './spans.ts';

/** The digest of the content that goes with an algorithm, where it is known. */
export type Digest = (algorithm: number) => string | undefined;

const mostSignatures = 10;
/** Certificates and attributes are counted no further; they are under the signature. */
const mostOthers = 100;
const attributes = { stronger: 0xbeef_f00d, rotatedFrom: 0x559f_8b02 } as const;
const anyRelease: SdkRange = { min: 0, max: 0x7fff_ffff };

const rangeOf = (parts: Parts, hasRange: boolean): SdkRange =>
  hasRange ? { min: parts.number(), max: parts.number() } : anyRelease;

/** An algorithm and what belongs to it, as a signature or a digest. */
interface Pair {
  readonly at: number;
  readonly algorithm: number;
  readonly value: Span;
}
function pairsIn(bytes: Bytes, list: Span): [readonly Pair[], boolean] {
  const [parts, isFilled] = partsIn(bytes, list, mostSignatures);
  const pairs = parts.map((span) => {
    const pair = new Parts(bytes, span);
    const [algorithm, value] = [pair.number(), pair.part()];
    return { at: span.from, algorithm, value, isWhole: pair.isWhole && pair.isAtEnd };
  });
  return [pairs, isFilled && pairs.every(({ isWhole }) => isWhole)];
}

/** `hasRange`: the scheme says for which releases a signer counts. */
export function readSigner(bytes: Bytes, span: Span, hasRange: boolean, digest: Digest): ApkSigner {
  const parts = new Parts(bytes, span);
  const signedAt = parts.part();
  const sdk = rangeOf(parts, hasRange);
  const [pairs, isFilled] = pairsIn(bytes, parts.part());
  const keyAt = parts.part();
  const der = spanned(bytes, keyAt);
  return {
    at: span.from,
    isWhole: parts.isWhole && parts.isAtEnd && isFilled,
    sdk,
    signatures: signaturesIn(bytes, pairs, spanned(bytes, signedAt), der),
    key: hex(der),
    keyAt: keyAt.from,
    signed: readSigned(bytes, signedAt, hasRange, digest),
  };
}

function signaturesIn(bytes: Bytes, pairs: readonly Pair[], signed: Bytes, der: Bytes): readonly ApkSignature[] {
  const key = readSubjectKey(der);
  return pairs.map(({ at, algorithm, value }) => ({
    at,
    size: value.to - at,
    algorithm,
    rank: rankOf(algorithm),
    holds: key !== undefined && verifiesApk(key, algorithm, signed, spanned(bytes, value)),
  }));
}

function readSigned(bytes: Bytes, span: Span, hasRange: boolean, digest: Digest): ApkSigner['signed'] {
  const parts = new Parts(bytes, span);
  const [pairs, isFilled] = pairsIn(bytes, parts.part());
  const [certificates, areFilled] = partsIn(bytes, parts.part(), mostOthers);
  const sdk = rangeOf(parts, hasRange);
  const [others, othersFill] = partsIn(bytes, parts.part(), mostOthers);
  const [first] = certificates;
  const attribute = (id: number): number | undefined => {
    const found = others.find(({ from, to }) => to - from >= 8 && little(bytes, from, 4) === id);
    return found && little(bytes, found.from + 4, 4);
  };
  return {
    at: span.from,
    isWhole: parts.isWhole && isFilled && areFilled && othersFill,
    sdk,
    digests: pairs.map((pair) => digestIn(bytes, pair, digest)),
    key: first && keyIn(spanned(bytes, first)),
    stronger: attribute(attributes.stronger),
    rotatedFrom: attribute(attributes.rotatedFrom),
  };
}

const digestIn = (bytes: Bytes, { at, algorithm, value }: Pair, digest: Digest): ApkDigest => ({
  at,
  algorithm,
  rank: rankOf(algorithm),
  isRight: digest(algorithm) === hex(spanned(bytes, value)),
});

const keyIn = (der: Bytes): string | undefined => {
  const certificate = readCertificate(der);
  return certificate && hex(certificate.keyInfo);
};
