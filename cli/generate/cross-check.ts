/** The page about worlds that another model checker has searched as well. */
import type { Results } from '../cross-check/results.ts';
import { resultsFile } from '../cross-check/results.ts';
import { generatedFrom, table } from './markdown.ts';

const number = (value: number): string => Math.round(value).toLocaleString('en-US');

export function renderCrossCheck({ date, engines, worlds }: Results): string {
  const names = engines.map((engine) => engine.split(' ')[0] ?? engine);
  const searchedBy = (name: string): number => worlds.filter(({ others }) => name in others).length;
  return `${[
    generatedFrom(`\`${resultsFile}\``),
    '# Cross-check: other model checkers on the same rules',
    '',
    'A rule is a tree. Our engine compiles it to JavaScript; `npx pvm-spec export --format murphi` writes it for ' +
      '[Rumur](https://github.com/Smattr/rumur), and `--format promela` for [Spin](https://spinroot.com). All engines must ' +
      'find the same number of states and of transitions. `npm run cross-check` repeats this (Debian packages `rumur`, ' +
      '`spin` and `gcc`), and exits with 1 where the numbers differ.',
    '',
    `**All agree.** ${names.map((name) => `${name} searched ${searchedBy(name)} of ${worlds.length} worlds`).join(', ')}. ` +
      `Together these worlds have ${number(sum(worlds.map(({ states }) => states)))} states and ` +
      `${number(sum(worlds.map(({ transitions }) => transitions)))} transitions. ${engines.join(', ')}; ${date}.`,
    '',
    `In the worlds with ${number(large)} states or more, ours searches ${names.map((name) => `${speedups(worlds, name)} times as many states per second as ${name}`).join(', and ')}.`,
    '',
    '## What is counted',
    '',
    ...counting,
    '',
    '## Results',
    '',
    ...table(
      ['world', 'states', 'transitions', ...['ours', ...names].flatMap((name) => [name, 'states/s'])],
      worlds.map(({ world, states, transitions, ours, others }) => [
        world,
        number(states),
        number(transitions),
        ...timed(states, ours),
        ...names.flatMap((name) => timed(states, others[name])),
      ]),
    ),
    '',
    ...quint,
    '',
    ...traces,
  ].join('\n')}\n`;
}

const quint = [
  '## Quint',
  '',
  '`npx pvm-spec export --format quint` writes a world as a [Quint](https://quint-lang.org) module: a variable for each ' +
    'field, an action for each call, and `laws`, the laws of states that count nothing which earlier steps have left ' +
    'behind. The tests check the types of small worlds with the npm package, let its simulator draw runs under the ' +
    'invariant `laws`, and replay every step of these by the rules; the commands below do so for a world of Linux, whose ' +
    'types take Quint ten seconds. Quint counts no states; `quint verify` needs Apalache, and was not tried.',
  '',
  '```',
  'npx pvm-spec export --format quint --profile linux-7.3 --scope two-pages --out two-pages.qnt',
  'npx quint run --backend=typescript --main=linux_7_3_two_pages --invariant=laws two-pages.qnt',
  '```',
  '',
  'There is no export to TLA+: neither npm nor Debian has a model checker for it, and an export that none has read is ' +
    'not worth trusting. Apalache reads Quint.',
];

const traces = [
  '## Traces',
  '',
  '`npx pvm-spec export --format itf NAME` writes a counterexample, a finding, a sequence that a hunt has saved, or a ' +
    'recording (`targets/transcript/recorded/…`) in the [Informal Trace Format](https://apalache-mc.org/docs/adr/015adr-trace.html): ' +
    'the start, then the state after each call.',
  '',
  '- `mbt::actionTaken` is the call, `mbt::nondetPicks` its arguments, `answer` what the rules answer. `#meta` has the ' +
    'call in words and, where it is refused, the clause.',
  '- Fields are maps from numbers to numbers. The `#meta` of the trace has the names of values, pages and frames.',
  '- A counterexample runs without its guard, or with its fault. Those of the reference model and of evidence have no ' +
    'states of the rules, and are refused.',
  '- A recording ends before the first answer that the rules do not give. Its arguments are as recorded. Cells that hold ' +
    'the number in `rest` throughout are left out.',
];

const counting = [
  '- **World**: a profile in one scope: its configuration, its start, and the values that are tried for each argument.',
  '- **State**: a valuation of all cells of the abstract state, reachable from the start. Where a field is followed ' +
    'only up to some number, states beyond it are not counted. `npm run complete` also tells apart what its laws ' +
    'remember of VMs that are gone; in the worlds below this makes no difference.',
  '- **Transition**: a call on one CPU with one tuple of arguments, in one state, that succeeds, or that is refused ' +
    'after a point at which it may already have changed the state. It counts even if it changes nothing or leads beyond ' +
    'what is followed. A call that is refused before that point is none.',
  '- **Our count** tries one call for all that differ only in an argument on which nothing depends, and multiplies; the ' +
    'others try every tuple. So agreement also confirms that nothing is lost by skipping.',
  '- **Rumur** runs with symmetry reduction and deadlock detection off, and one thread; its transitions are rules fired.',
  '- **Spin** runs without partial-order reduction. From its numbers are taken the state before the start, and the first ' +
    'two arrivals. A world with more than 3,000 tuples of arguments is not given to it.',
  '- **Times** are those of the search alone, on a machine that was doing other work as well, the least of ' +
    'three where it takes less than a second: of the others without ' +
    'generating and compiling a program, of ours after two seconds of searching the same world, in which JavaScript is ' +
    'compiled; no engine judges laws. All use one thread. The others need some hundredths of a second to start.',
];

/** From where on it matters little how long a program takes to start. */
const large = 5000;

/** How many times as fast ours is, at the least and at the most. */
function speedups(worlds: Results['worlds'], name: string): string {
  const times = worlds.flatMap(({ states, ours, others }) =>
    states < large || others[name] === undefined ? [] : [others[name] / ours],
  );
  return `${Math.min(...times).toFixed(1)} to ${Math.max(...times).toFixed(0)}`;
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
const timed = (states: number, seconds: number | undefined): string[] =>
  seconds === undefined ? ['–', '–'] : [`${seconds.toFixed(2)} s`, number(states / seconds)];
