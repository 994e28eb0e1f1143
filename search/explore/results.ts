/** What the last exhaustive searches came to, as it is kept beside the code. */
import type { ExhaustiveSuite } from '../scopes/exhaustive.ts';
import type { Explored } from './explore.ts';

export const worldsPath = 'search/explore/results.json';

/** A small world in which every call was made in every state, and nothing broke. */
export interface World {
  /** Profile and scope. */
  readonly world: string;
  readonly states: number;
  readonly calls: number;
  /** The clauses of which something was there that could have broken them. */
  readonly judged: readonly string[];
}

export const worldName = ({ profile, scope }: ExhaustiveSuite): string => `${profile.name}/${scope.name}`;

export const worldOf = (suite: ExhaustiveSuite, { states, calls, subjects }: Explored): World => ({
  world: worldName(suite),
  states,
  calls,
  judged: [...subjects]
    .filter(([, times]) => times > 0)
    .map(([clause]) => clause)
    .sort(),
});
