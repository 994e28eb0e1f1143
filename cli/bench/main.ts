/**
 * `npm run bench`: how fast spec and model are stepped, judged and shrunk, beside a loop by hand and fast-check's
 * commands.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { allProperties } from '../../properties/chapters.ts';
import { explore } from '../../search/explore/explore.ts';
import { check } from '../../search/engine/check.ts';
import { sequencesOf } from '../../search/engine/arbitrary.ts';
import { breakBy, shrunkOf } from '../../search/rules/campaign.ts';
import { RuleSequences } from '../../search/rules/sequences.ts';
import { Walk } from '../../search/generate/walk.ts';
import { full, pages, scaled } from '../../search/scopes/linux.ts';
import type { Scope } from '../../search/scopes/linux.ts';
import { checkTraceFile } from '../trace-file.ts';
import { recordedTraces } from '../verify/transcripts.ts';
import { runByHand } from './by-hand.ts';
import { runCommands } from './commands.ts';
import { evaluatedRate } from './evaluated.ts';
import { evidence } from './evidence.ts';
import { grouped, middle, rate, rateOf } from './measure.ts';
import { model } from './model.ts';
import { compiledTerms } from './terms.ts';

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

function walkRate(scope: Scope, length: number, steps: number, judged = true): number {
  const system = new TransitionSystem(linux73, scope.config);
  const walk = new Walk(system, scope, judged ? allProperties(system) : []);
  return rate((share) => {
    let done = 0;
    for (let seed = 0; done < steps * share; seed++) done += walk.run(seed, length).steps;
    return done;
  });
}

function speed(): void {
  const system = new TransitionSystem(linux73, full.config);
  const rows: [string, number][] = [
    ['spec, guided, every invariant on', walkRate(full, 1000, 1_500_000)],
    ['spec, evaluated as in the explorer, invariants on', evaluatedRate()],
    ['spec, guided, no invariant', walkRate(full, 1000, 1_500_000, false)],
    ['by hand over typed arrays (a core of six calls)', rate((share) => runByHand(16, 20_000_000 * share, 7))],
    [
      'fast-check commands, uniform, every invariant on',
      rate((share) => runCommands(system, full, 40 * share + 1, 300, 7)),
    ],
  ];
  print('steps per second of one core, 16 pages');
  for (const [name, value] of rows) print(`  ${name.padEnd(52)}${grouped(value).padStart(14)}`);
}

/** What fast-check costs: the same sequences by a loop of our own and through `fc.check`, in turns. */
async function engine(): Promise<void> {
  const length = 300;
  const system = new TransitionSystem(linux73, full.config);
  const properties = allProperties(system);
  const walk = new Walk(system, full, properties);
  const subject = new RuleSequences(system, full, properties, length);
  const ratios: number[] = [];
  let [byHand, byCheck] = [0, 0];
  for (let turn = 0; turn < 5; turn++) {
    byHand = rate((share) => {
      let done = 0;
      for (let seed = 0; done < 600_000 * share; seed++) done += walk.run(seed, length).steps;
      return done;
    });
    byCheck = await rateOf(async (share) => {
      const before = subject.calls;
      await check(sequencesOf(subject), ({ result }) => result === undefined, { seed: turn, runs: 2000 * share });
      return subject.calls - before;
    });
    ratios.push(byCheck / byHand);
  }
  print('\ncalls per second of one core in sequences of 300, every invariant on');
  print(`  ${'loop by hand'.padEnd(52)}${grouped(byHand).padStart(14)}`);
  print(`  ${'fast-check'.padEnd(52)}${grouped(byCheck).padStart(14)}   ${middle(ratios, 0.5).toFixed(3)} of it`);
}

function flatness(): void {
  print('\ncost of a step as sequences and scopes grow (steps per second)');
  const lengths = [100, 1000, 10_000, 100_000];
  print(
    `  calls in a sequence  ${lengths.map((length) => `${grouped(length)}: ${grouped(walkRate(full, length, 400_000))}`).join('   ')}`,
  );
  const counts = [12, 16, 64, 512, 4096];
  print(
    `  pages in the scope   ${counts.map((count) => `${count}: ${grouped(walkRate(scaled(count), 1000, 400_000))}`).join('   ')}`,
  );
}

