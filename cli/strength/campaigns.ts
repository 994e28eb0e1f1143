/** Campaigns on a hypervisor that has a patch in it, seed after seed until one finds something, which is shrunk. */
import { Campaign } from '../../search/conformance/campaign/campaign.ts';
import type { Divergence, Shrunk } from '../../search/conformance/campaign/campaign.ts';
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

/** Steps and seconds from the start of the first seed. */
export interface Found {
  readonly steps: number;
  readonly seconds: number;
  readonly divergence: Divergence;
}

export interface Campaigns {
  /** How many seeds were tried. */
  readonly seeds: number;
  /** What the last of them met. */
  readonly found: Found | undefined;
  readonly shrunk: Shrunk | undefined;
  /** How long it took until nothing shorter was found. */
  readonly shrinkSeconds: number;
}

/** The most calls from one fresh start to the next, and calls from one look at the table of page states to the next. */
const longest = 3000;
const statesEvery = 250;

export async function fuzzWithSeeds(
  targets: readonly [EventTarget, ...EventTarget[]],
  effort: Effort,
): Promise<Campaigns> {
  const description = await targets[0].describe();
  const profile = profiles.get(description.profile);
  if (profile === undefined) throw new Error(`unreachable: no profile ${description.profile}`);
  const runs = Math.ceil(effort.steps / longest);
  const length = Math.ceil(effort.steps / runs);
  const campaign = new Campaign(targets, description, { profile, length, statesEvery });
  const start = performance.now();
  let [seeds, steps] = [0, 0];
  let found: Found | undefined;
  for (const seed of effort.seeds) {
    const report = await campaign.fuzz({ seed, runs, until: Infinity });
    seeds++;
    steps += report.steps;
    const { divergence } = report;
    found = divergence && { steps, seconds: (performance.now() - start) / 1000, divergence };
    if (found) break;
  }
  const before = performance.now();
  const shrunk = found && (await campaign.shrink(found.divergence, before + 1000 * effort.shrinkSeconds));
  if (shrunk?.failure && problemOf(shrunk.failure) === undefined) throw shrunk.failure;
  return { seeds, found, shrunk, shrinkSeconds: (performance.now() - before) / 1000 };
}
