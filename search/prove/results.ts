/** What the last runs of the proofs came to, as they are kept beside the code. */
export const resultsPath = 'search/prove/results.json';
export const guardsPath = 'search/prove/guards.json';

export interface ProofResult {
  readonly profile: string;
  readonly calls: number;
  readonly conditions: number;
  /** Conditions whose opposite both solvers say is impossible. */
  readonly proved: number;
}
