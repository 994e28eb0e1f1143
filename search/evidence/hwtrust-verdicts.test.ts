import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Cbor, CborMap } from '../../model/cbor/decode.ts';
import { decode } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';
import { claims, modes } from '../../model/dice/labels.ts';
import { formatDecision } from '../../properties/evidence/decision.ts';
import { asSpecified } from '../../spec/evidence/appraiser.ts';
import { appraisers } from '../../spec/evidence/appraisers/all.ts';
import { hwtrust } from '../../spec/evidence/appraisers/hwtrust.ts';
import type { Options } from '../../spec/evidence/options.ts';
import { defaultOptions } from '../../spec/evidence/options.ts';
import { anEntry } from './edges/edge.ts';
import { set } from './forgeries/forgery.ts';
import { kinds } from './hwtrust-kinds.ts';
import {
  decided,
  differences,
  heard,
  heardIn,
  heardOfPaths,
  isSoundToOpenSsl,
  verdictsFolder,
} from './hwtrust-verdicts.ts';
import type { Line } from './hwtrust-verdicts.ts';

describe('hwtrust, which was run', () => {
  const inputs = heard();

  test('has said something of 202 inputs, and decides all of them as it does here', () => {
    const otherwise = inputs.filter((input) => decided(input, hwtrust).verdict !== input.verdict);
    expect(otherwise.map(({ line, says }) => `${line}: ${says}`)).toEqual([]);
    expect(inputs.filter(({ verdict }) => verdict === 'denied').length).toBe(121);
    expect(inputs.length).toBe(202);
  });

  const found = differences();

  test('is denied by the specification where it accepts, by these clauses, and the other way round twice', () => {
    expect(Object.fromEntries(found.map(({ input, specified }) => [input.line, formatDecision(specified)]))).toEqual({
      2: 'UDS-CRITICAL',
      11: 'CBOR-PLAIN',
      15: 'CSR-PAYLOAD-FORM',
      22: 'CHAIN-DESCRIPTOR-TYPES at 1',
      64: 'proper',
      75: 'CHAIN-DESCRIPTOR-TYPES at 1',
      78: 'COSE-KEY-ORDER at 2',
      80: 'CHAIN-MARKERS-PROPER',
      84: 'CBOR-DEFINITE at 1',
      104: 'COSE-LABELS-ONCE at 1',
      108: 'COSE-KEY-ORDER',
      116: 'COSE-LABELS-ONCE at 1',
      117: 'CBOR-SHORTEST at 1',
      145: 'UDS-CRITICAL',
      156: 'DEVICE-INFO-OS',
      158: 'proper',
      159: 'CBOR-BOUNDED at 1',
      164: 'CSR-TYPE-MARKERS',
      170: 'UDS-CRITICAL',
      202: 'UDS-ALGORITHMS',
    });
  });

  test('differs in each by one of its ways', () => {
    const unexplained = found.filter(({ because: [first] }) => first?.why === undefined);
    expect(unexplained.map(({ input }) => input.line)).toEqual([]);
  });

  test('was seen to have each way that is said to have been seen and is followed here', () => {
    const seen = new Set(found.flatMap(({ because }) => because));
    const isFollowed = ({ unasked, reading, sees, seesRequest }: (typeof hwtrust.departures)[number]): boolean =>
      [unasked, reading, sees, seesRequest].some((way) => way !== undefined);
    const unseen = hwtrust.departures.filter((one) => one.grounds === 'run' && isFollowed(one) && !seen.has(one));
    // What it asks of keys decides by which words they are denied, and not whether.
    expect(unseen.map(({ description }) => description)).toEqual([
      'asks of the keys to be certified only that they are COSE_Keys',
    ]);
  });
});

describe('the options of a line', () => {
  const inDebug = anEntry({ claims: set(claims.mode, Uint8Array.of(modes.debug)) })('a device');
  const b64 = Buffer.from(inDebug).toString('base64');
  const lineWith = (options: NonNullable<Line['options']>): Line => ({
    ...{ kind: 'chain', options, hwtrust: 'accepts', says: 'proper', b64 },
  });

  test.each([
    [{}, 'CHAIN-MODE-NORMAL at 1'],
    [{ anyMode: false }, 'CHAIN-MODE-NORMAL at 1'],
    [{ anyMode: true }, 'proper'],
    [{ anyMode: true, profiles: 'vsr15' }, 'CHAIN-PROFILE-RANGE at 0'],
    [{ anyMode: true, instance: 'avf' }, 'CHAIN-MARKERS-ENOUGH'],
  ] as const)('%j', (options, decision) => {
    expect(formatDecision(decided(heardIn(lineWith(options), 1), hwtrust))).toBe(decision);
  });

  test('are all that there are', () => {
    const known = { markers: 'anywhere', at: 1 } as const;
    const options = { ...known, allowAnyMode: true };
    expect(() => heardIn(lineWith(options), 1)).toThrow('Unrecognized key: \\"allowAnyMode\\"');
    expect(heardIn(lineWith(known), 1).options).toMatchObject(known);
  });
});

interface Finding {
  readonly file: string;
  readonly options?: Partial<Options>;
  readonly decides: Readonly<Record<string, string>>;
}

