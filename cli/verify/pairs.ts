/** Pairs of guards that fail together: which of them a run has seen, and a short search for those that it has not. */
import { seedFor } from '../../search/engine/seeds.ts';
import { pairsSeen } from '../../search/judge/pairs.ts';
import type { PairsSeen } from '../../search/judge/pairs.ts';
import type { Campaign } from '../../search/rules/campaign.ts';
import { againWhole } from './result.ts';
import type { ProfileCoverage, SuiteViolation, VerifyOptions } from './result.ts';
import { coverageOf } from './rules.ts';
import type { Covered, Pursued } from './rules.ts';
import { campaignOf, violationOf } from './scope.ts';

export const pairsOf = (coverage: readonly ProfileCoverage[]): readonly PairsSeen[] =>
  coverage
    .map(({ profile, calls }) => pairsSeen(profile, calls))
    .filter(({ seen, unseen }) => seen.length + unseen.length > 0);

/** The pursuit is a tenth of the run, and no more than so many sequences in each scope. */
const mostRuns = 100;

/** Sequences that are directed at what they have not met yet, where a profile has pairs that this run has not seen. */
export async function pursuePairs(
  covered: readonly Covered[],
  options: VerifyOptions,
  stopped: () => boolean,
): Promise<Pursued> {
  const unseen = pairsOf(coverageOf(covered)).filter((one) => one.unseen.length > 0);
  const wanted = new Set(unseen.map(({ profile }) => profile));
  const campaigns: Campaign[] = [];
  const violations: SuiteViolation[] = [];
  for (const { suite, coverage } of covered) {
    if (!wanted.has(suite.profile.name) || stopped()) continue;
    const campaign = campaignOf(suite, options.clause, [], { goals: true });
    const seed = seedFor(options.seed, `pairs of ${campaign.name}`);
    const runs = Math.min(mostRuns, Math.ceil(options.runs / 10));
    const { minimized } = await campaign.run({ seed, runs, stopped });
    campaigns.push(campaign);
    coverage.merge(campaign.coverage);
    if (minimized) violations.push(violationOf(suite, minimized, { again: againWhole(options) }));
  }
  return { campaigns, violations };
}
