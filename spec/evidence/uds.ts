/** What vouches for the root key of a request: paths of X.509 certificates, by the names of who signs. */
import type { Check, Unasked } from './check.ts';
import { must } from './check.ts';
import type { Field, RequestFacts, UdsPathFacts } from './facts.ts';
import type { Options } from './options.ts';
import { ask, decide } from './verdict.ts';
import type { Inquiry, Verdict } from './verdict.ts';

const isGiven = (field: Field<unknown>): boolean => field.kind === 'given';

/** More than any path has. */
const longestPath = 16;

export const pathChecks: readonly Check<UdsPathFacts, Options>[] = [
  must('UDS-SIGNER-NAMED', 'a signer of certificates for the root key has no name', ({ signer }) => isGiven(signer)),
  must(
    'UDS-CERTIFICATES',
    'what vouches for the root key is no list of X.509 certificates in DER',
    (path) => path.isArray && path.areCertificates,
  ),
  must('UDS-PATH-LENGTH', 'more than 16 certificates vouch for the root key', ({ length }) => length <= longestPath),
  must('UDS-TWO-CERTIFICATES', 'fewer than two certificates vouch for the root key', ({ length }) => length >= 2),
  must(
    'UDS-KEY-KINDS',
    'a certificate for the root key has a key that is none of RSA, P-256, P-384 and Ed25519',
    ({ keysSupported }) => keysSupported,
  ),
  must(
    'UDS-ALGORITHMS',
    'a certificate for the root key names its algorithm with parameters that it does not have',
    ({ algorithmsPlain }) => algorithmsPlain,
  ),
  must(
    'UDS-PATH-EXACT',
    'the path from the leaf to the root is not exactly the certificates that were sent',
    ({ isPath }) => isPath,
  ),
  must(
    'UDS-ISSUERS',
    'a certificate for the root key is issued by one that may not issue it',
    ({ mayIssue }) => mayIssue,
  ),
  must(
    'UDS-NAME-CONSTRAINTS',
    'a certificate for the root key limits the names that may follow',
    ({ constrainsNames }) => !constrainsNames,
  ),
  must(
    'UDS-CRITICAL',
    'a certificate for the root key has a critical extension that is not acted upon',
    ({ otherCritical }) => otherCritical.length === 0,
  ),
  must(
    'UDS-SIGNATURES',
    'a certificate for the root key is not signed by the one before it',
    ({ verifies }) => verifies,
  ),
  must(
    'UDS-VALID',
    'a certificate for the root key is not valid at that time',
    ({ valid }, { at }) => at === undefined || (valid.from <= at && at <= valid.to),
  ),
  must('UDS-ROOT-KEY', 'the last certificate is not for the root key of the chain', (path) => path.isForRootKey),
];

export const udsChecks: readonly Check<RequestFacts, Options>[] = [
  must('UDS-MAP', 'the certificates for the root key are no map of signers', ({ udsCertsIsMap }) => udsCertsIsMap),
];

/** What is asked of every path; there may be no root key that they are for. */
export const inquirePaths = (paths: readonly UdsPathFacts[], options: Options): Inquiry => ({
  questions: paths.map((path, i) => ask(`certificates for the root key, path ${i}`, pathChecks, path, options)),
  sound: 'proper',
});

export const appraiseUds = (paths: readonly UdsPathFacts[], options: Options, unasked?: Unasked): Verdict =>
  decide(inquirePaths(paths, options), unasked);

/** What cannot be asked of paths alone. */
export const ofRootKey: Unasked = new Set(['UDS-ROOT-KEY']);
