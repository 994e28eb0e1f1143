/**
 * `npm run complete [-- [--without|--write] [--shard i/n --out FILE] [SCOPE…]]`: every state of each small scope, and of
 * larger ones. Prints how many states and calls that were, and how long the sequences had to be; fails, and tells the
 * sequence, where something breaks. With `--without`, every guard is left out in turn, in the small scopes if none is
 * named: prints which of them could go without any of these scopes telling. With `--write`, the result for all scopes is
 * kept, and the pages say it. A shard has some of the scopes, or of the guards, and is written for `pvm-spec merge`.
 */
import { writeFileSync } from 'node:fs';
import { leaveOutEach } from '../../search/explore/exhaustive.ts';
import { worldsPath } from '../../search/explore/results.ts';
import { everything, isIn } from '../../search/engine/share.ts';
import { exhaustiveSuites, largerSuites } from '../../search/scopes/exhaustive.ts';
import type { ExhaustiveSuite } from '../../search/scopes/exhaustive.ts';
import { exitStatus, fail, print } from '../output.ts';
import { writeShard } from '../shards/file.ts';
import type { Shard } from '../shards/options.ts';
import { readShardWords } from '../shards/words.ts';
import { exhaust, headOfWorlds, linesOfLeftOut, linesOfWorld, totalOf } from './suites.ts';

const { shard, words: names, flags } = readShardWords(process.argv.slice(2), ['without', 'write']);
const share = shard?.share ?? everything;
const known = [...exhaustiveSuites, ...largerSuites];
const unknown = names.find((name) => known.every(({ scope }) => scope.name !== name));
if (unknown !== undefined) {
  fail(`no scope ${unknown}; there are ${[...new Set(known.map(({ scope }) => scope.name))].join(', ')}`);
}
const writes = flags.has('write');
if (writes && (names.length > 0 || flags.has('without') || shard !== undefined))
  fail('--write keeps the result for all scopes; name none, and nothing that is left out, and no shard');
const chosen = names.length === 0 ? known : known.filter(({ scope }) => names.includes(scope.name));

async function enumerate(suites: readonly ExhaustiveSuite[]): Promise<void> {
  if (shard === undefined) print(headOfWorlds);
  const results: Awaited<ReturnType<typeof exhaust>>[] = [];
  for (const [number, suite] of suites.entries()) {
    if (!isIn(share, number)) continue;
    const result = await exhaust(suite, number);
    results.push(result);
    if (shard === undefined) print(linesOfWorld(result.made).join('\n'));
    if (result.made.broken.length > 0) process.exitCode = exitStatus.violated;
  }
  const made = results.map((result) => result.made);
  if (shard !== undefined) {
    writeMade(shard, made);
    return;
  }
  if (writes && process.exitCode === undefined) {
    const worlds = results.map(({ world }) => world);
    writeFileSync(new URL(`../../${worldsPath}`, import.meta.url), `${JSON.stringify(worlds, null, 1)}\n`);
  }
  print(totalOf(made));
}

async function leaveOut(suites: readonly ExhaustiveSuite[]): Promise<void> {
  const results = await leaveOutEach(suites, share);
  const made = results.map(({ number, without: { call, clause }, found }) => ({ number, call, clause, found }));
  if (shard === undefined) print(linesOfLeftOut(made).join('\n'));
  else writeMade(shard, made);
}

function writeMade({ out }: Shard, made: readonly object[]): void {
  const asked = { scopes: names, without: flags.has('without') };
  process.exitCode = writeShard(out, { of: 'complete', asked, share, made });
}

if (flags.has('without')) await leaveOut(names.length === 0 ? exhaustiveSuites : chosen);
else await enumerate(chosen);
