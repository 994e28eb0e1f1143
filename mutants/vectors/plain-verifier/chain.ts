/** DICE chains, by the Android profile of Open DICE. */
import { createHash } from 'node:crypto';
import type { Cbor, CborMap } from './cbor.ts';
import { Denied, decode, isArray, isBytes, isInteger, isMap, isText, need } from './cbor.ts';
import type { Key } from './cose.ts';
import { readKey, verifySign1 } from './cose.ts';
import type { Leniency, Options } from './options.ts';
import { isAccepted, leniencyOf, mayBeNamed, profileNames } from './options.ts';

const claims = {
  issuer: 1n,
  subject: 2n,
  codeHash: -4670545n,
  codeDescriptor: -4670546n,
  configHash: -4670547n,
  configDescriptor: -4670548n,
  authorityHash: -4670549n,
  authorityDescriptor: -4670550n,
  mode: -4670551n,
  subjectKey: -4670552n,
  keyUsage: -4670553n,
  profileName: -4670554n,
};
const fields = {
  componentName: -70002n,
  componentVersion: -70003n,
  resettable: -70004n,
  securityVersion: -70005n,
  rkpVmMarker: -70006n,
  instanceName: -70007n,
};

interface Place {
  readonly options: Options;
  readonly isFirst: boolean;
  readonly isSelfSigned: boolean;
}

interface Certificate {
  readonly issuer: string;
  readonly subject: string;
  readonly key: Key;
  readonly isMarked: boolean;
}

export interface Chain {
  readonly kind: 'proper' | 'degenerate';
  readonly rootKey: Key;
  readonly leafKey: Key;
  readonly hasMarker: boolean;
}

/** A chain whose root key stands in it as a map. */
export function verifyChain(value: Cbor | undefined, options: Options): Chain {
  need(isArray(value), 'no array');
  const [root, ...entries] = value;
  return verifyEntries(root, entries, options);
}

export function verifyEntries(root: Cbor | undefined, entries: readonly Cbor[], options: Options): Chain {
  need(entries.length >= 1, 'no certificate');
  const rootKey = readKey(root, isAccepted('android.13', options));
  const certificates: Certificate[] = [];
  for (const entry of entries) {
    const signer = certificates.at(-1)?.key ?? rootKey;
    const claimed = decode(verifySign1(entry, signer));
    need(isMap(claimed), 'no map of claims');
    const isSelfSigned = entries.length === 1 && certifies(claimed, rootKey, options);
    certificates.push(readCertificate(claimed, { options, isFirst: certificates.length === 0, isSelfSigned }));
    if (isSelfSigned) {
      need(options.instance !== 'avf', 'an RKP VM has no chain of one certificate for its own key');
      return { kind: 'degenerate', rootKey, leafKey: rootKey, hasMarker: certificates.some((one) => one.isMarked) };
    }
  }
  checkLinks(rootKey, certificates);
  const markers = certificates.map(({ isMarked }) => isMarked);
  checkMarkers(markers, options);
  const leafKey = certificates.at(-1)?.key ?? rootKey;
  return { kind: 'proper', rootKey, leafKey, hasMarker: markers.includes(true) };
}

function certifies(claimed: CborMap, rootKey: Key, options: Options): boolean {
  const { integerKeyOperations } = leniencyOf(profileOf(claimed, options));
  return isSameKey(keyOf(claimed, integerKeyOperations), rootKey);
}

const isSameKey = (one: Key, other: Key): boolean => one.kind === other.kind && one.point.equals(other.point);

function profileOf(claimed: CborMap, options: Options): string {
  const name = claimed.get(claims.profileName);
  if (name === undefined) {
    const [first] = options.profiles;
    need(first === 'android.13' || first === 'android.14', 'no profile is named');
    return first;
  }
  const release = isText(name) ? profileNames[name] : undefined;
  need(release !== undefined, 'an unknown profile');
  need(mayBeNamed(release, options), 'a profile that is not accepted');
  return release;
}

function keyOf(claimed: CborMap, integerKeyOperations: boolean): Key {
  const key = claimed.get(claims.subjectKey);
  need(isBytes(key), 'no key in a byte string');
  return readKey(decode(key), integerKeyOperations);
}

function readCertificate(claimed: CborMap, place: Place): Certificate {
  const known: readonly Cbor[] = Object.values(claims);
  need(
    claimed.entries.every(({ key }) => known.includes(key)),
    'an unknown claim',
  );
  const leniency = leniencyOf(profileOf(claimed, place.options));
  checkKeyUsage(claimed.get(claims.keyUsage), leniency);
  const isMarked = checkConfig(claimed, place, leniency);
  checkHashes(claimed, place, leniency);
  checkMode(claimed.get(claims.mode), place, leniency);
  bytesAt(claimed, claims.codeDescriptor);
  bytesAt(claimed, claims.authorityDescriptor);
  const [issuer, subject] = [claimed.get(claims.issuer), claimed.get(claims.subject)];
  need(isText(issuer) && isText(subject), 'no names');
  need(issuer !== '', 'an empty issuer');
  need(subject !== '', 'an empty subject');
  return { issuer, subject, key: keyOf(claimed, leniency.integerKeyOperations), isMarked };
}

/** A claim that is a byte string wherever it is given. */
function bytesAt(claimed: CborMap, label: bigint): Buffer | undefined {
  const value = claimed.get(label);
  need(value === undefined || isBytes(value), 'a claim is no byte string');
  return value;
}

