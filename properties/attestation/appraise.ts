/** Evidence from bytes to verdict: the model reads, the spec decides. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { appraiseChain } from '../../spec/attestation/chain.ts';
import type { Verdict } from '../../spec/attestation/chain.ts';
import type { ChainFacts, EncodingFault } from '../../spec/attestation/facts.ts';
import type { Options } from '../../spec/attestation/options.ts';
import { appraiseHandover, appraiseRequest } from '../../spec/attestation/request.ts';
import { readEvidence } from '../../model/attestation/evidence.ts';
import type { Evidence } from '../../model/attestation/evidence.ts';

export type Appraisal =
  | { readonly kind: 'unreadable'; readonly fault: EncodingFault | undefined; readonly at: number }
  | {
      readonly kind: Exclude<Evidence['kind'], 'unreadable'>;
      readonly verdict: Verdict;
      readonly chain: ChainFacts | undefined;
    };

/**
 * Whether the bytes are evidence, and whether it is believed; `without` leaves the checks of one clause out. Never
 * throws, whatever the bytes.
 */
export const appraise = (bytes: Uint8Array, options: Options, without?: ClauseId): Appraisal =>
  judge(readEvidence(bytes), options, without);

/** The same for evidence that was read already. */
export function judge(evidence: Evidence, options: Options, without?: ClauseId): Appraisal {
  switch (evidence.kind) {
    case 'unreadable':
      return evidence;
    case 'chain': {
      const { facts } = evidence.read;
      return { kind: 'chain', verdict: appraiseChain(facts, options, without), chain: facts };
    }
    case 'handover': {
      const { facts } = evidence.read;
      return { kind: 'handover', verdict: appraiseHandover(facts, options, without), chain: facts.chain };
    }
    case 'request': {
      const { facts } = evidence.read;
      return { kind: 'request', verdict: appraiseRequest(facts, options, without), chain: facts.chain };
    }
  }
}
