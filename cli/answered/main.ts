/**
 * `npm run answered [-- --release LINE] [--cpu MODEL] [--secure-world] [--time SECONDS] [--seed N]`: hunts on the real hypervisor, and
 * keeps which guards it has refused calls by, beside those of the recordings. Nothing is kept where an answer differs.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Campaign } from '../../search/conformance/campaign/campaign.ts';
import type { Coverage } from '../../search/judge/coverage.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { EventTarget } from '../../spec/target.ts';
import type { TranscriptHeader } from '../../spec/transcript.ts';
import { formatDivergence } from '../hunt/text.ts';
import { exitStatus, fail, print } from '../output.ts';
import { openTarget, withTarget } from '../targets.ts';
import { coverageOfTrace } from '../trace-file.ts';
import { recordedTraces } from '../verify/transcripts.ts';
import { answeredBy, readAnswered, writeAnswered } from './result.ts';
import type { Answered } from './result.ts';

const options = {
  release: { type: 'string' },
  cpu: { type: 'string' },
  'secure-world': { type: 'boolean' },
  time: { type: 'string', default: '120' },
  seed: { type: 'string', default: '7' },
} as const;
const { values: flags } = parseArgs({ options });
const [seconds, seed] = [Number(flags.time), Number(flags.seed)];
if (!(seconds > 0)) fail(`--time takes a number of seconds, got ${flags.time}`);
if (!Number.isSafeInteger(seed) || seed < 0) fail(`--seed takes a whole number, got ${flags.seed}`);

/** One for each release and machine. */
async function recorded(): Promise<Answered[]> {
  const all = new Map<string, { readonly header: TranscriptHeader; readonly coverage: Coverage }>();
  for (const name of readdirSync(recordedTraces).sort()) {
    const one = await coverageOfTrace(join(recordedTraces, name));
    const { release, machine } = one.header.target;
    const key = `${release} ${machine}`;
    const known = all.get(key);
    if (known === undefined) all.set(key, one);
    else known.coverage.merge(one.coverage);
  }
  return [...all.values()].map(({ header, coverage }) => answeredBy(header.target, header.profile, coverage.report()));
}

/** Nothing where an answer differs. */
async function hunted(target: EventTarget): Promise<Answered | undefined> {
  const description = await target.describe();
  const profile = profiles.get(description.profile) ?? fail(`no profile ${description.profile}`);
  const campaign = new Campaign([target], description, { profile, length: 3000, statesEvery: 250 });
  const until = performance.now() + 1000 * seconds;
  const { coverage, divergence } = await campaign.fuzz({ seed, runs: Number.MAX_SAFE_INTEGER, until });
  if (divergence !== undefined) print(formatDivergence(divergence, 'npx pvm-spec hunt').join('\n'));
  if (divergence !== undefined) return undefined;
  const on = new Date().toISOString().slice(0, 10);
  return { ...answeredBy(description.target, profile.name, coverage.report()), on };
}

const { release, cpu, 'secure-world': secureWorld } = flags;
const named = {
  target: 'linux-pkvm',
  ...(release !== undefined && { release }),
  ...(cpu !== undefined && { cpu }),
  ...(secureWorld && { secureWorld: true as const }),
};
process.exitCode = await withTarget(openTarget(named), async (target) => {
  const now = await hunted(target);
  if (now === undefined) return exitStatus.violated;
  const isSame = (one: Answered): boolean => one.release === now.release && one.machine === now.machine;
  const others = readAnswered().filter((one) => one.on !== undefined && !isSame(one));
  writeAnswered([...(await recorded()), ...others, now]);
  const guards = Object.values(now.refused).reduce((sum, { length }) => sum + length, 0);
  print(
    `${now.release}, ${now.machine}: ${now.calls} calls, refused by ${guards} guards, in ${now.pairs.length} pairs`,
  );
  return exitStatus.holds;
});
