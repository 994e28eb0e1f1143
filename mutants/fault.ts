/** Named faults: mistakes of one place, most of which were real, that the generators have to find. */
import type { ClauseId } from '../spec/clauses.generated.ts';

export interface NamedFault {
  readonly id: string;
  /** The mistake. */
  readonly title: string;
  /** What is lost by it: the title of its counterexample, and the second half of that file's name. */
  readonly loses: string;
  /** The clauses of which one breaks. */
  readonly clauses: readonly ClauseId[];
  /** Where it was real: a CVE, commits, or who still does so; nothing where it is made up. */
  readonly known?: string;
  /** What the attacker does, what is lost, where it happened. */
  readonly story: string;
}

/** A fault that drawn sequences have shown. */
export interface Caught<C> {
  /** Sequences drawn until then. */
  readonly runs: number;
  /** Calls of the one that showed it. */
  readonly found: number;
  /** The shortest and simplest form of that one. */
  readonly shrunk: () => Promise<C>;
}