function checkKeyUsage(usage: Cbor | undefined, { bigEndianKeyUsage }: Leniency): void {
  need(isBytes(usage), 'no key usage');
  const digits = usage.toString('hex');
  need(/^20(00)*$/.test(digits) || (bigEndianKeyUsage && /^(00)+20$/.test(digits)), 'not for certificates alone');
}

/** Checks the descriptor and its hash; whether it has the marker of an RKP VM. */
function checkConfig(claimed: CborMap, place: Place, leniency: Leniency): boolean {
  const [descriptor, hash] = [bytesAt(claimed, claims.configDescriptor), bytesAt(claimed, claims.configHash)];
  need(descriptor !== undefined || place.isSelfSigned, 'no configuration descriptor');
  if (descriptor === undefined) return false;
  const isMarked = understood(descriptor, place, leniency);
  if (isMarked === undefined) return false;
  const algorithm = { 32: 'sha256', 48: 'sha384', 64: 'sha512' }[hash?.length ?? 0];
  const matches = hash && algorithm && createHash(algorithm).update(descriptor).digest().equals(hash);
  need(leniency.configHashUnchecked || matches === true, 'not the hash of the descriptor');
  return isMarked;
}

/** Undefined for a descriptor that cannot be read and is passed over. */
function understood(bytes: Buffer, { options, isFirst, isSelfSigned }: Place, leniency: Leniency): boolean | undefined {
  try {
    return readDescriptor(decode(bytes, { anyKind: true }), leniency);
  } catch (error) {
    const mayIgnore = isSelfSigned || (isFirst && isAccepted('android.14', options));
    if (error instanceof Denied && mayIgnore) return undefined;
    throw error;
  }
}

const isInt64 = (value: Cbor | undefined): boolean => isInteger(value) && value >= -(2n ** 63n) && value < 2n ** 63n;

function readDescriptor(map: Cbor, { noSecurityVersion, textVersion }: Leniency): boolean {
  need(isMap(map), 'the configuration descriptor is no map');
  const known: readonly Cbor[] = Object.values(fields);
  for (const { key } of map.entries) {
    need(isInteger(key) && isInt64(key), 'a key is no integer of 64 bits');
    need(key < -70999n || key > -70000n || known.includes(key), 'a reserved key');
  }
  const version = map.get(fields.securityVersion);
  const isUnsigned64 = isInteger(version) && version >= 0n && version < 2n ** 64n;
  need(version === undefined ? noSecurityVersion : isUnsigned64, 'no security version');
  const component = map.get(fields.componentVersion);
  need(component === undefined || isInt64(component) || (textVersion && isText(component)), 'no component version');
  for (const label of [fields.componentName, fields.instanceName]) {
    need(!map.has(label) || isText(map.get(label)), 'a name is no text');
  }
  for (const label of [fields.resettable, fields.rkpVmMarker]) {
    need(!map.has(label) || map.get(label) === null, 'a mark has a value');
  }
  return map.has(fields.rkpVmMarker);
}

function checkHashes(claimed: CborMap, { isFirst, isSelfSigned }: Place, leniency: Leniency): void {
  const code = bytesAt(claimed, claims.codeHash);
  const config = bytesAt(claimed, claims.configHash);
  const authority = bytesAt(claimed, claims.authorityHash);
  need(code !== undefined || isSelfSigned, 'no code hash');
  need(authority !== undefined || isSelfSigned, 'no authority hash');
  if (code === undefined) return;
  need([32, 48, 64].includes(code.length), 'a code hash of another size');
  need(config === undefined || config.length === code.length, 'a configuration hash of another size');
  const mayDiffer = isFirst && leniency.rootAuthorityHashOfAnySize;
  need(authority === undefined || authority.length === code.length || mayDiffer, 'an authority hash of another size');
}

function checkMode(mode: Cbor | undefined, { options, isFirst, isSelfSigned }: Place, leniency: Leniency): void {
  need(mode !== undefined || isSelfSigned, 'no mode');
  if (mode === undefined) return;
  need((isBytes(mode) && mode.length === 1) || (leniency.integerMode && isInteger(mode)), 'no mode of one byte');
  const value = isBytes(mode) ? BigInt(mode.readUInt8(0)) : mode;
  const mayDebug = isFirst && leniency.rootInDebugMode;
  const isTaken = value === 1n || (mayDebug && value === 2n);
  need(isTaken || options.allowAnyMode || isSelfSigned, 'not in normal mode');
}

function checkLinks(rootKey: Key, certificates: readonly Certificate[]): void {
  for (const [at, { issuer, subject, key }] of certificates.entries()) {
    const earlier = certificates.slice(0, at);
    need(at === 0 || issuer === earlier.at(-1)?.subject, 'the issuer is not the subject before');
    need(!earlier.some((one) => one.subject === subject), 'a subject is there twice');
    need(![rootKey, ...earlier.map((one) => one.key)].some((one) => isSameKey(one, key)), 'a key is there twice');
  }
}

function checkMarkers(markers: readonly boolean[], { instance, markers: allowed }: Options): void {
  const [first, last] = [markers.indexOf(true), markers.lastIndexOf(true)];
  const count = markers.filter(Boolean).length;
  const hasGap = count > 0 && count !== last - first + 1;
  const reachesLeaf = markers.lastIndexOf(false) < first;
  if (instance === 'avf' || allowed === 'anywhere') need(!hasGap, 'a gap between markers');
  if (instance === 'avf') need(count >= 2 && reachesLeaf, 'no markers of an RKP VM');
  else if (allowed === 'reserved') need(count < 2 || !reachesLeaf, 'the markers of an RKP VM');
}
