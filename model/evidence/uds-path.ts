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
import type { OpenSslCertificate } from '../x509/openssl/certificate.ts';
import { readOpenSslCertificate } from '../x509/openssl/certificate.ts';
import { keepToConstraints } from '../x509/openssl/names.ts';
import { hasEdDsaPlain, hasNoProxy, isOpenSslIssued, isOpenSslPath, isOpenSslSigned } from '../x509/openssl/path.ts';
import { isOpenSslKey, isSameKey } from '../x509/openssl/signature.ts';
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

function readUdsPath(signer: Cbor, path: Cbor, rootKey: PublicKey | undefined, { openSsl }: Rules): UdsPathFacts {
  const items = isArray(path) ? path : [];
  const looked = openSsl ? items : items.slice(0, longestPath);
  const common = { signer: field(new Map([[0, signer]]), 0, asText), isArray: isArray(path), length: items.length };
  if (openSsl) {
    const certificates = readAll(looked, readOpenSslCertificate);
    return openSslFacts({ ...common, ...whole(certificates, looked) }, certificates, rootKey);
  }
  const certificates = readAll(looked, readCertificate);
  return pathFacts({ ...common, ...whole(certificates, looked) }, certificates, rootKey);
}

const readAll = <C>(items: readonly Cbor[], read: (der: Bytes) => C | undefined): readonly C[] =>
  items.map((der) => (isBytes(der) ? read(der) : undefined)).filter((one) => one !== undefined);

const whole = (certificates: readonly Certificate[], looked: readonly Cbor[]) => ({
  areCertificates: certificates.length === looked.length,
  valid: {
    from: Math.max(...certificates.map(({ notBefore }) => notBefore)),
    to: Math.min(...certificates.map(({ notAfter }) => notAfter)),
  },
});

type Common = Pick<UdsPathFacts, 'signer' | 'isArray' | 'length' | 'areCertificates' | 'valid'>;

/** why: what is dear is found out when it is asked for. */
const pathFacts = (common: Common, certificates: readonly Certificate[], rootKey?: PublicKey): UdsPathFacts => ({
  ...common,
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
  isForRootKey: isFor(certificates.at(-1), rootKey),
});

/** The same as OpenSSL finds it; names are constrained where one breaks a constraint. */
const openSslFacts = (
  common: Common,
  certificates: readonly OpenSslCertificate[],
  rootKey?: PublicKey,
): UdsPathFacts => ({
  ...common,
  get keysSupported() {
    return certificates.every(({ key }) => isOpenSslKey(key));
  },
  algorithmsPlain: hasEdDsaPlain(certificates),
  isPath: isOpenSslPath(certificates),
  mayIssue: isOpenSslIssued(certificates) && hasNoProxy(certificates),
  constrainsNames: !keepToConstraints(certificates),
  otherCritical: certificates.flatMap(({ unhandled }) => unhandled),
  get verifies() {
    return isOpenSslSigned(certificates);
  },
  get isForRootKey() {
    const leaf = certificates.at(-1);
    return leaf !== undefined && rootKey !== undefined && isSameKey(leaf.key, rootKey);
  },
});

function isFor(leaf: Certificate | undefined, rootKey: PublicKey | undefined): boolean {
  const key = leaf && pointKeyOf(leaf.key);
  return (
    key !== undefined && rootKey !== undefined && key.keyKind === rootKey.keyKind && sameBytes(key.raw, rootKey.raw)
  );
}
