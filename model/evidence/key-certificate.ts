/** Certificates of keys that KeyMint has attested, with the path to the root of the manufacturer. */
import type { KeyCertificateFacts } from '../../spec/evidence/key.ts';
import type { Bytes } from '../bytes.ts';
import { hex } from '../bytes.ts';
import { readCertificate } from '../x509/certificate.ts';
import type { Certificate, SubjectKey } from '../x509/certificate.ts';
import { keyDescriptionId, readKeyDescription } from '../x509/key-description.ts';
import { isBuiltPath, isPlainThroughout, isSignedThroughout, mayIssueThroughout } from '../x509/path.ts';

const unread: KeyCertificateFacts = {
  isReadable: false,
  rootKey: '',
  serials: [],
  valid: { from: 0, to: 0 },
  isSigned: false,
  mayIssue: false,
  describesOnce: false,
  described: undefined,
};

/** A key as it is compared: algorithm, parameters and bits. */
const keyDigits = ({ algorithm, parameters, bits }: SubjectKey): string => `${algorithm} ${parameters} ${hex(bits)}`;

/** What is said of keys and roots of certificates: the key of one that is given as a root. */
export function rootKeyOf(der: Bytes): string | undefined {
  const root = readCertificate(der);
  return root && keyDigits(root.key);
}

/** More than any path has; the rest is not looked at, so that a hostile one costs little. */
const longestPath = 16;

/** Reads a path as Android has it, from the certificate of the key to the root. Never throws. */
export function readKeyCertificate(path: readonly Bytes[]): KeyCertificateFacts {
  if (path.length > longestPath) return unread;
  const certificates = path.map(readCertificate).filter((one) => one !== undefined);
  const [leaf, root] = [certificates[0], certificates.at(-1)];
  if (leaf === undefined || root === undefined || path.length < 2 || certificates.length < path.length) return unread;
  const fromRoot = certificates.toReversed();
  const extension = leaf.extensions.get(keyDescriptionId);
  const describes = ({ extensions }: Certificate): boolean => extensions.has(keyDescriptionId);
  return {
    isReadable: true,
    rootKey: keyDigits(root.key),
    serials: certificates.map(({ serial }) => serial),
    valid: {
      from: Math.max(...certificates.map(({ notBefore }) => notBefore)),
      to: Math.min(...certificates.map(({ notAfter }) => notAfter)),
    },
    isSigned: isBuiltPath(fromRoot) && isPlainThroughout(fromRoot) && isSignedThroughout(fromRoot),
    mayIssue: mayIssueThroughout(fromRoot),
    describesOnce: !certificates.slice(1).some(describes),
    described: extension && readKeyDescription(extension),
  };
}
