/**
 * `npm run complete [-- [--without] [WORLD…]]`: every state of each small world, and of larger ones. Prints how many
 * states and calls that were, and how long the sequences had to be; fails, and tells the sequence, where something
 * breaks. With `--without`, every guard is left out in turn, in the small worlds if none is named: prints which of them
 * could go without any of these worlds telling.
 */
import { complete, foundWithout } from '../../search/explore/exhaustive.ts';
import type { Completed } from '../../search/explore/exhaustive.ts';
import { completeWorlds, largerWorlds } from '../../search/scopes/exhaustive.ts';
import type { CompleteWorld } from '../../search/scopes/exhaustive.ts';
import { exitStatus, fail, print } from '../output.ts';

const isOption = (word: string): boolean => word.startsWith('--');
const words = process.argv.slice(2);
const option = words.find((word) => isOption(word) && word !== '--without');
if (option !== undefined) fail(`no option ${option}; there is --without`);
const names = words.filter((word) => !isOption(word));
const known = [...completeWorlds, ...largerWorlds];
const unknown = names.find((name) => known.every(({ named }) => named.name !== name));
if (unknown !== undefined) {
  fail(`no world ${unknown}; there are ${[...new Set(known.map(({ named }) => named.name))].join(', ')}`);
}
const chosen = names.length === 0 ? known : known.filter(({ named }) => names.includes(named.name));

const number = (value: number): string => value.toLocaleString('en-US').padStart(12);

async function enumerate(worlds: readonly CompleteWorld[]): Promise<void> {
  print(`${'world'.padEnd(40)}${['states', 'calls', 'depth'].map((head) => head.padStart(12)).join('')}`);
  const results: Completed[] = [];
  for (const world of worlds) {
    const result = await complete(world);
    results.push(result);
    const { states, calls, depth, finding } = result;
    print(`${`${world.profile.name}/${world.named.name}`.padEnd(40)}${[states, calls, depth].map(number).join('')}`);
    if (finding === undefined) continue;
    const { clause, says } = finding.violation.property;
    print([`${clause} ${says}`, ...finding.calls.map((call) => `  ${JSON.stringify(call)}`)].join('\n'));
    process.exitCode = exitStatus.violated;
  }
  const total = (of: 'states' | 'calls'): number => results.reduce((sum, result) => sum + result[of], 0);
  print(`${''.padEnd(40)}${number(total('states'))}${number(total('calls'))}`);
}

async function leaveOut(worlds: readonly CompleteWorld[]): Promise<void> {
  const { found, missed } = await foundWithout(worlds);
  print(
    `${found.length} of ${found.length + missed.length} guards cannot be left out without one of these worlds telling; the others are`,
  );
  for (const { call, clause } of missed) print(`  ${call} ${clause}`);
}

if (words.includes('--without')) await leaveOut(names.length === 0 ? completeWorlds : chosen);
else await enumerate(chosen);
