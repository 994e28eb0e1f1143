/** One scope of a run: its campaign, and where a clause breaks, another without it, so that one run tells all that break. */
import { allProperties } from '../../properties/chapters.ts';
import { isLaw } from '../../properties/property.ts';
import type { Property } from '../../properties/property.ts';
import { seedFor } from '../../search/engine/seeds.ts';
import { callsOf } from '../../search/judge/counterexample.ts';
import { Campaign } from '../../search/rules/campaign.ts';
import type { CampaignOptions } from '../../search/rules/campaign.ts';
import type { Suite } from '../../search/scopes/suite.ts';
import type { Call } from '../../spec/transition-system.ts';
import { knownSequences } from '../counterexamples.ts';
import { againAt, againWhole, limitsOf } from './result.ts';
import type { SuiteViolation, VerifyOptions } from './result.ts';

/** Calls in one sequence. */
const sequenceLength = 300;

/** The properties of one clause or of all, but for those of clauses that are left out. */
export function campaignOf(suite: Suite, clause: string | undefined, leftOut: readonly string[] = []): Campaign {
  const isJudged = (property: Property): boolean =>
    (clause === undefined || property.clause === clause) && !leftOut.includes(property.clause);
  return new Campaign(suite, (system) => allProperties(system).filter(isJudged), sequenceLength);
}

/** The committed counterexamples of a scope: what breaks it without some rule must break nothing with all of them. */
const corpusFor = ({ system, suite }: Campaign): readonly (readonly Call[])[] =>
  knownSequences()
    .filter(({ profile, scope }) => profile === suite.profile.name && scope === suite.scope.name)
    .map((known) => callsOf(system, known));

/** What has come of a chapter so far. */
export interface Made {
  readonly campaigns: Campaign[];
  readonly violations: SuiteViolation[];
}

type Watched = Pick<CampaignOptions, 'stopped' | 'progress'>;

/** Adds to what was made; true if the time was up before all runs were made. */
export async function breakAll(
  planned: Campaign,
  options: VerifyOptions,
  seconds: number | undefined,
  { campaigns, violations }: Made,
  watched: Watched,
): Promise<boolean> {
  const begun = performance.now();
  const elapsed = (): number => (performance.now() - begun) / 1000;
  const leftOut: string[] = [];
  for (let campaign = planned; ;) {
    campaigns.push(campaign);
    const drawn = { seed: seedFor(options.seed, campaign.name), corpus: corpusFor(campaign) };
    const limits = limitsOf(options, seconds === undefined ? undefined : seconds - elapsed());
    const { minimized, report } = await campaign.run({ ...drawn, ...limits, ...watched });
    if (minimized === undefined) return watched.stopped?.() !== true && campaign.runs < options.runs;
    const { suite, name: check } = campaign;
    const { clause } = minimized.violation.property;
    // A guard that must not refuse and does breaks its clause by itself, and cannot be left out.
    const isOwn = !campaign.properties.some((property) => property.clause === clause);
    const found = {
      suite,
      check,
      minimized,
      report,
      again: leftOut.length === 0 ? againAt(check, options, minimized.path) : againWhole(options),
    };
    const alone = leftOut.length === 0 ? {} : await foundAlone(campaign, clause, options, drawn);
    violations.push({ ...found, ...alone, seconds: elapsed() });
    leftOut.push(clause);
    campaign = campaignOf(suite, options.clause, leftOut);
    const isOver = options.path !== undefined || elapsed() >= (seconds ?? Infinity) || watched.stopped?.() === true;
    if (isOver || isOwn || !campaign.properties.some(isLaw)) return false;
  }
}

/** The same sequences, judged by one clause alone, as whoever asks for that clause has them: the path leads there. */
async function foundAlone(
  { suite }: Campaign,
  clause: string,
  options: VerifyOptions,
  drawn: CampaignOptions,
): Promise<Partial<SuiteViolation>> {
  const alone = campaignOf(suite, clause);
  if (alone.properties.length === 0) return {};
  const { minimized, report } = await alone.run({ ...drawn, ...limitsOf(options, undefined) });
  return minimized === undefined
    ? {}
    : { minimized, report, again: againAt(alone.name, { ...options, clause }, minimized.path) };
}
