/** How verifiers see facts otherwise than they are: what several of them need. */
import type { ClauseId } from '../../clauses.generated.ts';
import type { Departure } from '../appraiser.ts';
import type { ChainFacts, Field, KeyFacts, PayloadClaims } from '../facts.ts';

export const given = <T>(value: T): Field<T> => ({ kind: 'given', value });

/** Each certificate of a chain, seen otherwise, by its place and whether it is the last. */
export const eachPayload =
  (sees: (payload: PayloadClaims, isLast: boolean) => PayloadClaims) =>
  (chain: ChainFacts): ChainFacts => ({
    ...chain,
    entries: chain.entries.map(({ signed, payload }, at) => ({
      signed,
      payload: sees(payload, at === chain.entries.length - 1),
    })),
  });

/** A key that is not looked at passes for any. */
export const unseenKey: KeyFacts = {
  fault: undefined,
  isKey: true,
  operations: 'absent',
  verifies: true,
  keyKind: 'Ed25519',
  otherLabels: [],
  onCurve: true,
  isOfSmallOrder: false,
  point: '',
};

export const notConfigured = 0;
export const normal = 1;

/** What stands in both headers, and who has signed. */
export const headers: readonly ClauseId[] = [
  'COSE-HEADER-FORM',
  'COSE-LABELS-ONCE',
  'COSE-CRITICAL-PROTECTED',
  'COSE-NO-CRITICAL',
];
export const signatures: readonly ClauseId[] = ['COSE-ALGORITHM', 'COSE-SIGNATURE'];
export const links: readonly ClauseId[] = ['CHAIN-LINKED', 'CHAIN-SUBJECTS-ONCE', 'CHAIN-KEYS-ONCE'];
export const markers: readonly ClauseId[] = [
  'CHAIN-MARKERS-PROPER',
  'CHAIN-MARKERS-UNBROKEN',
  'CHAIN-MARKERS-TO-LEAF',
  'CHAIN-MARKERS-ENOUGH',
  'CHAIN-MARKERS-RESERVED',
];
export const profiles: readonly ClauseId[] = ['CHAIN-PROFILE-KNOWN', 'CHAIN-PROFILE-RANGE'];
export const names: readonly ClauseId[] = ['CHAIN-NAMES-GIVEN', 'CHAIN-NAMES-FILLED'];
export const usageAndHash: readonly ClauseId[] = ['CHAIN-KEY-USAGE', 'CHAIN-CONFIG-HASH'];
export const sizes: readonly ClauseId[] = [
  'CHAIN-CODE-HASH-SIZE',
  'CHAIN-CONFIG-HASH-SIZE',
  'CHAIN-AUTHORITY-HASH-SIZE',
];
/** What stands in a descriptor that is a map. */
export const descriptorFields: readonly ClauseId[] = [
  'CHAIN-DESCRIPTOR-RESERVED',
  'CHAIN-SECURITY-VERSION',
  'CHAIN-COMPONENT-VERSION',
  'CHAIN-DESCRIPTOR-TYPES',
];
/** What a key is beyond a COSE_Key. */
export const keyKinds: readonly ClauseId[] = [
  'COSE-KEY-VERIFIES',
  'COSE-KEY-KIND',
  'COSE-KEY-PUBLIC',
  'COSE-KEY-POINT',
  'COSE-KEY-ORDER',
];

/** The root key is not looked at. */
export const withoutRoot = (chain: ChainFacts): ChainFacts => ({ ...chain, rootKey: unseenKey });

export const anyForm: Departure = {
  description:
    'takes numbers that are longer than they need to be, lengths that are left open, any nesting, and whatever CBOR has where it does not look',
  grounds: 'read',
  reading: { anyForm: true, anyKind: true, anyMap: true },
};
export const firstCounts: Departure = {
  description: 'takes the first of a key that is there twice',
  grounds: 'read',
  reading: { repeatedKeys: 'first' },
};
