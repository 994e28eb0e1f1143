/** One hunt for each seed on a hypervisor that has a patch in it, and the shortest of what was found, shrunk. */
import { hunt } from '../../search/conformance/campaign/campaign.ts';
import type { Divergence } from '../../search/conformance/campaign/sequence.ts';
import { Shrinker } from '../../search/conformance/campaign/shrink.ts';
import type { Shrunk } from '../../search/conformance/campaign/shrink.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { EventTarget } from '../../spec/target.ts';
import { problemOf } from '../targets.ts';

export interface Effort {
  readonly seeds: readonly number[];
  /** Calls with each seed. */
  readonly steps: number;
  /** How long to look for a shorter sequence. */
  readonly shrinkSeconds: number;
}

export interface Found {
  readonly steps: number;
  readonly seconds: number;
  readonly divergence: Divergence;
}

export interface Hunted {
  readonly seeds: number;
  readonly found: readonly Found[];
  readonly shrunk: Shrunk | undefined;
}

/** Calls from one fresh start to the next, and from one look at the table of page states to the next. */
const length = 3000;
const statesEvery = 250;

export async function huntWithSeeds(target: EventTarget, effort: Effort): Promise<Hunted> {
  const description = await target.describe();
  const profile = profiles.get(description.profile);
  if (profile === undefined) throw new Error(`unreachable: no profile ${description.profile}`);
  const found: Found[] = [];
  for (const seed of effort.seeds) {
    const before = performance.now();
    const { steps } = effort;
    const report = await hunt([target], { profile, seed, steps, length, statesEvery, until: Infinity });
    const seconds = (performance.now() - before) / 1000;
    if (report.divergence) found.push({ steps: report.steps, seconds, divergence: report.divergence });
  }
  const shortest = [...found].sort((a, b) => a.divergence.questions.length - b.divergence.questions.length)[0];
  const until = performance.now() + 1000 * effort.shrinkSeconds;
  const shrinker = new Shrinker(target, description, profile, until);
  const shrunk = shortest && (await shrinker.shrink(shortest.divergence));
  if (shrunk?.failure && problemOf(shrunk.failure) === undefined) throw shrunk.failure;
  return { seeds: effort.seeds.length, found, shrunk };
}
