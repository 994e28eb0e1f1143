/** What the last runs of the proofs came to, as they are kept beside the code. */
import type { GuardPart } from './guards.ts';

export const resultsPath = 'search/prove/results.json';
export const guardsPath = 'search/prove/guards.json';

export interface ProofResult {
  readonly profile: string;
  readonly calls: number;
  readonly conditions: number;
  /** Conditions whose opposite both solvers say is impossible. */
  readonly proved: number;
  /** Of all that was asked: other rules or laws ask something else. */
  readonly asked: string;
}

/** What each guard of a profile is to the laws: by profile. */
export type GuardResults = Readonly<Record<string, readonly GuardPart[]>>;
