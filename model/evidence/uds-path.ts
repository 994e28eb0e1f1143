/** Paths of X.509 certificates that vouch for a root key, as facts. */
import type { UdsPathFacts } from '../../spec/evidence/facts.ts';
import type { Bytes } from '../bytes.ts';
import { sameBytes } from '../bytes.ts';
import type { Cbor } from '../cbor/decode.ts';
import { isArray, isBytes, isMap, tryDecode } from '../cbor/decode.ts';
import type { Rules } from '../cbor/reader.ts';
import type { PublicKey } from '../cose/key.ts';
import type { Certificate } from '../x509/certificate.ts';
import { readCertificate } from '../x509/certificate.ts';
import { isBuiltPath, isIssuedThroughout, isPlainThroughout, isSignedThroughout } from '../x509/path.ts';
import { isSupported, pointKeyOf } from '../x509/verify.ts';
import { asText, field } from './fields.ts';

/** The paths where nothing but these is there: a map from signers, or undefined for whatever is another thing. */
export function readUdsCertificates(bytes: Bytes): readonly UdsPathFacts[] | undefined {
  const read = tryDecode(bytes);
  if (!('value' in read) || !isMap(read.value)) return undefined;
  const [first] = read.value.keys();
  return typeof first === 'string' ? readUdsPaths(read.value, undefined, {}) : undefined;
}

/** The path of each signer, for a root key. Never throws. */
export const readUdsPaths = (value: Cbor | undefined, rootKey: PublicKey | undefined, rules: Rules): UdsPathFacts[] =>
  isMap(value) ? [...value].map(([signer, path]) => readUdsPath(signer, path, rootKey, rules)) : [];

/** The longest path that is taken; the rest is not looked at, so that a hostile request costs little. */
const longestPath = 16;
const nameConstraints = '2.5.29.30';

function readUdsPath(signer: Cbor, path: Cbor, rootKey: PublicKey | undefined, { longPaths }: Rules): UdsPathFacts {
  const items = isArray(path) ? path : [];
  const looked = longPaths ? items : items.slice(0, longestPath);
  const certificates = looked
    .map((der) => (isBytes(der) ? readCertificate(der) : undefined))
    .filter((one) => one !== undefined);
  return {
    signer: field(new Map([[0, signer]]), 0, asText),
    isArray: isArray(path),
    length: items.length,
    areCertificates: certificates.length === looked.length,
    // why: what is dear is found out when it is asked for.
    get keysSupported() {
      return certificates.every(({ key }) => isSupported(key));
    },
    algorithmsPlain: isPlainThroughout(certificates),
    isPath: isBuiltPath(certificates),
    mayIssue: isIssuedThroughout(certificates),
    constrainsNames: certificates.some(({ extensions }) => extensions.has(nameConstraints)),
    otherCritical: certificates.flatMap(({ otherCritical }) => otherCritical),
    get verifies() {
      return isSignedThroughout(certificates);
    },
    valid: {
      from: Math.max(...certificates.map(({ notBefore }) => notBefore)),
      to: Math.min(...certificates.map(({ notAfter }) => notAfter)),
    },
    isForRootKey: isFor(certificates.at(-1), rootKey),
  };
}

function isFor(leaf: Certificate | undefined, rootKey: PublicKey | undefined): boolean {
  const key = leaf && pointKeyOf(leaf.key);
  return (
    key !== undefined && rootKey !== undefined && key.keyKind === rootKey.keyKind && sameBytes(key.raw, rootKey.raw)
  );
}
