/** What verifiers with faults take evidence for. */
import type { Cbor } from '../../model/cbor/decode.ts';
import { decode, isArray, isBytes, isMap } from '../../model/cbor/decode.ts';
import { EncodingError } from '../../model/cbor/faults.ts';
import { entriesOf, itemsOf } from '../../model/cbor/parts.ts';
import type { Evidence } from '../../model/evidence/evidence.ts';
import type { PublicKey } from '../../model/cose/key.ts';
import { readKey } from '../../model/cose/key.ts';
import type { Sign1 } from '../../model/cose/sign1.ts';
import { readSign1 } from '../../model/cose/sign1.ts';
import { claims } from '../../model/dice/labels.ts';
import type {
  ChainFacts,
  EntryFacts,
  PayloadClaims,
  RequestFacts,
  SignedFacts,
  UdsPathFacts,
} from '../../spec/evidence/facts.ts';
import type { EvidenceFault } from './fault.ts';

export type Sees = NonNullable<EvidenceFault['sees']>;

/** The chain of any evidence, seen otherwise. */
export const inChain =
  (sees: (chain: ChainFacts, bytes: Uint8Array) => ChainFacts): Sees =>
  (evidence, bytes) => {
    switch (evidence.kind) {
      case 'unreadable':
        return evidence;
      case 'chain':
        return { kind: 'chain', read: { ...evidence.read, facts: sees(evidence.read.facts, bytes) } };
      case 'handover': {
        const { facts } = evidence.read;
        const chain = facts.chain && sees(facts.chain, bytes);
        return { kind: 'handover', read: { ...evidence.read, facts: { ...facts, chain } } };
      }
      case 'request': {
        const { facts } = evidence.read;
        return { kind: 'request', read: { ...evidence.read, facts: { ...facts, chain: sees(facts.chain, bytes) } } };
      }
    }
  };

export const inEntries = (sees: (entry: EntryFacts, at: number, chain: ChainFacts) => EntryFacts): Sees =>
  inChain((chain) => ({ ...chain, entries: chain.entries.map((entry, at) => sees(entry, at, chain)) }));

export const inPayloads = (sees: (payload: PayloadClaims, at: number, chain: ChainFacts) => PayloadClaims): Sees =>
  inEntries((entry, at, chain) => ({ ...entry, payload: sees(entry.payload, at, chain) }));

export const inRequest =
  (sees: (request: RequestFacts, bytes: Uint8Array) => RequestFacts): Sees =>
  (evidence, bytes) =>
    evidence.kind === 'request'
      ? { kind: 'request', read: { ...evidence.read, facts: sees(evidence.read.facts, bytes) } }
      : evidence;

/** The root key and the entries, as they stand in any evidence. */
function itemsOfChain({ kind }: Evidence, bytes: Uint8Array): readonly Uint8Array[] {
  const chain = kind === 'request' ? itemsOf(bytes)?.[2] : kind === 'handover' ? entriesOf(bytes)?.[2]?.[1] : bytes;
  const [first, second, ...rest] = (chain && itemsOf(chain)) ?? [];
  if (first === undefined || second === undefined) return [];
  const key = first[0] === 1 ? decode(second) : undefined;
  return isBytes(key) ? [key, ...rest] : [first, second, ...rest];
}

/** One message of a chain, the key that should have signed it, and the key that it is about. */
export interface Message {
  readonly sign1: Sign1;
  readonly issuer: PublicKey;
  readonly subject: PublicKey | undefined;
}

/** The key that an entry is for, if it has one that can be read. */
function subjectOf(entry: Uint8Array | undefined): PublicKey | undefined {
  try {
    const payload = entry && readSign1(entry)?.payload;
    const claimed = payload && decode(payload, { longNumbers: true });
    const key = isMap(claimed) ? claimed.get(claims.subjectKey) : undefined;
    return isBytes(key) ? readKey(key).key : undefined;
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return undefined;
  }
}

/** How the signatures of a chain are looked at: what is found otherwise than it is. */
export const inMessages =
  (sees: (message: Message) => Partial<SignedFacts>): Sees =>
  (evidence, bytes) =>
    inChain((chain) => {
      const [root, ...items] = chain.fault === undefined ? itemsOfChain(evidence, bytes) : [];
      if (root === undefined) return chain;
      const keys = chain.entries.map(({ payload }, at) => (payload.isMap ? subjectOf(items[at]) : undefined));
      return { ...chain, entries: chain.entries.map((entry, at) => seen(entry, at)) };

      function seen(entry: EntryFacts, at: number): EntryFacts {
        const sign1 = entry.signed.isSign1 && items[at] ? readSign1(items[at]) : undefined;
        const issuer = at === 0 ? readKey(root as Uint8Array).key : keys[at - 1];
        if (sign1 === undefined || issuer === undefined) return entry;
        return { ...entry, signed: { ...entry.signed, ...sees({ sign1, issuer, subject: keys[at] }) } };
      }
    })(evidence, bytes);

/** Each path of certificates for the root key, given also the certificates. */
export const inPaths = (sees: (path: UdsPathFacts, certificates: readonly Uint8Array[]) => UdsPathFacts): Sees =>
  inRequest((request, bytes) => {
    const signers: Cbor = decode(itemsOf(bytes)?.[1] ?? Uint8Array.of(0xa0));
    const paths = isMap(signers)
      ? [...signers.values()].map((path) => (isArray(path) ? path.filter(isBytes) : []))
      : [];
    return { ...request, udsPaths: request.udsPaths.map((path, at) => sees(path, paths[at] ?? [])) };
  });
