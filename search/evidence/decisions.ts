/**
 * Where this specification is stricter than the standards by a decision of its own, and believing would give an attacker
 * nothing: a verifier that believes is no worse for it.
 */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Appraiser, Departure } from '../../spec/evidence/appraiser.ts';
import type { RequestFacts } from '../../spec/evidence/facts.ts';

interface Decision extends Departure {
  readonly clause: ClauseId;
  readonly why: string;
}

/** Extensions of RFC 5280 that a verifier may know and act upon. */
const isOfRfc5280 = (id: string): boolean => /^2\.5\.29\.\d+$/.test(id);

const withoutKnown = (request: RequestFacts): RequestFacts => ({
  ...request,
  udsPaths: request.udsPaths.map((path) => ({
    ...path,
    constrainsNames: false,
    otherCritical: path.otherCritical.filter((id) => !isOfRfc5280(id)),
  })),
});

export const decisions: readonly Decision[] = [
  {
    clause: 'CBOR-SHORTEST',
    description: 'numbers and lengths may take more bytes than they need',
    why: 'RFC 8949 lets a number take more bytes than it needs, and so does Android (R-SHORTEST).',
    grounds: 'run',
    reading: { longNumbers: true },
  },
  {
    clause: 'CBOR-WHOLE',
    description: 'bytes may follow a request or a handover',
    why: 'Android ignores bytes after a request, and pvmfw those after a handover (R-HANDOVER-TRAILING).',
    grounds: 'run',
    reading: { trailing: ['request', 'handover'] },
  },
  {
    clause: 'UDS-NAME-CONSTRAINTS',
    description: 'a certificate may limit the names that follow',
    why: 'RFC 5280 has name constraints, which a verifier may evaluate (R-UDS-PATHS).',
    grounds: 'read',
    seesRequest: withoutKnown,
  },
  {
    clause: 'UDS-CRITICAL',
    description: 'a critical extension may be any that RFC 5280 defines',
    why: 'RFC 5280 has more critical extensions, which a verifier may act upon (R-UDS-PATHS).',
    grounds: 'read',
    seesRequest: withoutKnown,
  },
];

/** A verifier that has made none of these decisions. */
export const undecided: Appraiser = {
  name: 'undecided',
  description: 'The checks without the decisions that go beyond the standards.',
  departures: decisions,
};
