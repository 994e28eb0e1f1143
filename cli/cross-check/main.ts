/**
 * `npm run cross-check [-- [--save] [WORLD…]]`: worlds of the rules, written as models for Rumur and Spin, are
 * searched by these and by our engine. Prints what each counts and how long it takes; fails where they differ. With `--save`, what was counted
 * goes into the results from which docs/cross-check.md is made.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { completeWorlds, nameOf } from '../../search/export/world.ts';
import { exhaustiveSuites } from '../../search/scopes/exhaustive.ts';
import { nearest } from '../nearest.ts';
import { exitStatus, fail, print } from '../output.ts';
import { agrees, compare, engines, isSame } from './compare.ts';
import type { Compared } from './compare.ts';
import { resultsFile, resultsOf } from './results.ts';
import { missing, versionOf } from './engine.ts';
import type { Timed } from './engine.ts';

const words = process.argv.slice(2);
const option = words.find((word) => word.startsWith('--') && word !== '--save');
if (option !== undefined) fail(`no option ${option}; there is --save`);
const names = words.filter((word) => word !== '--save');
const known = completeWorlds.map(nameOf);
const unknown = names.find((name) => !known.includes(name));
if (unknown !== undefined) {
  const close = nearest(unknown, known);
  fail(
    `no world ${unknown}; ${close.length > 0 ? `did you mean ${close.join(' or ')}?` : `there are ${known.join(', ')}`}`,
  );
}
const lacking = missing(engines);
if (lacking !== undefined) fail(lacking);

const worlds = names.length === 0 ? exhaustiveSuites : completeWorlds.filter((world) => names.includes(nameOf(world)));
const searchers = ['ours', ...engines.map(({ name }) => name)];
const heads = ['states', 'transitions', ...searchers.flatMap((name) => [name, 'states/s'])];
const row = (first: string, rest: readonly string[]): string =>
  `${first.padEnd(30)}${rest.map((cell) => cell.padStart(12)).join('')}`;
const number = (value: number): string => Math.round(value).toLocaleString('en-US');
const counts = ({ states, steps }: Timed): string[] => [number(states), number(steps)];
const timed = ({ states, seconds }: Timed): string[] => [`${seconds.toFixed(2)} s`, number(states / seconds)];
const column = (other: Timed | string | undefined): string[] => (typeof other === 'object' ? timed(other) : ['–', '–']);

function report(compared: Compared): void {
  const { world, ours, others } = compared;
  const columns = engines.flatMap((engine) => column(others.get(engine)));
  print(row(`${agrees(compared) ? '' : '✗ '}${world}`, [...counts(ours), ...timed(ours), ...columns]));
  if (agrees(compared)) return;
  process.exitCode = exitStatus.violated;
  for (const [{ name }, other] of others) {
    if (typeof other === 'string') print(`  ${other}`);
    else if (!isSame(ours, other)) print(row(`  ${name} counts`, counts(other)));
  }
}

print(row('world', heads));
const results: Compared[] = [];
for (const world of worlds) {
  const compared = compare(world);
  results.push(compared);
  report(compared);
}
const agreed = results.filter(agrees).length;
print(`${agreed} of ${results.length} worlds: the same numbers of states and of transitions`);
if (words.includes('--save')) {
  if (agreed < results.length) fail('nothing is saved, for the engines differ');
  const versions = engines.flatMap((engine) => versionOf(engine) ?? []);
  writeFileSync(fileURLToPath(new URL(`../../${resultsFile}`, import.meta.url)), resultsOf(results, versions));
}
