/** The page about worlds that another model checker has searched as well. */
import type { Results } from '../cross-check/results.ts';
import { resultsFile } from '../cross-check/results.ts';
import { generatedFrom, table } from './markdown.ts';

const number = (value: number): string => Math.round(value).toLocaleString('en-US');

export function renderCrossCheck({ date, engine, worlds }: Results): string {
  return `${[
    generatedFrom(`\`${resultsFile}\``),
    '# Cross-check: another model checker on the same rules',
    '',
    'A rule is a tree. Our engine compiles it to JavaScript, and `npx pvm-spec export --format murphi` writes it as Murphi. ' +
      'The model checker [Rumur](https://github.com/Smattr/rumur) searches the exported model; both engines must find ' +
      'the same number of states and of transitions. `npm run cross-check` repeats this (Debian packages `rumur` and ' +
      '`gcc`), and exits with 1 where the numbers differ.',
    '',
    `**${worlds.length} worlds agree**: ${number(sum(worlds.map(({ states }) => states)))} states, ` +
      `${number(sum(worlds.map(({ transitions }) => transitions)))} transitions. ${engine}, ${date}.`,
    '',
    '## What is counted',
    '',
    '- **World**: a profile in one scope: its configuration, its start, and the values that are tried for each argument.',
    '- **State**: a valuation of all cells of the abstract state, reachable from the start. Where a field is followed ' +
      'only up to some number, states beyond it are not counted (`assume` in Murphi). `npm run complete` also tells apart ' +
      'what its laws remember of VMs that are gone; in the worlds below this makes no difference.',
    '- **Transition**: a call on one CPU with one tuple of arguments, in one state, that succeeds, or that is refused ' +
      'after a point at which it may already have changed the state. It counts even if it changes nothing or leads ' +
      'beyond what is followed. A call that is refused before that point is none: in Murphi, its guard is false.',
    '- **Our count** tries one call for all that differ only in an argument on which nothing depends, and multiplies; ' +
      'Rumur tries every tuple. So agreement also confirms that nothing is lost by skipping.',
    '- Rumur runs with symmetry reduction and deadlock detection off, and one thread. Times are those of the search ' +
      'alone, on a machine that was doing other work as well: Rumur’s without generating and compiling the ' +
      'program, ours with compiling while it runs, and without laws.',
    '',
    '## Results',
    '',
    ...table(
      ['world', 'states', 'transitions', 'ours', 'states/s', 'Rumur', 'states/s'],
      worlds.map(({ world, states, transitions, seconds, rumurSeconds }) => [
        world,
        number(states),
        number(transitions),
        ...timed(states, seconds),
        ...timed(states, rumurSeconds),
      ]),
    ),
  ].join('\n')}\n`;
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
const timed = (states: number, seconds: number): string[] => [`${seconds.toFixed(2)} s`, number(states / seconds)];
