/** What the last run of the proofs came to, as it is kept beside the code. */
export const resultsPath = 'search/prove/results.json';

export interface ProofResult {
  readonly profile: string;
  readonly calls: number;
  readonly conditions: number;
  /** Conditions whose opposite both solvers say is impossible. */
  readonly proved: number;
}
