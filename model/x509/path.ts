/** Certificate paths: the one that a verifier builds from the leaf up has to be the one that was sent. */
import { sameBytes } from '../bytes.ts';
import type { Certificate } from './certificate.ts';
import { signsWith, verifiesX509 } from './verify.ts';

/** Whether one certificate is made out by the holder of the other. */
export type Issues = (issuer: Certificate, subject: Certificate) => boolean;

/** The path from the leaf to a self-issued root; only the first certificate is trusted, the others may help. */
function buildPath(certificates: readonly Certificate[], issues: Issues): readonly Certificate[] {
  const [root, ...others] = certificates;
  const leaf = others.pop();
  if (root === undefined || leaf === undefined) return [];
  const path = [leaf];
  let last = leaf;
  while (!issues(last, last) && path.length <= certificates.length) {
    // why: the trusted one is asked first, so that a second copy of it cannot stand in between.
    const next = [root, ...others.toReversed()].find((one) => issues(one, last));
    if (next === undefined) return path;
    path.push(next);
    last = next;
  }
  return path;
}

/** Whether names and numbers agree: of the issuer, of its key, and of its own certificate (RFC 5280, 4.2.1.1). */
export const isNamedAsIssuer: Issues = (issuer, subject) =>
  issuer.subject === subject.issuer &&
  isSameOrUnsaid(subject.authorityKeyId, issuer.subjectKeyId) &&
  isSameOrUnsaid(subject.authoritySerial, issuer.serial) &&
  isSameOrUnsaid(subject.authorityIssuer, issuer.issuer);

const isSameOrUnsaid = (one: string | undefined, other: string | undefined): boolean =>
  one === undefined || other === undefined || one === other;

const issues: Issues = (issuer, subject) =>
  isNamedAsIssuer(issuer, subject) && signsWith(issuer.key, subject.signatureAlgorithm);

/** Whether the path that is built, read from the root, is what was sent, certificate by certificate. */
export function isBuiltPath(certificates: readonly Certificate[], isIssuer: Issues = issues): boolean {
  const path = buildPath(certificates, isIssuer).toReversed();
  return path.length === certificates.length && path.every(({ der }, at) => sameBytes(der, certificates[at]!.der));
}

/** Whether each has signed the next, and the first itself. */
export const isSignedThroughout = (certificates: readonly Certificate[], hasSigned: Issues = signs): boolean =>
  certificates.every((one, at) => hasSigned(certificates[Math.max(at - 1, 0)]!, one));

const signs: Issues = ({ key }, { signatureAlgorithm, signed, signature }) =>
  verifiesX509(key, signatureAlgorithm, signed, signature);

/** Whether one has issued the other, by its name and with its key, in an algorithm with the parameters that it has. */
export const vouchesFor: Issues = (issuer, subject) =>
  issues(issuer, subject) && signs(issuer, subject) && subject.hasPlainAlgorithm;

/** Whether all but the last may issue, each far enough. */
export const isIssuedThroughout = (certificates: readonly Certificate[]): boolean =>
  isFarEnough(certificates) && certificates.slice(0, -1).every(mayIssue);

/** Whether it may issue any certificate at all. */
export const mayIssue = ({ isAuthority, maySignCertificates }: Certificate): boolean =>
  isAuthority && maySignCertificates !== false;

/** Whether no more authorities follow than each lets; those that a holder issues for itself do not count. */
export const isFarEnough = (certificates: readonly Certificate[]): boolean =>
  certificates.every((_, at) => reachesLast(certificates, at));

/** Whether one of them lets so many follow as do. */
export function reachesLast(certificates: readonly Certificate[], at: number): boolean {
  const pathLength = certificates[at]?.pathLength;
  const between = certificates.slice(at + 1, -1).filter(({ issuer, subject }) => issuer !== subject);
  return pathLength === undefined || between.length <= pathLength;
}

/** The same, and nobody asks for what is not understood. */
export const mayIssueThroughout = (certificates: readonly Certificate[]): boolean =>
  isIssuedThroughout(certificates) && certificates.every(({ otherCritical }) => otherCritical.length === 0);

/** Whether each names its algorithm with the parameters that it has. */
export const isPlainThroughout = (certificates: readonly Certificate[]): boolean =>
  certificates.every(({ hasPlainAlgorithm }) => hasPlainAlgorithm);
