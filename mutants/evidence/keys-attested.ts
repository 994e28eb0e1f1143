/** Mistakes of verifiers of key attestations, each with the clause that it breaks. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { appraiseKey } from '../../spec/evidence/key.ts';
import type { KeyCertificateFacts } from '../../spec/evidence/key.ts';
import { readKeyCertificate } from '../../model/evidence/key-certificate.ts';
import type { KeyVerifier } from '../../properties/evidence/keys-attested.ts';
import { seeing } from '../../properties/evidence/keys-attested.ts';

export interface KeyFault {
  readonly id: string;
  /** The mistake. */
  readonly title: string;
  /** The law that shows it. */
  readonly breaks: ClauseId;
  readonly verify: KeyVerifier;
}

const unasked =
  (...clauses: readonly ClauseId[]): KeyVerifier =>
  (path, policy) =>
    appraiseKey(readKeyCertificate(path), policy, new Set(clauses));

type Described = NonNullable<KeyCertificateFacts['described']>;
const inDescription = (sees: (described: Described) => Described): KeyVerifier =>
  seeing((facts) => (facts.described === undefined ? facts : { ...facts, described: sees(facts.described) }));
const inTrust = (sees: (trust: NonNullable<Described['rootOfTrust']>) => Described['rootOfTrust']): KeyVerifier =>
  inDescription((described) => ({ ...described, rootOfTrust: described.rootOfTrust && sees(described.rootOfTrust) }));

export const keyFaults: readonly KeyFault[] = [
  {
    id: 'path-unverified',
    title: 'signatures along the path are not verified',
    breaks: 'KEY-ATTEST-SIGNED',
    verify: unasked('KEY-ATTEST-SIGNED'),
  },
  {
    id: 'lock-unasked',
    title: 'the boot state is asked and the lock is not',
    breaks: 'KEY-ATTEST-LOCKED',
    verify: unasked('KEY-ATTEST-LOCKED'),
  },
  {
    id: 'state-unasked',
    title: 'the lock is asked and the boot state is not',
    breaks: 'KEY-ATTEST-LOCKED',
    verify: unasked('KEY-ATTEST-VERIFIED', 'KEY-ATTEST-OWNER'),
  },
  {
    id: 'yellow-taken-for-green',
    title: 'a system that its owner has signed passes for that of the vendor',
    breaks: 'DEVICE-ATTESTED',
    verify: inTrust((trust) => (trust.state === 'SelfSigned' ? { ...trust, state: 'Verified' } : trust)),
  },
  {
    id: 'red-taken-for-orange',
    title: 'states are compared with Unverified alone',
    breaks: 'KEY-ATTEST-LOCKED',
    verify: inTrust((trust) => (trust.state === 'Failed' ? { ...trust, state: 'Verified' } : trust)),
  },
  {
    id: 'strongbox-unknown',
    title: 'only the trusted execution environment is taken',
    breaks: 'KEY-ATTEST-LOCKED',
    verify: inDescription((described) => ({
      ...described,
      level: described.level === 'StrongBox' ? 'Software' : described.level,
    })),
  },
  {
    id: 'level-of-the-key-alone',
    title: 'the level of the key is asked, and not that of the statement',
    breaks: 'KEY-ATTEST-LOCKED',
    verify: inDescription((described) => ({ ...described, level: described.keyMintLevel })),
  },
  {
    id: 'challenge-by-its-beginning',
    title: 'a challenge counts by as much of it as there is',
    breaks: 'KEY-ATTEST-CHALLENGE',
    verify: (path, policy) => {
      const facts = readKeyCertificate(path);
      const { challenge = '' } = policy;
      const given = facts.described?.challenge ?? '';
      const length = Math.min(given.length, challenge.length);
      return appraiseKey(facts, {
        ...policy,
        challenge: given.slice(0, length) === challenge.slice(0, length) ? given : challenge,
      });
    },
  },
];
