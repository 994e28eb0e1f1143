/** DICE chains: from bytes to the facts on which a verifier decides. */
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import type { ChainFacts, EntryFacts, EncodingFault, PayloadClaims } from '../../spec/evidence/facts.ts';
import type { Bytes } from '../bytes.ts';
import { sameBytes } from '../bytes.ts';
import type { Cbor, CborMap } from '../cbor/decode.ts';
import { decode, isArray, isBytes, isInteger, isMap } from '../cbor/decode.ts';
import { EncodingError } from '../cbor/faults.ts';
import type { Rules } from '../cbor/reader.ts';
import type { PublicKey, ReadKey } from '../cose/key.ts';
import { noKey, readKey, readKeyMap } from '../cose/key.ts';
import { readSigned } from '../cose/sign1.ts';
import { claims } from '../dice/labels.ts';
import { readDescriptor } from './descriptor.ts';
import { asHex, asText, field } from './fields.ts';

export interface ReadChain {
  readonly facts: ChainFacts;
  /** The key of the last entry, which signs what the chain is there for. */
  readonly leafKey: PublicKey | undefined;
  readonly rootKey: PublicKey | undefined;
}

const noChain = (fault: EncodingFault | undefined): ReadChain => ({
  facts: { fault, isChain: false, rootKey: noKey.facts, entries: [] },
  leafKey: undefined,
  rootKey: undefined,
});

/** Reads a chain, and tries each signature with the key before it. Never throws. */
export function readChain(bytes: Bytes, rules: Rules = {}): ReadChain {
  try {
    return chainOf(decode(bytes, rules), rules);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return noChain(error.fault);
  }
}

/** The same of a value that was decoded already. */
export function chainOf(value: Cbor, rules: Rules): ReadChain {
  const [first, ...rest] = isArray(value) ? value : [];
  return first === undefined ? noChain(undefined) : linksOf(readKeyMap(first, rules), rest, rules);
}

/** No more certificates than real chains have. */
const usualLength = 16;

/** Signatures are tried at once here: the keys of those that hold need not be looked for on their curves. */
const settled = ({ signed, payload }: EntryFacts): EntryFacts => ({ signed: { ...signed }, payload });

/** The chain of a root key that was read already, and its entries. */
export function linksOf(root: ReadKey, rest: readonly Cbor[], rules: Rules): ReadChain {
  if (rest.length === 0) return noChain(undefined);
  const entries: EntryFacts[] = [];
  let signer = root.key;
  for (const item of rest) {
    const { facts, subjectKey } = readEntry(item, signer, rules);
    entries.push(entries.length < usualLength ? settled(facts) : facts);
    signer = subjectKey;
  }
  const facts = { fault: undefined, isChain: true, rootKey: root.facts, entries };
  return { facts, leafKey: signer, rootKey: root.key };
}

function readEntry(
  entry: Cbor,
  signer: PublicKey | undefined,
  rules: Rules,
): { readonly facts: EntryFacts; readonly subjectKey: PublicKey | undefined } {
  const { facts: signed, payload } = readSigned(entry, signer, rules);
  const { facts, subjectKey } = readPayload(payload, rules);
  return { facts: { signed, payload: facts }, subjectKey };
}

interface ReadPayload {
  readonly facts: PayloadClaims;
  readonly subjectKey: PublicKey | undefined;
}

/** Reads what a certificate claims. Never throws. */
function readPayload(bytes: Bytes, rules: Rules): ReadPayload {
  try {
    const value = decode(bytes, rules);
    return isMap(value) ? claimsOf(value, rules) : noClaims(undefined);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return noClaims(error.fault);
  }
}

const noClaims = (fault: EncodingFault | undefined): ReadPayload => {
  const { facts } = claimsOf(new Map(), {});
  return { facts: { ...facts, fault, isMap: false }, subjectKey: undefined };
};

const known: readonly Cbor[] = Object.values(claims);

function claimsOf(map: CborMap, rules: Rules): ReadPayload {
  const keyBytes = map.get(claims.subjectKey);
  const subject = isBytes(keyBytes) ? readKey(keyBytes, rules) : undefined;
  const descriptor = map.get(claims.configDescriptor);
  const hash = map.get(claims.configHash);
  const facts: PayloadClaims = {
    fault: undefined,
    isMap: true,
    unknownClaims: [...map.keys()].filter((key) => !known.includes(key)).map(formatKey),
    profileName: field(map, claims.profileName, asText),
    issuer: field(map, claims.issuer, asText),
    subject: field(map, claims.subject, asText),
    codeHash: field(map, claims.codeHash, asHex),
    codeDescriptor: field(map, claims.codeDescriptor, asHex),
    configHash: field(map, claims.configHash, asHex),
    configDescriptor: field(map, claims.configDescriptor, (value) =>
      isBytes(value) ? readDescriptor(value, rules) : undefined,
    ),
    configHashMatches: isBytes(descriptor) && isBytes(hash) && isHashOf(hash, descriptor),
    authorityHash: field(map, claims.authorityHash, asHex),
    authorityDescriptor: field(map, claims.authorityDescriptor, asHex),
    mode: field(map, claims.mode, asMode),
    modeIsInteger: isInteger(map.get(claims.mode)),
    keyUsage: field(map, claims.keyUsage, asHex),
    subjectKey: field(map, claims.subjectKey, () => subject?.facts),
  };
  return { facts, subjectKey: subject?.key };
}

const formatKey = (key: Cbor): string => (isInteger(key) ? String(key) : typeof key);

function asMode(value: Cbor): number | undefined {
  // Numbers that are no mode mean "not configured", whatever their size.
  if (isInteger(value)) return value >= 0 && value <= 3 ? Number(value) : 0;
  return isBytes(value) && value.length === 1 ? value[0] : undefined;
}

const hashes: ReadonlyMap<number, (bytes: Bytes) => Bytes> = new Map<number, (bytes: Bytes) => Bytes>([
  [32, sha256],
  [48, sha384],
  [64, sha512],
]);

const isHashOf = (hash: Bytes, bytes: Bytes): boolean => {
  const algorithm = hashes.get(hash.length);
  return algorithm !== undefined && sameBytes(algorithm(bytes), hash);
};
