/** Certificates of keys that KeyMint has attested, with the path to the root of the manufacturer. */
import type { KeyCertificateFacts } from '../../spec/evidence/key.ts';
import type { Bytes } from '../bytes.ts';
import { hex } from '../bytes.ts';
import { readCertificate } from '../x509/certificate.ts';
import type { Certificate, SubjectKey } from '../x509/certificate.ts';
import { elementsOf } from '../x509/elements.ts';
import { keyDescriptionId, readKeyDescription } from '../x509/key-description.ts';
import {
  isBuiltPath,
  isPlainThroughout,
  isSignedThroughout,
  mayIssue,
  mayIssueThroughout,
  reachesLast,
  vouchesFor,
} from '../x509/path.ts';
import { oids, pointKeyOf } from '../x509/verify.ts';

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

/** One certificate of a path as it is shown: what it says, and what of it the path is checked by. */
export interface PathCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  /** Its kind, and its digits. */
  readonly key: string;
  /** As roots are compared. */
  readonly rootKey: string;
  /** In milliseconds since 1970. */
  readonly valid: { readonly from: number; readonly to: number };
  /** The next has issued it; the last, itself. */
  readonly isSigned: boolean;
  readonly mayIssue: boolean;
  /** No extension is critical that nothing here acts upon. */
  readonly isUnderstood: boolean;
  readonly describesKey: boolean;
}

/** Each of a path, from that of the key on; undefined stands for what is no certificate. Never throws. */
export function readPathCertificates(path: readonly Bytes[]): readonly (PathCertificate | undefined)[] {
  const certificates = path.slice(0, longestPath).map(readCertificate);
  const read = certificates.filter((one) => one !== undefined);
  const fromRoot = read.toReversed();
  return certificates.map((one, i) => {
    const issuer = certificates[i + 1 < path.length ? i + 1 : i];
    return (
      one && {
        ...one.readable,
        serial: one.serial,
        key: keyShown(one.key),
        rootKey: keyDigits(one.key),
        valid: { from: one.notBefore, to: one.notAfter },
        isSigned: issuer !== undefined && vouchesFor(issuer, one),
        mayIssue: mayIssue(one) && reachesLast(fromRoot, fromRoot.indexOf(one)),
        isUnderstood: one.otherCritical.length === 0,
        describesKey: one.extensions.has(keyDescriptionId),
      }
    );
  });
}

function keyShown(key: SubjectKey): string {
  const point = pointKeyOf(key);
  if (point !== undefined) return `${point.keyKind} ${hex(point.raw)}`;
  if (key.algorithm !== oids.rsa) return `${key.algorithm} ${hex(key.bits)}`;
  const modulus = hex(elementsOf(elementsOf(key.bits)[0]?.body ?? key.bits)[0]?.body ?? key.bits).replace(
    /^(?:00)+/,
    '',
  );
  return `RSA-${modulus.length * 4} ${modulus}`;
}
