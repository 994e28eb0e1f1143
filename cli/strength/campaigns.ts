/** One campaign for each seed on a hypervisor that has a patch in it, and the shortest of what was found, shrunk. */
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

export interface Found {
  readonly steps: number;
  readonly seconds: number;
  readonly divergence: Divergence;
}

export interface Campaigns {
  readonly seeds: number;
  readonly found: readonly Found[];
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
  const found: Found[] = [];
  for (const seed of effort.seeds) {
    const before = performance.now();
    const { steps, divergence } = await campaign.fuzz({ seed, runs, until: Infinity });
    const seconds = (performance.now() - before) / 1000;
    if (divergence) found.push({ steps, seconds, divergence });
  }
  const shortest = [...found].sort((a, b) => lengthOf(a) - lengthOf(b))[0];
  const before = performance.now();
  const shrunk = shortest && (await campaign.shrink(shortest.divergence, before + 1000 * effort.shrinkSeconds));
  if (shrunk?.failure && problemOf(shrunk.failure) === undefined) throw shrunk.failure;
  return { seeds: effort.seeds.length, found, shrunk, shrinkSeconds: (performance.now() - before) / 1000 };
}

const lengthOf = ({ divergence }: Found): number => divergence.met.questions.length;
