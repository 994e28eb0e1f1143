/** Evidence from bytes to verdict: the model reads, the spec decides. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Appraiser } from '../../spec/evidence/appraiser.ts';
import { asSpecified, readingOf, requestSeenBy, seenBy, unaskedOf } from '../../spec/evidence/appraiser.ts';
import { appraiseChain } from '../../spec/evidence/chain.ts';
import type { Verdict } from '../../spec/evidence/chain.ts';
import type { ChainFacts, EncodingFault } from '../../spec/evidence/facts.ts';
import type { Options } from '../../spec/evidence/options.ts';
import { appraiseHandover, appraiseRequest } from '../../spec/evidence/request.ts';
import { readEvidence } from '../../model/evidence/evidence.ts';
import type { Evidence } from '../../model/evidence/evidence.ts';

export type Appraisal =
  | { readonly kind: 'unreadable'; readonly fault: EncodingFault | undefined; readonly at: number }
  | {
      readonly kind: Exclude<Evidence['kind'], 'unreadable'>;
      readonly verdict: Verdict;
      readonly chain: ChainFacts | undefined;
    };

/** Whether the bytes are evidence, and whether it is believed by that appraiser. Never throws, whatever the bytes. */
export const appraise = (bytes: Uint8Array, options: Options, appraiser = asSpecified): Appraisal =>
  judge(readEvidence(bytes, readingOf(appraiser)), options, appraiser);

/** The same for evidence that was read already. */
export function judge(evidence: Evidence, options: Options, appraiser: Appraiser = asSpecified): Appraisal {
  const unasked = unaskedOf(appraiser);
  switch (evidence.kind) {
    case 'unreadable':
      return evidence;
    case 'chain': {
      const { facts: chain } = evidence.read;
      return { kind: 'chain', verdict: appraiseChain(seenBy(appraiser, chain), options, unasked), chain };
    }
    case 'handover': {
      const { facts } = evidence.read;
      const seen = { ...facts, chain: facts.chain && seenBy(appraiser, facts.chain) };
      return { kind: 'handover', verdict: appraiseHandover(seen, options, unasked), chain: facts.chain };
    }
    case 'request': {
      const { facts } = evidence.read;
      const seen = requestSeenBy(appraiser, facts);
      return { kind: 'request', verdict: appraiseRequest(seen, options, unasked), chain: facts.chain };
    }
  }
}

/** A verifier that leaves out what one clause demands. */
export const without = (...clauses: readonly ClauseId[]): Appraiser => ({
  ...asSpecified,
  departures: [{ description: `leaves ${clauses.join()} out`, grounds: 'run', unasked: clauses }],
});
