/** What shards of a hunt show together. */
import { Campaign } from '../../search/conformance/campaign/campaign.ts';
import { CannotFuzz } from '../../search/conformance/campaign/fit.ts';
import type { Difference } from '../../search/conformance/difference.ts';
import { writtenText } from '../../search/counterexamples/format.ts';
import { parseSequenceFile, sequenceFormat } from '../../search/counterexamples/sequence-file.ts';
import type { SequenceFile } from '../../search/counterexamples/sequence-file.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { junit } from '../junit.ts';
import { tap } from '../tap.ts';
import { jsonText } from '../json-report.ts';
import { exitStatus, fail, print } from '../output.ts';
import { saveReports } from '../reports.ts';
import type { Reports } from '../reports.ts';
import { sarif } from '../sarif.ts';
import type { Problem } from '../sarif.ts';
import { save } from '../save.ts';
import { quoted, selfCommand } from '../self.ts';
import type { ShardFile } from '../shards/file.ts';
import { madeAs } from '../shards/made.ts';
import { addNumbers, firstOfEach } from '../verify/part.ts';
import { fileFor } from '../verify/counterexamples.ts';
import { problemOf } from './formats.ts';
import { huntsReport } from './shape.ts';
import { madeShape } from './shard.ts';
import type { Found, HuntMade } from './shard.ts';
import { summary } from './text.ts';

/** The counts of all add up; of each kind of difference the first is told, and written to `report/`. */
export function mergeHunt(shards: readonly [ShardFile, ...ShardFile[]], reports: Reports): number {
  const { asked } = shards[0];
  const [first, ...others] = madeAs(shards, madeShape) as [HuntMade, ...HuntMade[]];
  const profile = asked['profile'];
  const campaign = campaignFor(first, typeof profile === 'string' ? profile : first.description.profile);
  const all = others.reduce(add, first);
  const found = firstOfEach(all.found, ({ what }) => what);
  print(summary(campaign, reportOf(campaign, all, found.length > 0), Number(asked['seed'])).join('\n'));
  for (const one of found) {
    const file = fileFor(one.sequence);
    print([...(one.headline === null ? [] : ['', one.headline]), ...one.lines].join('\n'));
    print(`  saved: ${selfCommand()} explain ${quoted(file)}`);
    save(file, writtenText(sequenceFormat, sequenceIn(one)));
  }
  const { description, steps, states, sequences } = all;
  const { hypervisor, release } = description.target;
  const counts = { seed: Number(asked['seed']), calls: steps, states, sequences };
  const divergences = found.map((one) => ({ run: one.run, what: one.what, sequence: sequenceIn(one) }));
  const coverage = campaign.coverageOf(all.coverage);
  const whole = {
    format: 'pvm-hunts' as const,
    target: description.target,
    ...counts,
    coverage: coverage.report(),
    pairs: campaign.pairsSeen(coverage),
    reuses: campaign.reusesSeen(coverage),
    divergences,
  };
  const suite = { suite: 'hunt', name: `${hypervisor} ${release}: ${steps} calls` };
  const failed = found.map(({ what, lines }) => ({ ...suite, problem: [what, ...lines].join('\n') }));
  const cases = failed.length === 0 ? [suite] : failed;
  const properties = { seed: Number(asked['seed']) };
  saveReports(reports, {
    json: () => jsonText(huntsReport, whole),
    junit: () => junit(cases),
    tap: () => tap(cases, properties),
    sarif: () => sarif({ problems: found.map(problemIn), finished: true, properties }),
  });
  return found.length > 0 ? exitStatus.violated : exitStatus.holds;
}

/** What a shard has found, read as the file that it is. */
function sequenceIn({ sequence }: Found): SequenceFile {
  const read = parseSequenceFile(JSON.stringify(sequence));
  return typeof read === 'string' ? fail(`a shard has found what is no sequence: ${read}`) : read;
}

function problemIn(one: Found): Problem {
  const { kind, difference, found, recording } = sequenceIn(one);
  const { calls, target } = recording;
  const met = {
    kind,
    difference: difference as Difference,
    questions: calls,
    answers: calls.map(({ answer }) => answer),
  };
  return problemOf(met, target, found);
}

function campaignFor({ description }: HuntMade, name: string): Campaign {
  const profile = profiles.get(name) ?? fail(`no profile ${name}; there are ${[...profiles.keys()].join(', ')}`);
  try {
    return new Campaign([], description, { profile, length: 1, statesEvery: 1 });
  } catch (error) {
    if (error instanceof CannotFuzz) fail(error.message);
    throw error;
  }
}

function add(one: HuntMade, other: HuntMade): HuntMade {
  const stricter = new Map(Object.entries(one.stricter));
  for (const [call, times] of Object.entries(other.stricter)) stricter.set(call, (stricter.get(call) ?? 0) + times);
  return {
    description: one.description,
    steps: one.steps + other.steps,
    states: one.states + other.states,
    sequences: one.sequences + other.sequences,
    coverage: addNumbers(one.coverage, other.coverage),
    stricter: Object.fromEntries([...stricter].sort(([a], [b]) => (a < b ? -1 : 1))),
    found: [...one.found, ...other.found],
  };
}

const reportOf = (campaign: Campaign, all: HuntMade, differs: boolean): Parameters<typeof summary>[1] => ({
  steps: all.steps,
  states: all.states,
  sequences: all.sequences,
  coverage: campaign.coverageOf(all.coverage),
  stricter: new Map(Object.entries(all.stricter)),
  differs,
});
