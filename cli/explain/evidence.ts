/** How a fault of a verifier reads: how the evidence is made, what is decided on it, and the evidence itself. */
import { evidenceFaults } from '../../mutants/evidence/all.ts';
import type { EvidenceCounterexample } from '../../mutants/evidence/file.ts';
import { bytesOf, decideWith } from '../../mutants/evidence/fault.ts';
import { appraise } from '../../properties/evidence/appraise.ts';
import { brokenBy, decisionOf, formatDecision } from '../../properties/evidence/decision.ts';
import { optionSets } from '../../search/evidence/option-sets.ts';
import { appraisers } from '../../spec/evidence/appraisers/all.ts';
import { outline } from './outline.ts';

/** A fault of a verifier, of evidence or of images, as it is shown. */
export interface VerifierReport {
  /** What is lost by the fault, and the mistake. */
  readonly title: string;
  readonly mistake: string;
  readonly known: string | undefined;
  /** The clause that the verifier with the fault breaks on this now. */
  readonly broken: string | undefined;
  /** How it is made, and what verifiers decide. */
  readonly lines: readonly string[];
  readonly details: readonly string[];
}

/** Judges it again, with the fault, as specified, and by the verifiers that are in use. */
export function reportEvidence(counterexample: EvidenceCounterexample): VerifierReport | string {
  const fault = evidenceFaults.find(({ id }) => id === counterexample.fault);
  const options = optionSets[counterexample.options];
  if (fault === undefined) return `no fault ${counterexample.fault} of a verifier`;
  if (options === undefined)
    return `no options ${counterexample.options}; there are ${Object.keys(optionSets).join(', ')}`;
  const bytes = bytesOf(counterexample);
  const specified = decisionOf(appraise(bytes, options));
  const decided = decideWith(fault, bytes, options);
  const rows = [
    ['with the fault', formatDecision(decided)],
    ['as specified', formatDecision(specified)],
    ...appraisers.map((one) => [one.name, formatDecision(decisionOf(appraise(bytes, options, one)))]),
  ] as const;
  const under = counterexample.options === 'default' ? [] : [`under the options “${counterexample.options}”`];
  return {
    title: fault.loses,
    mistake: fault.title,
    known: fault.known,
    broken: brokenBy(decided, specified),
    lines: [...counterexample.made, ...under, '', ...rows.map(([who = '', what]) => `${who.padEnd(16)}${what}`)],
    details: outline(bytes),
  };
}
