/** When a relying party believes the certificate of a VM: what it knows of it, and what it asks. */
import { denied } from './verdict.ts';
import type { Verdict } from './verdict.ts';
import type { Check, Unasked } from './check.ts';
import { firstBroken, must } from './check.ts';

interface ComponentFacts {
  readonly name: string;
  readonly version: bigint;
  readonly authorityHash: string;
}

/** A path of certificates, from a root to that of a VM. Byte strings are hexadecimal digits. */
export interface VmCertificateFacts {
  /** X.509 certificates in DER, and what the last one attests, in DER too. */
  readonly isReadable: boolean;
  readonly root: string;
  readonly serials: readonly string[];
  /** From when to when all are valid, in milliseconds since 1970. */
  readonly valid: { readonly from: number; readonly to: number };
  readonly isSigned: boolean;
  /** Each but the last may issue certificates, and none but the last attests anything. */
  readonly isDirect: boolean;
  readonly challenge: string;
  readonly isSecure: boolean;
  readonly components: readonly ComponentFacts[];
}

/** What a relying party demands in a session. */
export interface Policy {
  /** The root that it trusts, and serial numbers that were taken back. */
  readonly root: string;
  readonly revoked: readonly string[];
  readonly at: number;
  readonly challenge: string;
  /** No certificate was accepted for that challenge before. */
  readonly isUnused: boolean;
  /** Each component by its name: who has signed it, and the least version. */
  readonly components: readonly ComponentFacts[];
}

const expected = (facts: VmCertificateFacts, { components }: Policy) =>
  components.map((wanted) => ({ wanted, found: facts.components.find(({ name }) => name === wanted.name) }));

export const relyingChecks: readonly Check<VmCertificateFacts, Policy>[] = [
  must('RELY-FORM', 'it is no path of certificates whose last attests a VM', (one) => one.isReadable),
  must('RELY-ROOT', 'the path begins with another root', ({ root }, policy) => root === policy.root),
  must(
    'RELY-CURRENT',
    'a certificate has expired, or was revoked',
    ({ valid, serials }, { at, revoked }) =>
      valid.from <= at && at <= valid.to && !serials.some((serial) => revoked.includes(serial)),
  ),
  must('RELY-SIGNED', 'a certificate is not signed with the key before it', (one) => one.isSigned),
  must('RELY-DIRECT', 'a certificate was issued by one that may issue none', (one) => one.isDirect),
  must('RELY-CHALLENGE', 'it is for another challenge', (one, { challenge }) => one.challenge === challenge),
  must('RELY-ONCE', 'the challenge has been used', (_, { isUnused }) => isUnused),
  must('RELY-SECURE', 'a stage is not in normal mode', (one) => one.isSecure),
  must('RELY-SIGNERS', 'a component is of another signer', (one, policy) =>
    expected(one, policy).every(
      ({ wanted, found }) => found === undefined || found.authorityHash === wanted.authorityHash,
    ),
  ),
  must('RELY-VERSIONS', 'a component is too old', (one, policy) =>
    expected(one, policy).every(({ wanted, found }) => found === undefined || found.version >= wanted.version),
  ),
  must('RELY-NO-OTHERS', 'the components are not each of the expected once', (one, policy) => {
    const names = one.components.map(({ name }) => name).sort();
    const wanted = policy.components.map(({ name }) => name).sort();
    return names.length === wanted.length && names.every((name, at) => name === wanted[at]);
  }),
];

export function appraiseCertificate(facts: VmCertificateFacts, policy: Policy, unasked?: Unasked): Verdict {
  const broken = firstBroken(relyingChecks, facts, policy, unasked);
  return broken ? denied(broken) : { kind: 'proper' };
}
