/** How verifiers that are in use depart from the checks: each a short list of differences, never a copy. */
import type { ClauseId } from '../clauses.generated.ts';
import type { ChainFacts, DescriptorClaims, Field, PayloadClaims } from './facts.ts';

/** Where bytes are read less strictly than the clauses of encoding demand. */
export interface Reading {
  /** Numbers and lengths may take more bytes than they need. */
  readonly longNumbers?: boolean;
  /** A key may stand twice in a map; the value that counts. */
  readonly repeatedKeys?: 'first' | 'last';
  /** Evidence after whose end bytes may follow. */
  readonly trailing?: readonly ('request' | 'handover')[];
}

/** One difference: checks that are not asked, bytes that are read otherwise, or facts that are taken for others. */
export interface Departure {
  readonly description: string;
  readonly unasked?: readonly ClauseId[];
  readonly reading?: Reading;
  readonly sees?: (chain: ChainFacts) => ChainFacts;
}

export interface Appraiser {
  readonly name: string;
  readonly description: string;
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

/** Each certificate of a chain, seen otherwise. */
const eachPayload =
  (sees: (payload: PayloadClaims) => PayloadClaims) =>
  (chain: ChainFacts): ChainFacts => ({
    ...chain,
    entries: chain.entries.map((entry) => ({ ...entry, payload: sees(entry.payload) })),
  });

/** The mode, read so that some modes stand for another. */
const takesMode = (taken: (mode: Field<number>) => Field<number>): ((chain: ChainFacts) => ChainFacts) =>
  eachPayload((payload) => ({ ...payload, mode: taken(payload.mode) }));

const given = <T>(value: T): Field<T> => ({ kind: 'given', value });
const normal = given(1);
const notConfigured = given(0);
const debug = 2;

const isDebug = (mode: Field<number>): boolean => mode.kind === 'given' && mode.value === debug;

/** An empty map, as far as the checks of descriptors go. */
const passedOver = (descriptor: DescriptorClaims): DescriptorClaims => ({
  ...descriptor,
  fault: undefined,
  isMap: true,
});

const descriptorForms = [
  'CHAIN-DESCRIPTOR-KEYS',
  'CHAIN-DESCRIPTOR-RESERVED',
  'CHAIN-SECURITY-VERSION',
  'CHAIN-COMPONENT-VERSION',
  'CHAIN-DESCRIPTOR-TYPES',
] as const;

const signatures = ['COSE-NO-CRITICAL', 'COSE-ALGORITHM', 'COSE-SIGNATURE'] as const;
const links = ['CHAIN-LINKED', 'CHAIN-SUBJECTS-ONCE', 'CHAIN-KEYS-ONCE'] as const;

const unlinked: Departure = { description: 'compares no names, and lets a key or a name stand twice', unasked: links };
const unsigned: Departure = { description: 'leaves signatures to whoever hands it the chain', unasked: signatures };
const takesUnknownClaims: Departure = {
  description: 'passes over claims that it does not know',
  unasked: ['CHAIN-CLAIMS-KNOWN'],
};
const usageAndHash: Departure = {
  description: 'asks neither for the usage of keys nor for the hash of the configuration',
  unasked: ['CHAIN-KEY-USAGE', 'CHAIN-CONFIG-HASH'],
};
const firstCounts: Departure = {
  description: 'takes the first of a key that is there twice',
  reading: { repeatedKeys: 'first' },
};

export const appraisers: readonly Appraiser[] = [
  {
    name: 'hwtrust',
    description: 'The verifier of chains and requests for Android devices, which servers and factory tests use.',
    departures: [
      { description: 'takes numbers that are longer than they need to be', reading: { longNumbers: true } },
      { description: 'passes over bytes after a request', reading: { trailing: ['request'] } },
    ],
  },
  {
    name: 'pvmfw',
    description: 'The firmware of a protected VM, which looks at the chain that its loader hands over.',
    departures: [
      unsigned,
      unlinked,
      usageAndHash,
      takesUnknownClaims,
      firstCounts,
      { description: 'passes over bytes after a handover', reading: { trailing: ['handover'] } },
      {
        description: 'takes all modes but debug for normal, also a mode that is missing',
        unasked: ['CHAIN-MODE-GIVEN'],
        sees: takesMode((mode) => (isDebug(mode) || mode.kind === 'mistyped' ? mode : normal)),
      },
    ],
  },
  {
    name: 'rkp-vm',
    description:
      'The VM that turns the chain of another VM into a certificate. That the certificate says "not secure" counts as a refusal here.',
    departures: [
      { description: 'takes the algorithm from the key alone', unasked: ['COSE-ALGORITHM'] },
      unlinked,
      usageAndHash,
      takesUnknownClaims,
      {
        description: 'takes a mode that is missing for one that is not configured',
        unasked: ['CHAIN-MODE-GIVEN'],
        sees: takesMode((mode) => (mode.kind === 'absent' ? notConfigured : mode)),
      },
      {
        description: 'passes over configuration descriptors that it cannot read, wherever they stand',
        unasked: descriptorForms,
        sees: eachPayload((payload) =>
          payload.configDescriptor.kind === 'given'
            ? { ...payload, configDescriptor: given(passedOver(payload.configDescriptor.value)) }
            : payload,
        ),
      },
    ],
  },
  {
    name: 'dice-policy',
    description:
      'Secretkeeper, which holds a chain against the policy of a secret: the same authorities, normal modes as before, and no older version.',
    departures: [
      unsigned,
      unlinked,
      usageAndHash,
      takesUnknownClaims,
      firstCounts,
      { description: 'lets a security version be missing', unasked: ['CHAIN-SECURITY-VERSION'] },
    ],
  },
];
