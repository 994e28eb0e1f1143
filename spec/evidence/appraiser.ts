/** How verifiers that are in use depart from the checks: each a short list of differences, never a copy. */
import type { ClauseId } from '../clauses.generated.ts';
import type { ChainFacts, RequestFacts } from './facts.ts';

/** Where bytes are read less strictly than the clauses of encoding demand. */
export interface Reading {
  /** Numbers and lengths may take more bytes than they need. */
  readonly longNumbers?: boolean;
  /** A key may stand twice in a map; the value that counts. */
  readonly repeatedKeys?: 'first' | 'last';
  /** Evidence after whose end bytes may follow. */
  readonly trailing?: readonly ('request' | 'handover')[];
  /** Open lengths, numbers of any length, big numbers, `undefined` for null, and any depth. */
  readonly anyForm?: boolean;
  /** What is not looked at may be of a kind that has no place in evidence: a tag, a float, another simple value. */
  readonly anyKind?: boolean;
  /** A map that is not looked at may have a key twice, and keys of any kind; one that is looked at may not. */
  readonly anyMap?: boolean;
  /** What is signed may have parts in front of those that count. */
  readonly moreInFront?: boolean;
  /** The root key may not stand in a byte string. */
  readonly bareRootKey?: boolean;
  /** A certificate is any array of four whose third part is a byte string, which is its payload. */
  readonly payloadsAlone?: boolean;
  /** A key of Ed25519 is any 32 bytes; it verifies what OpenSSL and BoringSSL have it verify, whatever its order. */
  readonly anyEd25519?: boolean;
  /** A key may name an algorithm for agreeing on keys in place of the one for signing. */
  readonly agreementKeys?: boolean;
  /** Paths of X.509 certificates are read to their end, and judged as OpenSSL judges them. */
  readonly openSsl?: boolean;
  /** Requests of version 2 are opened with the keys that were published for tests. */
  readonly version2?: boolean;
  /** Nothing is made of a handover. */
  readonly noHandover?: boolean;
}

/**
 * One difference: checks that are not asked, bytes that are read otherwise, or facts that are
 * taken for others.
 */
export interface Departure {
  readonly description: string;
  /** Whether the verifier was seen to do so, or only its source says so. */
  readonly grounds: 'run' | 'read';
  /** Why it is otherwise in the specification. */
  readonly why?: string;
  readonly unasked?: readonly ClauseId[];
  readonly reading?: Reading;
  readonly sees?: (chain: ChainFacts) => ChainFacts;
  readonly seesRequest?: (request: RequestFacts) => RequestFacts;
}

export interface Appraiser {
  readonly name: string;
  readonly description: string;
  /** Where nobody names a time, X.509 certificates have to be valid on the day. */
  readonly asksForToday?: boolean;
  readonly departures: readonly Departure[];
}

/** The checks as they stand. */
export const asSpecified: Appraiser = {
  name: 'as specified',
  description: 'The checks as they stand.',
  departures: [],
};

export const unaskedOf = ({ departures }: Appraiser): ReadonlySet<ClauseId> =>
  new Set(departures.flatMap(({ unasked = [] }) => unasked));

export const readingOf = ({ departures }: Appraiser): Reading =>
  departures.reduce<Reading>((all, { reading }) => ({ ...all, ...reading }), {});

export const seenBy = ({ departures }: Appraiser, chain: ChainFacts): ChainFacts =>
  departures.reduce((seen, { sees }) => sees?.(seen) ?? seen, chain);

/** A request as it is seen, its chain included. */
export function requestSeenBy(appraiser: Appraiser, request: RequestFacts): RequestFacts {
  const seen = appraiser.departures.reduce((one, { seesRequest }) => seesRequest?.(one) ?? one, request);
  return { ...seen, chain: seenBy(appraiser, seen.chain) };
}
