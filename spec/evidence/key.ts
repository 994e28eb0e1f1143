/** When a relying party believes the certificate of a key of Android's Keystore: what it knows of it, and what it asks. */
import type { Check, Unasked } from './check.ts';
import { must } from './check.ts';
import { ask, decide } from './verdict.ts';
import type { Inquiry, Verdict } from './verdict.ts';

export type SecurityLevel = 'Software' | 'TrustedEnvironment' | 'StrongBox';
/** Green, yellow, orange and red. */
export const bootStates = ['Verified', 'SelfSigned', 'Unverified', 'Failed'] as const;

/** What the bootloader has told KeyMint. Byte strings are hexadecimal digits. */
export interface RootOfTrustFacts {
  readonly bootKey: string;
  readonly isLocked: boolean;
  readonly state: (typeof bootStates)[number];
  readonly bootHash?: string;
}

/** A path of certificates, from that of the key to a root. */
export interface KeyCertificateFacts {
  /** Two X.509 certificates or more, in DER. */
  readonly isReadable: boolean;
  /** The public key of the root, with its algorithm. */
  readonly rootKey: string;
  readonly serials: readonly string[];
  /** From when to when all are valid, in milliseconds since 1970. */
  readonly valid: { readonly from: number; readonly to: number };
  readonly isSigned: boolean;
  /** Each but the first may issue certificates. */
  readonly mayIssue: boolean;
  /** None but the first describes a key. */
  readonly describesOnce: boolean;
  /** What the first says, if it says that in DER. */
  readonly described:
    | {
        readonly version: number;
        readonly level: SecurityLevel;
        readonly keyMintLevel: SecurityLevel;
        readonly challenge: string;
        readonly rootOfTrust: RootOfTrustFacts | undefined;
      }
    | undefined;
}

export interface KeyPolicy {
  readonly rootKeys: readonly string[];
  /** Serial numbers that were taken back. */
  readonly revoked: readonly string[];
  /** Undefined passes times over. */
  readonly at?: number;
  /** Undefined where freshness is nobody's concern. */
  readonly challenge?: string;
  /** Keys of systems that their owners have signed, and that are as good as the vendor's. */
  readonly bootKeys: readonly string[];
}

const versions = [1, 2, 3, 4, 100, 200, 300, 400];
/** The first version in which a root of trust has the hash of what was booted. */
const withHash = 3;
const isHardware = (level: SecurityLevel | undefined): boolean =>
  level === 'TrustedEnvironment' || level === 'StrongBox';
const stateOf = ({ described }: KeyCertificateFacts) => described?.rootOfTrust?.state;

export const keyChecks: readonly Check<KeyCertificateFacts, KeyPolicy>[] = [
  must('KEY-ATTEST-FORM', 'it is no path of X.509 certificates', (one) => one.isReadable),
  must('KEY-ATTEST-ROOT', 'the path ends in another root', (one, { rootKeys }) => rootKeys.includes(one.rootKey)),
  must('KEY-ATTEST-REVOKED', 'a certificate was revoked', ({ serials }, { revoked }) =>
    serials.every((serial) => !revoked.includes(serial)),
  ),
  must(
    'KEY-ATTEST-CURRENT',
    'a certificate has expired, or is not valid yet',
    ({ valid }, { at }) => at === undefined || (valid.from <= at && at <= valid.to),
  ),
  must('KEY-ATTEST-SIGNED', 'a certificate is not signed with the key of the next', (one) => one.isSigned),
  must('KEY-ATTEST-ISSUERS', 'a certificate was issued by one that may issue none', (one) => one.mayIssue),
  must('KEY-ATTEST-ONCE', 'a certificate that issues others describes a key itself', (one) => one.describesOnce),
  must('KEY-ATTEST-EXTENSION', 'the certificate describes no key, or not in DER', (one) => one.described !== undefined),
  must('KEY-ATTEST-VERSION', 'the version is unknown', ({ described }) => versions.includes(described?.version ?? -1)),
  must('KEY-ATTEST-LEVEL', 'software made the key, or the statement', ({ described }) =>
    [described?.level, described?.keyMintLevel].every(isHardware),
  ),
  must(
    'KEY-ATTEST-CHALLENGE',
    'it is for another challenge',
    ({ described }, { challenge }) => challenge === undefined || described?.challenge === challenge,
  ),
  must('KEY-ATTEST-TRUST', 'nothing is said of the device', ({ described }) => described?.rootOfTrust !== undefined),
  must('KEY-ATTEST-HASH', 'it is not said what was booted', ({ described }) => {
    const hash = described?.rootOfTrust?.bootHash;
    return (described?.version ?? 0) < withHash || /^[0-9a-f]{64}$/.test(hash ?? '');
  }),
  must('KEY-ATTEST-LOCKED', 'the device is unlocked', ({ described }) => described?.rootOfTrust?.isLocked === true),
  must('KEY-ATTEST-VERIFIED', 'the system was not verified', (one) =>
    ['Verified', 'SelfSigned'].includes(stateOf(one) ?? ''),
  ),
  must(
    'KEY-ATTEST-OWNER',
    'the system is signed with a key that nobody vouches for',
    (one, { bootKeys }) =>
      stateOf(one) !== 'SelfSigned' || bootKeys.includes(one.described?.rootOfTrust?.bootKey ?? ''),
  ),
];

export const inquireKey = (facts: KeyCertificateFacts, policy: KeyPolicy): Inquiry => ({
  questions: [ask('the path of certificates, and the key that it describes', keyChecks, facts, policy)],
  sound: 'proper',
});

export const appraiseKey = (facts: KeyCertificateFacts, policy: KeyPolicy, unasked?: Unasked): Verdict =>
  decide(inquireKey(facts, policy), unasked);
