/** What is known of a law that a mistake in the rules breaks. */

/** By what a law is known. */
export const nameOfLaw = ({ clause, statement }: { readonly clause: string; readonly statement: string }): string =>
  `${clause} › ${statement}`;

/** The mistake, and where it was seen. */
export interface Breaker {
  readonly profile: string;
  readonly scope: string;
  readonly mistake: string;
}

export type Breakers = ReadonlyMap<string, Breaker>;
