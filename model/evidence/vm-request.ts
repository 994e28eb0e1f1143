/** Requests of VMs for a certificate: a chain, and what its last key and the new key have both signed. */
import type { VmRequestFacts } from '../../spec/evidence/vm.ts';
import type { Bytes } from '../bytes.ts';
import { sameBytes } from '../bytes.ts';
import type { Cbor } from '../cbor/decode.ts';
import { decode, isArray, isBytes, isMap } from '../cbor/decode.ts';
import { encode } from '../cbor/encode.ts';
import { EncodingError } from '../cbor/faults.ts';
import { itemsOf } from '../cbor/parts.ts';
import type { PublicKey } from '../cose/key.ts';
import { coseKeyOf, kindNumbers, readKey } from '../cose/key.ts';
import type { Signature } from '../cose/message.ts';
import { readMessage } from '../cose/message.ts';
import type { PrivateKey } from '../cose/signature.ts';
import { signWith, verifies } from '../cose/signature.ts';
import { headerLabels, readSign1 } from '../cose/sign1.ts';
import type { Subcomponent } from '../dice/config.ts';
import { claims, microdroidFields, modes } from '../dice/labels.ts';
import { readChain } from './chain.ts';

const empty = new Uint8Array();

/** What is signed: the key and the challenge. */
export const requestPayload = (key: PublicKey, challenge: Bytes): Bytes =>
  encode([encode(coseKeyOf(key, 'bare')), challenge]);

/** One signature over it; it does not say whose chain it goes with. */
export function signRequest(signer: PrivateKey, payload: Bytes): Cbor {
  const header = encode(new Map([[headerLabels.alg, kindNumbers[signer.keyKind].alg]]));
  return [header, new Map(), signWith(signer, encode(['Signature', empty, header, empty, payload]))];
}

export const writeVmRequest = (chain: Bytes, payload: Bytes, signatures: readonly Cbor[]): Bytes =>
  encode([chain, encode([empty, new Map(), payload, signatures])]);

/**
 * What the RKP VM compares with: its own chain and the key that it is signed with, the device's vendor partition, and the
 * kernels that it was built with.
 */
export interface Appraiser {
  readonly chain: Bytes;
  readonly authorityHash: string;
  readonly vendorHash: string | undefined;
  readonly kernels: readonly string[];
  readonly debugKernels: readonly string[];
}

export interface ReadVmRequest {
  readonly facts: VmRequestFacts;
  readonly key: PublicKey | undefined;
  readonly challenge: Bytes;
  readonly components: readonly Subcomponent[];
}

const unread: VmRequestFacts = {
  fault: undefined,
  isRequest: false,
  beginsAsOwn: false,
  names: [],
  isSigned: false,
  vendorIsFixed: false,
  kernelIsOfOwnKey: false,
  kernel: 'unknown',
  allNormal: false,
  signedByLeaf: false,
  signedByKey: false,
};

/** Reads a request as the RKP VM sees it. Never throws. */
export function readVmRequest(bytes: Bytes, own: Appraiser): ReadVmRequest {
  const nothing = { facts: unread, key: undefined, challenge: empty, components: [] };
  try {
    const parts = decode(bytes);
    const [chain, signed] = isArray(parts) && parts.length === 2 ? parts : [];
    if (!isBytes(chain) || !isBytes(signed)) return nothing;
    const message = readMessage(signed, 'sign');
    const pair = message && decode(message.payload);
    const [keyBytes, challenge] = isArray(pair) && pair.length === 2 ? pair : [];
    if (message === undefined || !isBytes(keyBytes) || !isBytes(challenge)) return nothing;
    const { key } = readKey(keyBytes);
    const { facts, leafKey } = chainFacts(chain, own);
    const [byLeaf, byKey] = message.signatures;
    return {
      facts: { ...facts, signedByLeaf: isSignedBy(byLeaf, leafKey), signedByKey: isSignedBy(byKey, key) },
      key,
      challenge,
      components: componentsOf(itemsOf(chain)?.at(-1) ?? empty),
    };
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return { ...nothing, facts: { ...unread, fault: error.fault } };
  }
}

/** The key tells the algorithm. */
const isSignedBy = (signature: Signature | undefined, key: PublicKey | undefined): boolean =>
  signature !== undefined && key !== undefined && verifies(key, signature.covers(empty), signature.signature);

function chainFacts(chain: Bytes, own: Appraiser) {
  const [theirs, ours] = [chain, own.chain].map((bytes) => itemsOf(bytes) ?? []) as [Bytes[], Bytes[]];
  const common = ours.length - 1;
  const read = readChain(chain);
  const entries = read.facts.entries.slice(common - 1);
  const payloads = entries.map(({ payload }) => payload);
  const [kernel] = payloads;
  const vendor = payloads.length === 3 ? payloads[1] : undefined;
  const facts: VmRequestFacts = {
    ...unread,
    isRequest: read.facts.isChain,
    beginsAsOwn: ours.slice(0, common).every((item, at) => theirs[at] !== undefined && sameBytes(item, theirs[at])),
    names: payloads.map(({ configDescriptor }) =>
      configDescriptor.kind === 'given' ? valueOf(configDescriptor.value.componentName) : undefined,
    ),
    isSigned: read.facts.entries.every(({ signed }) => signed.verifies),
    vendorIsFixed: vendor === undefined || valueOf(vendor.codeHash) === own.vendorHash,
    kernelIsOfOwnKey: valueOf(kernel?.authorityHash) === own.authorityHash,
    kernel: kindOf(valueOf(kernel?.codeHash) ?? '', own),
    allNormal: read.facts.entries.every(({ payload }) => valueOf(payload.mode) === modes.normal),
  };
  return { facts, leafKey: read.leafKey };
}

const valueOf = <T>(field: { readonly kind: string; readonly value?: T } | undefined): T | undefined => field?.value;

function kindOf(codeHash: string, { kernels, debugKernels }: Appraiser): VmRequestFacts['kernel'] {
  if (kernels.includes(codeHash)) return 'known';
  return debugKernels.includes(codeHash) ? 'for debugging' : 'unknown';
}

/** The components that a certificate lists for the payload; none where it lists them in another form. */
function componentsOf(entry: Bytes): readonly Subcomponent[] {
  const payload = decode(readSign1(entry)?.payload ?? encode(null));
  const descriptor = isMap(payload) ? payload.get(claims.configDescriptor) : undefined;
  const fields = isBytes(descriptor) ? decode(descriptor) : undefined;
  const list = isMap(fields) ? fields.get(microdroidFields.subcomponents) : undefined;
  return isArray(list) ? list.flatMap(componentOf) : [];
}

function componentOf(item: Cbor): readonly Subcomponent[] {
  if (!isMap(item)) return [];
  const [name, version, codeHash, authorityHash] = [1, 2, 3, 4].map((label) => item.get(label));
  const isWhole = typeof name === 'string' && isBytes(codeHash) && isBytes(authorityHash);
  const isVersion = typeof version === 'number' || typeof version === 'bigint';
  return isWhole && isVersion ? [{ name, version, codeHash, authorityHash }] : [];
}
