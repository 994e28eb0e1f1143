/** One scope of a run: its runs, and where one breaks a clause, the same run without it, so that all is told that breaks. */
import { allProperties } from '../../properties/chapters.ts';
import { isLaw } from '../../properties/property.ts';
import type { Property } from '../../properties/property.ts';
import { seedFor } from '../../search/engine/seeds.ts';
import { callsOf } from '../../search/judge/counterexample.ts';
import type { Drawing } from '../../search/generate/walk.ts';
import { Campaign } from '../../search/rules/campaign.ts';
import type { Broke, CampaignOptions } from '../../search/rules/campaign.ts';
import { nameOf } from '../../search/scopes/suite.ts';
import type { Suite } from '../../search/scopes/suite.ts';
import type { Call } from '../../spec/transition-system.ts';
import { knownSequences } from '../counterexamples.ts';
import { firstOfEach, partOf } from './part.ts';
import type { Part } from './part.ts';
import { againAt, againWhole, limitsOf } from './result.ts';
import type { SuiteViolation, VerifyOptions } from './result.ts';
import { runsIn } from './task.ts';
import type { Doing } from './task.ts';

/** Calls in one sequence. */
const sequenceLength = 300;

/** The properties of one clause or of all, but for those of clauses that are left out. */
export function campaignOf(
  suite: Suite,
  clause: string | undefined,
  leftOut: readonly string[] = [],
  drawing: Drawing = {},
): Campaign {
  const isJudged = (property: Property): boolean =>
    (clause === undefined || property.clause === clause) && !leftOut.includes(property.clause);
  return new Campaign(suite, (system) => allProperties(system).filter(isJudged), sequenceLength, undefined, drawing);
}

/** The committed counterexamples of a scope: what breaks it without some rule must break nothing with all of them. */
const corpusFor = ({ system, suite }: Campaign): readonly (readonly Call[])[] =>
  knownSequences()
    .filter(({ profile, scope }) => profile === suite.profile.name && scope === suite.scope.name)
    .map((known) => callsOf(system, known));

/** A clause that a run breaks, with what was left out by then. */
interface Breach extends Broke {
  readonly leftOut: readonly string[];
  readonly seconds: number;
}

export function verifyScope(suite: Suite, options: VerifyOptions, doing: Doing): Promise<Part> {
  const search = new ScopeSearch(suite, options, doing);
  return options.path === undefined ? search.everything() : search.straight(options.path);
}

/** What is drawn and found does not depend on which other runs are made: that is what lets machines share them. */
class ScopeSearch {
  private readonly suite: Suite;
  private readonly options: VerifyOptions;
  private readonly doing: Doing;
  private readonly campaigns = new Map<string, Campaign>();
  private readonly whole: Campaign;
  private readonly drawn: Pick<CampaignOptions, 'seed' | 'corpus'> & { readonly seed: number };
  private readonly begun = performance.now();

  constructor(suite: Suite, options: VerifyOptions, doing: Doing) {
    this.suite = suite;
    this.options = options;
    this.doing = doing;
    this.whole = this.without([]);
    this.drawn = { seed: seedFor(options.seed, this.whole.name), corpus: corpusFor(this.whole) };
  }

  /** Go straight to one run, and find what it breaks first. */
  async straight(path: string): Promise<Part> {
    const { whole, drawn, options, suite } = this;
    const { minimized, report } = await whole.run({ ...drawn, ...limitsOf(options, undefined), path });
    const part = partOf([whole]);
    if (minimized === undefined) return part;
    const again = againAt(whole.name, options, minimized.path);
    return { ...part, violations: [violationOf(suite, minimized, { again, report, seconds: this.elapsed })] };
  }

