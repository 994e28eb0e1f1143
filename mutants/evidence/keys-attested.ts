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
  /** What is lost by it, in a few words. */
  readonly loses: string;
  /** What the attestation is of, and what that is worth to an attacker. */
  readonly story: string;
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
    loses: 'a key that an attacker holds is taken for one of a secure device',
    story:
      'The attacker writes a certificate for a key of his own, with whatever he likes about the device in it, and puts the genuine certificates of any phone behind it. The root is the right one, and nobody asks whether it has signed anything. Whatever is encrypted to the key is his.',
    breaks: 'KEY-ATTEST-SIGNED',
    verify: unasked('KEY-ATTEST-SIGNED'),
  },
  {
    id: 'lock-unasked',
    title: 'the boot state is asked and the lock is not',
    loses: 'a device whose bootloader is unlocked passes for a locked one',
    story:
      "The bootloader is unlocked and still says green, as a device does whose system is the vendor's at this boot. Its owner, or a thief, installs any system at the next one, and it has the same keys: what the relying party entrusts to the device is readable then.",
    breaks: 'KEY-ATTEST-LOCKED',
    verify: unasked('KEY-ATTEST-LOCKED'),
  },
  {
    id: 'state-unasked',
    title: 'the lock is asked and the boot state is not',
    loses: 'a locked device with a system that nobody knows passes for a genuine one',
    story:
      'The device is locked, and its system is signed by a key that somebody has enrolled. That somebody wrote the system, and reads everything that is entrusted to an app in it.',
    breaks: 'KEY-ATTEST-LOCKED',
    verify: unasked('KEY-ATTEST-VERIFIED', 'KEY-ATTEST-OWNER'),
  },
  {
    id: 'yellow-taken-for-green',
    title: 'a system that its owner has signed passes for that of the vendor',
    loses: 'a system that somebody else has signed passes for that of the vendor',
    story:
      "A locked device says yellow: its system is signed, but with a key that was enrolled on the device. An attacker who had the device for some minutes enrolled his, and his system attests as if it were the vendor's.",
    breaks: 'DEVICE-ATTESTED',
    verify: inTrust((trust) => (trust.state === 'SelfSigned' ? { ...trust, state: 'Verified' } : trust)),
  },
  {
    id: 'red-taken-for-orange',
    title: 'states are compared with Unverified alone',
    loses: 'a system that has failed verification passes for a verified one',
    story:
      'Verified boot has failed, and the device says so. A verifier that refuses only what is called unverified takes the word that it does not expect for a good one, and believes keys under a system that somebody has changed.',
    breaks: 'KEY-ATTEST-LOCKED',
    verify: inTrust((trust) => (trust.state === 'Failed' ? { ...trust, state: 'Verified' } : trust)),
  },
  {
    id: 'strongbox-unknown',
    title: 'only the trusted execution environment is taken',
    loses: 'keys in the best hardware are refused',
    story:
      'The statement comes from a StrongBox, a chip of its own. A verifier that knows the trusted execution environment alone refuses the strongest evidence that there is. No attacker is let in; whoever then allows weaker evidence lets one in.',
    breaks: 'KEY-ATTEST-LOCKED',
    verify: inDescription((described) => ({
      ...described,
      level: described.level === 'StrongBox' ? 'Software' : described.level,
    })),
  },
  {
    id: 'level-of-the-key-alone',
    title: 'the level of the key is asked, and not that of the statement',
    loses: 'software vouches for a key that is said to be in hardware',
    story:
      'Hardware is said to hold the key, and it is software of the device that says so. An attacker who controls the system makes that statement for a key that he holds himself, in a file.',
    breaks: 'KEY-ATTEST-LOCKED',
    verify: inDescription((described) => ({ ...described, level: described.keyMintLevel })),
  },
  {
    id: 'challenge-by-its-beginning',
    title: 'a challenge counts by as much of it as there is',
    loses: 'an attestation without a challenge answers every challenge',
    story:
      'The attestation has an empty challenge, and the verifier compares as many bytes as there are, which is none. An attacker keeps an attestation that a device made when it was still sound, and shows it for ever.',
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
