/** Evidence from bytes to verdict: the model reads, the spec decides. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Appraiser } from '../../spec/evidence/appraiser.ts';
import { asSpecified, readingOf, requestSeenBy, seenBy, unaskedOf } from '../../spec/evidence/appraiser.ts';
import { inquireChain } from '../../spec/evidence/chain.ts';
import type { ChainFacts, EncodingFault } from '../../spec/evidence/facts.ts';
import type { Options } from '../../spec/evidence/options.ts';
import { inquireHandover, inquireRequest } from '../../spec/evidence/request.ts';
import { decide } from '../../spec/evidence/verdict.ts';
import type { Inquiry, Verdict } from '../../spec/evidence/verdict.ts';
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
  if (evidence.kind === 'unreadable') return evidence;
  const verdict = decide(inquire(evidence, options, appraiser), unaskedOf(appraiser));
  return { kind: evidence.kind, verdict, chain: chainOf(evidence) };
}

type Readable = Exclude<Evidence, { kind: 'unreadable' }>;

/** The chain in it; a handover need not have one. */
export const chainOf = (evidence: Readable): ChainFacts | undefined =>
  evidence.kind === 'chain' ? evidence.read.facts : evidence.read.facts.chain;

/** All that this appraiser asks of the evidence, as it sees it. */
export function inquire(evidence: Readable, options: Options, appraiser: Appraiser): Inquiry {
  switch (evidence.kind) {
    case 'chain':
      return inquireChain(seenBy(appraiser, evidence.read.facts), options);
    case 'handover': {
      const { facts } = evidence.read;
      return inquireHandover({ ...facts, chain: facts.chain && seenBy(appraiser, facts.chain) }, options);
    }
    case 'request':
      return inquireRequest(requestSeenBy(appraiser, evidence.read.facts), options, unaskedOf(appraiser));
  }
}

/** A verifier that leaves out what one clause demands. */
export const without = (...clauses: readonly ClauseId[]): Appraiser => ({
  ...asSpecified,
  departures: [{ description: `leaves ${clauses.join()} out`, grounds: 'run', unasked: clauses }],
});
