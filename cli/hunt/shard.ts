/** Shards of a hunt: what is written of one. */
import { z } from 'zod';
import type { Campaign, Divergence, FuzzReport } from '../../search/conformance/campaign/campaign.ts';
import { sequenceFileOf } from '../../search/counterexamples/sequence-file.ts';
import { writeShard } from '../shards/file.ts';
import type { Shard } from '../shards/options.ts';
import { anywhere } from '../self.ts';
import { againAt } from './options.ts';
import type { HuntFlags, Wanted } from './options.ts';
import { formatDivergence, formatShrunk, headline } from './text.ts';

const count = z.int().nonnegative();
/** Part of the name of a file that is written. */
const name = z.string().regex(/^[\w.-]+$/);

const found = z.strictObject({
  /** The number of the sequence. */
  run: count,
  /** Of which kind the difference is, and after which call: each is kept once. */
  what: z.string(),
  headline: z.string().nullable(),
  lines: z.array(z.string()),
  /** What `explain` and `replay` take. */
  sequence: z.looseObject({ name }),
});
export type Found = z.infer<typeof found>;

export const madeShape = z.strictObject({
  description: z.looseObject({
    target: z.strictObject({ hypervisor: z.string(), release: z.string(), machine: z.string(), mode: z.string() }),
    profile: z.string(),
    calls: z.array(z.string()),
    sizes: z.record(z.string(), count.max(4096)).optional(),
    features: z.strictObject({ ipaBits: z.int().min(32).max(52), hardwareAccessFlag: z.boolean() }).optional(),
    vcpus: z.literal([1, 2]).optional(),
  }),
  steps: count,
  states: count,
  sequences: count,
  coverage: z.array(z.array(count)),
  stricter: z.record(z.string(), count),
  found: z.array(found),
});
export type HuntMade = z.infer<typeof madeShape>;

interface Hunted {
  readonly campaign: Campaign;
  readonly report: FuzzReport;
  readonly flags: HuntFlags;
  readonly wanted: Wanted;
}

/** Each kind of difference is made as short as it gets before anything is written. */
export async function writeHunt({ share, out }: Shard, hunted: Hunted): Promise<number> {
  const { campaign, report, flags, wanted } = hunted;
  const { steps, states, sequences, coverage, stricter } = report;
  const found: Found[] = [];
  for (const one of report.divergences) found.push(await shrunk(one, hunted));
  const counts = { steps, states, sequences, coverage: coverage.numbers, stricter: Object.fromEntries(stricter) };
  const { description } = campaign;
  const { seed, length, runs, first } = wanted;
  const asked = { target: flags.target, seed, length, runs, first, profile: wanted.profile };
  return writeShard(out, { of: 'hunt', asked, share, made: { description, ...counts, found } });
}

async function shrunk(one: Divergence, { campaign, flags, wanted }: Hunted): Promise<Found> {
  const until = performance.now() + 1000 * wanted.shrink;
  const shorter = wanted.shrink > 0 ? await campaign.shrink(one, until) : undefined;
  const again = againAt(flags, wanted, one.run);
  const isShrunk = shorter?.repeated === true;
  const met = isShrunk ? shorter.met : one.met;
  const last = one.met.kind === 'page state' ? '' : (one.met.questions.at(-1)?.op ?? '');
  return {
    run: one.run,
    what: `${one.met.kind} ${last}`,
    headline: headline(one.met) ?? null,
    lines: [...formatDivergence(one, again), ...(shorter === undefined ? [] : formatShrunk(shorter))],
    sequence: { ...sequenceFileOf(met, campaign.description, { found: anywhere(again), isShrunk }) },
  };
}