  async everything(): Promise<Part> {
    const { whole, drawn, options, doing } = this;
    const { share, seconds, stopped } = doing;
    const most = runsIn(share, options.runs);
    const broken = await whole.breaks({
      ...drawn,
      ...limitsOf(options, seconds),
      share,
      stopped,
      progress: (runs) => {
        const part = Math.max(runs / most, this.elapsed / (seconds ?? Infinity));
        doing.progress({ runs, calls: whole.calls, share: Math.min(1, part) });
      },
    });
    const cut = !stopped() && whole.runs < most;
    const breaches: Breach[] = [];
    for (const one of broken) breaches.push(...(await this.follow(one)));
    const part = partOf([...this.campaigns.values()]);
    const violations: SuiteViolation[] = [];
    const first = firstOfEach(
      breaches.map((one) => ({ ...one, depth: one.leftOut.length })),
      ({ clause }) => clause,
    );
    for (const one of first) violations.push(await this.shrunk(one));
    return { ...part, violations, cut };
  }

  private get elapsed(): number {
    return (performance.now() - this.begun) / 1000;
  }

  private without(leftOut: readonly string[]): Campaign {
    const key = [...leftOut].sort().join();
    const known = this.campaigns.get(key) ?? campaignOf(this.suite, this.options.clause, leftOut);
    this.campaigns.set(key, known);
    return known;
  }

  /** All clauses that a run breaks, each without those that it broke before. */
  private async follow({ run, clause }: Broke): Promise<Breach[]> {
    const breaches: Breach[] = [];
    for (let broken: string | undefined = clause, leftOut: string[] = []; broken !== undefined;) {
      breaches.push({ run, clause: broken as Broke['clause'], leftOut, seconds: this.elapsed });
      // A guard that must not refuse and does breaks its clause by itself, and cannot be left out.
      const isOwn = !this.without(leftOut).properties.some((property) => property.clause === broken);
      leftOut = [...leftOut, broken];
      const isOver = this.doing.stopped() || this.elapsed >= (this.doing.seconds ?? Infinity);
      if (isOwn || isOver || !this.without(leftOut).properties.some(isLaw)) break;
      const [next] = await this.without(leftOut).breaks({ ...this.drawn, ...straightTo(run) });
      broken = next?.clause;
    }
    return breaches;
  }

  /** The sequence made as short as it gets; what is found behind another clause is judged by its own clause alone. */
  private async shrunk({ run, clause, leftOut, seconds }: Breach): Promise<SuiteViolation> {
    const { suite, options, drawn } = this;
    const place = { ...drawn, ...straightTo(run), verbose: options.verbose };
    const alone = campaignOf(suite, leftOut.length === 0 ? options.clause : clause);
    const found = alone.properties.length === 0 ? undefined : await alone.run(place);
    const { minimized, report } = found?.minimized
      ? found
      : await campaignOf(suite, options.clause, leftOut).run(place);
    if (minimized === undefined) throw new Error(`unreachable: run ${run} breaks ${clause} no more`);
    const asked = leftOut.length === 0 ? options : { ...options, clause };
    const again = found?.minimized ? againAt(alone.name, asked, minimized.path) : againWhole(options);
    return { ...violationOf(suite, minimized, { again, report, seconds }), run, depth: leftOut.length };
  }
}

const straightTo = (run: number): { readonly path: string; readonly runs: number } => ({ path: String(run), runs: 1 });

/** A violation as it is reported. */
export const violationOf = (
  suite: Suite,
  { violation: { property }, calls, foundAt, path }: NonNullable<Awaited<ReturnType<Campaign['run']>>['minimized']>,
  more: {
    readonly again: string;
    readonly report?: string | undefined;
    readonly seconds?: number;
    readonly check?: string;
  },
): SuiteViolation => ({
  profile: suite.profile.name,
  scope: suite.scope.name,
  check: more.check ?? nameOf(suite),
  property: { clause: property.clause, statement: property.statement },
  minimized: { calls, foundAt, path },
  again: more.again,
  ...(more.seconds !== undefined && { seconds: more.seconds }),
  ...(more.report !== undefined && { report: more.report }),
});
