/** A piece of evidence that was judged: what it holds, what was asked of it, and what came of it. */
import type { Appraisal } from '../../properties/evidence/appraise.ts';
import { clauses } from '../../spec/clauses.generated.ts';
import type { Unasked } from '../../spec/evidence/check.ts';
import type { Inquiry, Verdict } from '../../spec/evidence/verdict.ts';
import { exitStatus } from '../output.ts';

export interface Judged {
  /** The file, and the number of the record in it where there may be several. */
  readonly name: string;
  readonly kind: string;
  /** None for a policy that is well-formed, and for what cannot be read. */
  readonly verdict: Verdict | undefined;
  readonly words: string;
  /** What it holds: rows of cells, the first of which is the heading; then what is said in lines. */
  readonly tables: readonly (readonly (readonly string[])[])[];
  readonly notes: readonly string[];
  /** What was asked, and what the verifier never asks. */
  readonly asked: readonly { readonly inquiry: Inquiry; readonly unasked?: Unasked }[];
  /** What each verifier decides on it; they judge nothing but chains and what has one. */
  readonly decisions?: () => readonly Decision[];
  /** What `--json` writes of it, besides its name. */
  readonly json: Readonly<Record<string, unknown>> & { readonly kind: string; readonly verdict?: Verdict | null };
}

export interface Decision {
  readonly verifier: string;
  /** It is the one by which the evidence was judged. */
  readonly isAsked: boolean;
  readonly appraisal: Appraisal;
}

export function statusOf({ kind, verdict }: Judged): number {
  if (kind === 'unreadable') return exitStatus.usage;
  return verdict?.kind === 'denied' ? exitStatus.violated : exitStatus.holds;
}

/** The verdict in one line. */
export function formatDenial(verdict: Verdict): string {
  if (verdict.kind !== 'denied') return verdict.kind;
  const { entry, reason } = verdict;
  return `denied${entry === undefined ? '' : ` at entry ${entry}`}: ${reason}`;
}

/** The same, and the clause that denies it. */
export const formatVerdict = (verdict: Verdict): string =>
  verdict.kind === 'denied'
    ? `${formatDenial(verdict)}\n  ${verdict.clause}: ${clauses[verdict.clause].text}`
    : formatDenial(verdict);

export const formatFault = ({ fault, at }: Pick<Extract<Appraisal, { kind: 'unreadable' }>, 'fault' | 'at'>): string =>
  fault === undefined ? 'it is no chain, handover or request' : `not CBOR as evidence has it: ${fault} at byte ${at}`;
