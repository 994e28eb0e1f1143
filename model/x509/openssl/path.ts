/** Certificate paths as OpenSSL 3 verifies them: the first is trusted, and its own signature is checked too. */
import type { Certificate } from '../certificate.ts';
import type { Issues } from '../path.ts';
import { isBuiltPath, isFarEnough, isNamedAsIssuer, isSignedThroughout } from '../path.ts';
import { elementsOf } from '../elements.ts';
import { oids } from '../verify.ts';
import type { OpenSslCertificate } from './certificate.ts';
import { ids } from './certificate.ts';
import { signsWithOpenSsl, verifiesOpenSsl } from './signature.ts';

const issues: Issues = (issuer, subject) =>
  isNamedAsIssuer(issuer, subject) && signsWithOpenSsl(issuer.key, subject.signatureAlgorithm);

export const isOpenSslPath = (certificates: readonly Certificate[]): boolean => isBuiltPath(certificates, issues);

export const isOpenSslSigned = (certificates: readonly Certificate[]): boolean =>
  isSignedThroughout(certificates, ({ key }, one) => verifiesOpenSsl(key, one));

/** Whether all but the last may issue; of the first it believes that more readily than of those between. */
export const isOpenSslIssued = (certificates: readonly OpenSslCertificate[]): boolean =>
  isFarEnough(certificates) &&
  certificates.slice(0, -1).every((one, at) => {
    if (one.maySignCertificates === false) return false;
    if (one.extensions.has(ids.basicConstraints)) return one.isAuthority;
    return at === 0 && mayIssueUnsaid(one);
  });

/** Where nothing is said of authority: a first edition that is its own issuer, a usage, or an old word for it. */
const mayIssueUnsaid = ({ isFirstEdition, issuer, subject, extensions }: OpenSslCertificate): boolean =>
  (isFirstEdition && issuer === subject) || extensions.has(ids.keyUsage) || isNetscapeAuthority(extensions);

const authorityBits = 0x07;
function isNetscapeAuthority(extensions: Certificate['extensions']): boolean {
  const type = extensions.get(ids.netscapeType);
  return type !== undefined && ((elementsOf(type)[0]?.body[1] ?? 0) & authorityBits) !== 0;
}

/** Whether none is a proxy certificate. */
export const hasNoProxy = (certificates: readonly Certificate[]): boolean =>
  !certificates.some(({ extensions }) => extensions.has(ids.proxy));

/** Algorithms of EdDSA have no parameters; of others it does not look at them. */
export const hasEdDsaPlain = (certificates: readonly Certificate[]): boolean =>
  certificates.every(({ signatureAlgorithm, hasPlainAlgorithm }) =>
    signatureAlgorithm === oids.ed25519 ? hasPlainAlgorithm : true,
  );
