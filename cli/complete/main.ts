/**
 * `npm run complete [-- [--without|--write] [SCOPE…]]`: every state of each small scope, and of larger ones. Prints how
 * many states and calls that were, and how long the sequences had to be; fails, and tells the sequence, where something
 * breaks. With `--without`, every guard is left out in turn, in the small scopes if none is named: prints which of them
 * could go without any of these scopes telling. With `--write`, the result for all scopes is kept, and the pages say it.
 */
import { writeFileSync } from 'node:fs';
import { foundWithout, searchExhaustively } from '../../search/explore/exhaustive.ts';
import type { Exhausted } from '../../search/explore/exhaustive.ts';
import { worldName, worldOf, worldsPath } from '../../search/explore/results.ts';
import { exhaustiveSuites, largerSuites } from '../../search/scopes/exhaustive.ts';
import type { ExhaustiveSuite } from '../../search/scopes/exhaustive.ts';
import { exitStatus, fail, print } from '../output.ts';

const isOption = (word: string): boolean => word.startsWith('--');
const words = process.argv.slice(2);
const options = ['--without', '--write'];
const option = words.find((word) => isOption(word) && !options.includes(word));
if (option !== undefined) fail(`no option ${option}; there are ${options.join(' and ')}`);
const names = words.filter((word) => !isOption(word));
const known = [...exhaustiveSuites, ...largerSuites];
const unknown = names.find((name) => known.every(({ scope }) => scope.name !== name));
if (unknown !== undefined) {
  fail(`no scope ${unknown}; there are ${[...new Set(known.map(({ scope }) => scope.name))].join(', ')}`);
}
const writes = words.includes('--write');
if (writes && (names.length > 0 || words.includes('--without')))
  fail('--write keeps the result for all scopes; name none, and nothing that is left out');
const chosen = names.length === 0 ? known : known.filter(({ scope }) => names.includes(scope.name));

const number = (value: number): string => value.toLocaleString('en-US').padStart(12);

async function enumerate(suites: readonly ExhaustiveSuite[]): Promise<void> {
  print(`${'scope'.padEnd(40)}${['states', 'calls', 'depth'].map((head) => head.padStart(12)).join('')}`);
  const results: Exhausted[] = [];
  for (const suite of suites) {
    const result = await searchExhaustively(suite);
    results.push(result);
    const { states, calls, depth, minimized } = result;
    print(`${worldName(suite).padEnd(40)}${[states, calls, depth].map(number).join('')}`);
    if (minimized === undefined) continue;
    const { clause, statement } = minimized.violation.property;
    print([`${clause} ${statement}`, ...minimized.calls.map((call) => `  ${JSON.stringify(call)}`)].join('\n'));
    process.exitCode = exitStatus.violated;
  }
  if (writes && process.exitCode === undefined) {
    const worlds = suites.map((suite, at) => worldOf(suite, results[at] as Exhausted));
    writeFileSync(new URL(`../../${worldsPath}`, import.meta.url), `${JSON.stringify(worlds, null, 1)}\n`);
  }
  const total = (of: 'states' | 'calls'): number => results.reduce((sum, result) => sum + result[of], 0);
  print(`${''.padEnd(40)}${number(total('states'))}${number(total('calls'))}`);
}

async function leaveOut(suites: readonly ExhaustiveSuite[]): Promise<void> {
  const { found, missed } = await foundWithout(suites);
  print(
    `${found.length} of ${found.length + missed.length} guards cannot be left out without one of these scopes telling; the others are`,
  );
  for (const { call, clause } of missed) print(`  ${call} ${clause}`);
}

if (words.includes('--without')) await leaveOut(names.length === 0 ? exhaustiveSuites : chosen);
else await enumerate(chosen);