const findings: readonly Finding[] = [
  { file: 'x509-outer-params-original.cbor', decides: { [asSpecified.name]: 'proper', hwtrust: 'proper' } },
  {
    file: 'x509-outer-params-flipped.cbor',
    decides: { [asSpecified.name]: 'UDS-CERTIFICATES', hwtrust: 'UDS-CERTIFICATES' },
  },
  { file: 'x509-outer-null.cbor', decides: { [asSpecified.name]: 'UDS-CERTIFICATES', hwtrust: 'UDS-CERTIFICATES' } },
  {
    file: 'no-security-level.cbor',
    decides: { [asSpecified.name]: 'DEVICE-INFO-TEXTS', hwtrust: 'DEVICE-INFO-TEXTS' },
  },
  { file: 'tee-no-os-version.cbor', decides: { [asSpecified.name]: 'DEVICE-INFO-OS', hwtrust: 'DEVICE-INFO-OS' } },
  { file: 'patch-level.cbor', decides: { [asSpecified.name]: 'DEVICE-INFO-DATES', hwtrust: 'DEVICE-INFO-DATES' } },
  { file: 'keys-to-sign-junk.cbor', decides: { [asSpecified.name]: 'CSR-KEYS-KIND', hwtrust: 'CSR-KEYS' } },
  { file: 'keymint-for-pvm.cbor', decides: { [asSpecified.name]: 'CSR-TYPE-MARKERS', hwtrust: 'proper' } },
  {
    file: 'avf-degenerate-debug.cbor',
    options: { instance: 'avf' },
    decides: { [asSpecified.name]: 'CHAIN-MARKERS-PROPER', hwtrust: 'degenerate' },
  },
  {
    file: 'rkpvm-crit.chain',
    decides: { [asSpecified.name]: 'COSE-NO-CRITICAL at 1', hwtrust: 'COSE-NO-CRITICAL at 1', 'rkp-vm': 'proper' },
  },
  {
    file: 'rkpvm-text-key-descriptor.chain',
    decides: {
      [asSpecified.name]: 'CHAIN-DESCRIPTOR-KEYS at 1',
      'rkp-vm': 'CHAIN-DESCRIPTOR-KEYS at 1',
      pvmfw: 'proper',
    },
  },
];

test.each(findings)('$file is decided rightly', ({ file, options, decides }) => {
  const bytes = new Uint8Array(readFileSync(new URL(file, verdictsFolder)));
  const asked = [asSpecified, ...appraisers].filter(({ name }) => name in decides);
  const found = asked.map((one) => [
    one.name,
    formatDecision(decided({ bytes, options: { ...defaultOptions, ...options } }, one)),
  ]);
  expect(Object.fromEntries(found)).toEqual(decides);
});

describe('hwtrust, as its source has it', () => {
  test.each(kinds)('$description', ({ make, options, isAccepted, specified }) => {
    const evidence = { bytes: make('a device'), options: { ...defaultOptions, ...options } };
    expect(decided(evidence, hwtrust).verdict !== 'denied').toBe(isAccepted);
    expect(formatDecision(decided(evidence, asSpecified))).toBe(specified);
  });

  test.each(['v2_ed25519_valid.json', 'v2_p256_valid.json'])('opens %s, and no part of it can be changed', (file) => {
    const record = readFileSync(new URL(`../hwtrust/factory_csr/${file}`, verdictsFolder), 'utf8');
    const bytes = new Uint8Array(Buffer.from((JSON.parse(record) as { readonly csr: string }).csr, 'base64'));
    const verdictOf = (of: Uint8Array) => decided({ bytes: of, options: defaultOptions }, hwtrust).verdict;
    expect(verdictOf(bytes)).toBe('degenerate');
    // Brand, order of the device info, challenge, ciphertext and MAC.
    const places = [10, 18, 270, 700, bytes.length - 1];
    expect(places.map((at) => verdictOf(bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))))).toEqual(
      places.map(() => 'denied'),
    );
  });
});

test('hwtrust opens no request of version 2 whose device info is in another order, whatever was signed', () => {
  const file = new URL('../hwtrust/factory_csr/v2_ed25519_valid.json', verdictsFolder);
  const { csr } = JSON.parse(readFileSync(file, 'utf8')) as { readonly csr: string };
  const [described, ...others] = decode(new Uint8Array(Buffer.from(csr, 'base64'))) as [[CborMap, Cbor], ...Cbor[]];
  const [info, unverified] = described;
  const decisionOn = (order: (fields: [Cbor, Cbor][]) => [Cbor, Cbor][]): string => {
    const bytes = encode([[new Map(order([...info])), unverified], ...others]);
    return formatDecision(decided({ bytes, options: defaultOptions }, hwtrust));
  };
  expect(decisionOn((fields) => fields)).toBe('degenerate');
  expect(decisionOn(([first, second, ...rest]) => [second, first, ...rest].filter((one) => one !== undefined))).toBe(
    'CSR-FORM',
  );
  expect(decisionOn((fields) => fields.toReversed())).toBe('CSR-FORM');
});

describe('OpenSSL, which was run', () => {
  const paths = heardOfPaths();

  test('has said something of 93 paths, and verifies them as hwtrust is said to here', () => {
    const otherwise = paths.filter(({ path, isAccepted }) => isSoundToOpenSsl(path) !== isAccepted);
    expect(otherwise.map(({ name }) => name)).toEqual([]);
    expect([paths.length, paths.filter(({ isAccepted }) => !isAccepted).length]).toEqual([93, 40]);
  });
});
