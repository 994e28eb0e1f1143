/** When Secretkeeper gives out a secret: who asks, held against whoever stored it, as the policy between them has it. */
import { denied } from './verdict.ts';
import type { Verdict } from './verdict.ts';
import type { Check, Unasked } from './check.ts';
import { firstBroken, must } from './check.ts';
import { valueOf } from './entry.ts';
import type { ChainFacts, PayloadClaims } from './facts.ts';

/** The chain that the policy was made of, and that of whoever asks now. */
export interface PolicyFacts {
  readonly stored: ChainFacts;
  readonly asking: ChainFacts;
}

/** The security version of a certificate, if its descriptor has one that can be read. */
function versionOf({ configDescriptor }: PayloadClaims): bigint | undefined {
  const descriptor = valueOf(configDescriptor);
  const digits = descriptor?.isMap ? valueOf(descriptor.securityVersion) : undefined;
  return digits === undefined ? undefined : BigInt(digits);
}

/** Whether something holds between each certificate and the one at its place. */
const eachPair =
  (holds: (stored: PayloadClaims, asking: PayloadClaims) => boolean) =>
  ({ stored, asking }: PolicyFacts): boolean =>
    stored.entries.every(({ payload }, at) => {
      const other = asking.entries[at]?.payload;
      return other === undefined || holds(payload, other);
    });

const sameGiven = (claim: 'authorityHash' | 'mode'): ((stored: PayloadClaims, asking: PayloadClaims) => boolean) => {
  return (stored, asking) => {
    const value = valueOf<string | number>(stored[claim]);
    return value !== undefined && value === valueOf<string | number>(asking[claim]);
  };
};

export const policyChecks: readonly Check<PolicyFacts, undefined>[] = [
  must('POLICY-ROOT', 'the root key is another', ({ stored, asking }) => stored.rootKey.point === asking.rootKey.point),
  must(
    'POLICY-LENGTH',
    'the chain has more or fewer certificates',
    ({ stored, asking }) => stored.entries.length === asking.entries.length,
  ),
  must('POLICY-AUTHORITY', 'a certificate is of another authority', eachPair(sameGiven('authorityHash'))),
  must('POLICY-MODE', 'a stage is in another mode', eachPair(sameGiven('mode'))),
  must(
    'POLICY-VERSION',
    'a stage is of an older version',
    eachPair((stored, asking) => {
      const least = versionOf(stored);
      return least === undefined || (versionOf(asking) ?? -1n) >= least;
    }),
  ),
];

/** Whether the chain meets the policy of the other one. */
export function appraisePolicy(facts: PolicyFacts, unasked?: Unasked): Verdict {
  const broken = firstBroken(policyChecks, facts, undefined, unasked);
  return broken ? denied(broken) : { kind: 'proper' };
}
