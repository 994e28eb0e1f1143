/** What holds of evidence of every kind, forged ones as well. */
import fc from 'fast-check';
import { forgeChain, forgeRequestBytes } from '../../model/forge/chain.ts';
import type { Plan } from '../../model/forge/chain.ts';
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
    statement: 'a request with one bit flipped is not believed, unless in an unprotected header',
    runs: 30,
    property: fc.property(soundPlans, fc.nat(), fc.nat({ max: 7 }), (plan, place, bit) => {
      const bytes = forgeRequestBytes(plan);
      const at = place % bytes.length;
      const flipped = bytes.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte));
      return !isBelieved(flipped) || bytes[at] === 0xa0;
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
