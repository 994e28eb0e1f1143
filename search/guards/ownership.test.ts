import { expect, test } from 'vitest';
import { allProperties } from '../../properties/chapters.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { explore } from '../explore/explore.ts';
import { pages } from '../scopes/linux.ts';

/** What is lost first where a donation does not ask one thing, by these laws alone. */
function lostWithout(clause: ClauseId, laws: readonly ClauseId[]): string | undefined {
  const system = new TransitionSystem(linux73, pages.config, { call: 'donate_guest', clause });
  const judged = allProperties(system).filter((one) => laws.includes(one.clause));
  return explore(system, pages, judged, { states: 2000, depth: 2 }).found?.violation.property.loss;
}

test.each([
  ['DONATE-OWNED', ['MEM-ONE-OWNER', 'MEM-OWNED'], 'a page has two owners'],
  ['DONATE-OWNED', ['MEM-OWNED'], undefined],
  ['DONATE-FREE', ['MEM-ONE-OWNER', 'MEM-OWNED'], 'a page has no owner'],
  ['DONATE-FREE', ['MEM-ONE-OWNER'], undefined],
] as const)('without %s, judged by %j: %s', (clause, laws, loss) => {
  expect(lostWithout(clause, laws)).toBe(loss);
});