/** Guards that are left out one at a time; each breaks some property. */
const leftOut: readonly (readonly [string, ClauseId])[] = [
  ['host_share_hyp', 'SHARE-HYP-OWNED'],
  ['host_share_hyp', 'SHARE-HYP-MEMORY'],
  ['host_unshare_hyp', 'UNSHARE-HYP-BORROWED'],
  ['donate_guest', 'DONATE-OWNED'],
  ['donate_guest', 'DONATE-FREE'],
  ['donate_guest', 'DONATE-MEMORY'],
  ['share_guest', 'SHARE-GUEST-OWNED'],
  ['share_guest', 'SHARE-GUEST-FREE'],
  ['guest_mem_share', 'MEM-SHARE-OWNED'],
  ['start_teardown_vm', 'TEARDOWN-UNLOADED'],
];

/** What was shrunk of the sequences that broke one clause. */
interface Shrunk {
  readonly lengths: number[];
  readonly found: number[];
  readonly times: number[];
}

/** Sequences that break something without this guard, shrunk; by the clause that each breaks. */
async function shrinkSome(system: TransitionSystem, scope: Scope): Promise<Map<ClauseId, Shrunk>> {
  const subject = new RuleSequences(system, scope, allProperties(system), 1000);
  const broken = new Map<ClauseId, Shrunk>();
  for (let [seed, finds] = [0, 0]; finds < 40 && seed < 400; seed++) {
    const { broken: found } = await breakBy(subject, { seed, runs: 1, shrinks: false });
    if (!found) continue;
    finds++;
    const { clause } = found.violation.property;
    const all = broken.get(clause) ?? { lengths: [], found: [], times: [] };
    broken.set(clause, all);
    const begun = process.cpuUsage();
    all.lengths.push((await shrunkOf(subject, found.calls)).calls.length);
    const { user, system: kernel } = process.cpuUsage(begun);
    all.times.push((user + kernel) / 1000);
    all.found.push(found.foundAt);
  }
  return broken;
}

/**
 * The shortest length by exhaustive search, where that ends; else what is not known to be the shortest, in brackets.
 */
function shortestKnown(system: TransitionSystem, scope: Scope, clause: ClauseId, upTo: number): string {
  if (upTo === 1) return '1';
  const bounds = { states: 20_000, depth: upTo - 1 };
  const searched = explore(system, scope, allProperties(system), bounds, ({ property }) => property.clause === clause);
  if (searched.found) return String(searched.found.sequence.length);
  return searched.complete || searched.depth >= bounds.depth ? String(upTo) : `(${upTo})`;
}

async function shrinking(scope: Scope): Promise<void> {
  print(`\nshrinking in the scope ${scope.name} what breaks most often without one guard, from up to 1,000 calls`);
  const heads = ['found at', 'shrunk to', 'shortest', 'median ms', '95th ms'];
  print(`  ${'guard left out'.padEnd(26)}${'clause'.padEnd(22)}${heads.map((head) => head.padStart(10)).join('')}`);
  for (const [call, clause] of leftOut) {
    const system = new TransitionSystem(linux73, scope.config, { call, clause });
    const all = [...(await shrinkSome(system, scope))];
    const [broken, shrunk] = all.sort(([_, a], [_2, b]) => b.times.length - a.times.length)[0] ?? [];
    if (broken === undefined || shrunk === undefined) continue;
    const { lengths, found, times } = shrunk;
    const cells = [
      grouped(middle(found, 0.5)),
      [...new Set(lengths)].sort((a, b) => a - b).join('/'),
      shortestKnown(system, scope, broken, Math.min(...lengths)),
      middle(times, 0.5).toFixed(2),
      middle(times, 0.95).toFixed(2),
    ];
    print(`  ${clause.padEnd(26)}${broken.padEnd(22)}${cells.map((cell) => cell.padStart(10)).join('')}`);
  }
}

async function transcripts(): Promise<void> {
  const files = readdirSync(recordedTraces).map((name) => join(recordedTraces, name));
  let lines = 0;
  const before = process.cpuUsage();
  for (let round = 0; round < 5; round++) {
    for (const file of files) {
      const report = await checkTraceFile(file, { most: 1 });
      lines += report.events + report.states;
    }
  }
  const { user, system: kernel } = process.cpuUsage(before);
  print(`\ntranscript lines checked per second   ${grouped(lines / ((user + kernel) / 1e6))}`);
}

print(`pvm-spec bench on Node ${process.version}\n`);
speed();
await engine();
print('');
for (const line of compiledTerms()) print(line);
flatness();
await shrinking(pages);
await shrinking(full);
print('');
for await (const line of model()) print(line);
await transcripts();
print('');
for (const line of evidence()) print(line);
print(`\nresident memory ${grouped(process.memoryUsage().rss / 2 ** 20)} MiB`);
