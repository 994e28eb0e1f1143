/** What holds of evidence of every kind, forged ones as well. */
import fc from 'fast-check';
import type { Cbor } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';
import { configFields } from '../../model/dice/labels.ts';
import { forgeChain, forgeRequestBytes } from '../../model/forge/chain.ts';
import type { Plan } from '../../model/forge/chain.ts';
import { soundEd25519Path, soundPath, soundRsaPath } from '../../model/forge/uds.ts';
import type { Options } from '../../spec/evidence/options.ts';
import { defaultOptions } from '../../spec/evidence/options.ts';
import { appraise } from './appraise.ts';
import { decisionOf } from './decision.ts';
import type { EvidenceLaw } from './law.ts';

/** What laws of any evidence are tried on. */
export interface EvidenceDraws {
  /** Evidence with whatever is wrong with it, the same with the claims of each certificate reversed, and options. */
  readonly reordered: fc.Arbitrary<{
    readonly bytes: Uint8Array;
    readonly reversed: Uint8Array;
    readonly options: Options;
  }>;
  /** Plans that are sound under the default options. */
  readonly soundPlans: fc.Arbitrary<Plan>;
}

/** Whether evidence is believed. */
export type Believes = (bytes: Uint8Array, options?: Options) => boolean;
const believes: Believes = (bytes, options = defaultOptions) =>
  decisionOf(appraise(bytes, options)).verdict !== 'denied';

/** Everything that a request may come with: what vouches for the root key, and a part that nobody vouches for. */
interface Form {
  readonly vouched: 'by nobody' | 'by ECDSA' | 'by Ed25519' | 'by RSA';
  readonly hasFifthPart: boolean;
}

const forms: fc.Arbitrary<Form> = fc.record({
  vouched: fc.constantFrom<Form['vouched']>('by nobody', 'by ECDSA', 'by Ed25519', 'by RSA'),
  hasFifthPart: fc.boolean(),
});

const signer = 'maker';
const fifthPart = new Map([['note', 'something']]);

const pathOf = (vouched: Form['vouched']): typeof soundPath =>
  vouched === 'by RSA' ? soundRsaPath : vouched === 'by ECDSA' ? soundPath : soundEd25519Path;

const formed = (plan: Plan, { vouched, hasFifthPart }: Form): Uint8Array =>
  forgeRequestBytes(plan, {
    ...(vouched !== 'by nobody' && {
      udsCerts: (key) => new Map([[signer, pathOf(vouched)(key)]]),
    }),
    ...(hasFifthPart && { request: (parts) => [...parts, fifthPart] }),
  });

/** Whether the byte is in the name of the signer, which is near the beginning, or in the fifth part, which is the end. */
function isFree(bytes: Uint8Array, { vouched, hasFifthPart }: Form, at: number): boolean {
  const name = encode([1, new Map([[signer, null]])]).length - 1;
  const inName = vouched !== 'by nobody' && at >= name - signer.length && at < name;
  return inName || (hasFifthPart && at >= bytes.length - encode(fifthPart).length);
}

const without = (fields: ReadonlyMap<Cbor, Cbor>, label: Cbor): ReadonlyMap<Cbor, Cbor> =>
  new Map([...fields].filter(([key]) => key !== label));

export const ofAnyEvidence = (
  { reordered, soundPlans }: EvidenceDraws,
  isBelieved: Believes = believes,
): readonly EvidenceLaw[] => [
  {
    kind: 'always',
    clause: 'ATTEST-ORDER-FREE',
    statement:
      'whatever else is wrong with evidence, it is believed in no other order of claims if it is not in this one',
    runs: 30,
    property: fc.property(
      reordered,
      ({ bytes, reversed, options }) => isBelieved(bytes, options) === isBelieved(reversed, options),
    ),
  },
  {
    kind: 'always',
    clause: 'ATTEST-EVERY-BYTE',
    statement:
      'a request of any form with one bit flipped is not believed, unless in an unprotected header, in the name of who vouches, or in the part that nobody vouches for',
    runs: 60,
    property: fc.property(soundPlans, forms, fc.nat(), fc.nat({ max: 7 }), (plan, form, place, bit) => {
      const bytes = formed(plan, form);
      const at = place % bytes.length;
      const flipped = bytes.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte));
      return isBelieved(bytes) && (!isBelieved(flipped) || bytes[at] === 0xa0 || isFree(bytes, form, at));
    }),
  },
  {
    kind: 'permitted',
    clause: 'ATTEST-UNSIGNED-PARTS',
    statement: 'whoever is named as vouching for the root key, and whatever the fifth part says, the request is proper',
    runs: 10,
    property: fc.property(soundPlans, fc.string(), fc.string(), (plan, name, note) =>
      isBelieved(
        forgeRequestBytes(plan, {
          udsCerts: (key) => new Map([[name, soundPath(key)]]),
          request: (parts) => [...parts, new Map([['note', note]])],
        }),
      ),
    ),
  },
  {
    kind: 'permitted',
    clause: 'DEVICE-INFO-UNLOCKED',
    statement: 'a request of a device with an unlocked bootloader and normal modes is proper',
    runs: 10,
    property: fc.property(soundPlans, (plan) =>
      isBelieved(
        forgeRequestBytes(plan, {
          deviceInfo: (fields) => new Map([...fields, ['bootloader_state', 'unlocked'], ['vb_state', 'orange']]),
        }),
      ),
    ),
  },
  {
    kind: 'permitted',
    clause: 'CHAIN-NAMELESS',
    statement: 'a request whose components have no names is proper',
    runs: 10,
    property: fc.property(soundPlans, (plan) => {
      const nameless = { descriptor: (fields: ReadonlyMap<Cbor, Cbor>) => without(fields, configFields.componentName) };
      const entries = Object.fromEntries(plan.kinds.map((_, at) => [at, nameless]));
      return isBelieved(forgeRequestBytes(plan, { chain: { entries } }));
    }),
  },
  {
    kind: 'always',
    clause: 'ATTEST-NO-SPLICE',
    statement: 'a request with the chain of another device is not believed',
    runs: 15,
    property: fc.property(soundPlans, (plan) => {
      const other: Plan = { ...plan, device: 'another device' };
      const spliced = forgeRequestBytes(plan, {
        request: ([version = null, vouched = null, _, signed = null]) => [version, vouched, forgeChain(other), signed],
      });
      return isBelieved(forgeRequestBytes(plan)) && !isBelieved(spliced);
    }),
  },
];
