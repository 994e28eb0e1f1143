/** Certificate paths: the one that a verifier builds from the leaf up has to be the one that was sent. */
import { sameBytes } from '../bytes.ts';
import type { Certificate } from './certificate.ts';
import { signsWith, verifiesX509 } from './verify.ts';

/** The path from the leaf to a self-issued root; only the first certificate is trusted, the others may help. */
function buildPath(certificates: readonly Certificate[]): readonly Certificate[] {
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

/** Whether one certificate is made out by the holder of the other, as far as names and kinds of keys go. */
const issues = (issuer: Certificate, subject: Certificate): boolean =>
  issuer.subject === subject.issuer &&
  signsWith(issuer.key, subject.signatureAlgorithm) &&
  (subject.authorityKeyId === undefined ||
    issuer.subjectKeyId === undefined ||
    subject.authorityKeyId === issuer.subjectKeyId);

/** Whether the path that is built, read from the root, is what was sent, certificate by certificate. */
export function isBuiltPath(certificates: readonly Certificate[]): boolean {
  const path = buildPath(certificates).toReversed();
  return path.length === certificates.length && path.every(({ der }, at) => sameBytes(der, certificates[at]!.der));
}

/** Whether each has signed the next, and the first itself. */
export const isSignedThroughout = (certificates: readonly Certificate[]): boolean =>
  certificates.every((one, at) => {
    const issuer = certificates[Math.max(at - 1, 0)]!;
    return verifiesX509(issuer.key, one.signatureAlgorithm, one.signed, one.signature);
  });

/** Whether all but the last may issue, each far enough. */
export const isIssuedThroughout = (certificates: readonly Certificate[]): boolean =>
  certificates.every(({ isAuthority, maySignCertificates, pathLength }, at) => {
    const below = certificates.length - at - 2;
    if (below < 0) return true;
    return isAuthority && maySignCertificates !== false && (pathLength === undefined || below <= pathLength);
  });

/** The same, and nobody asks for what is not understood. */
export const mayIssueThroughout = (certificates: readonly Certificate[]): boolean =>
  isIssuedThroughout(certificates) && certificates.every(({ otherCritical }) => otherCritical.length === 0);

/** Whether each names its algorithm with the parameters that it has. */
export const isPlainThroughout = (certificates: readonly Certificate[]): boolean =>
  certificates.every(({ hasPlainAlgorithm }) => hasPlainAlgorithm);
