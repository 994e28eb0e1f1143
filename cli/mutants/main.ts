/**
 * `npm run mutants [-- --sample N --seed S] [CALL…]`: makes every mistake of one place in the rules, and says which of
 * them nothing tells from the rules. A whole run is written down; `npm run generate` makes docs/rule-mutants.md of it.
 */
import { Command } from 'commander';
import { allMutants } from '../../mutants/rules/all.ts';
import type { Mutant } from '../../mutants/rules/mutant.ts';
import { ruleMutants } from '../generate/inputs.ts';
import { exitStatus, fail, print } from '../output.ts';
import { killers, provers } from './killers.ts';
import { keepSurvey, noReason, percent, readSurvey, resultOf, survivorsOf, tryAll } from './result.ts';
import type { Score, Survey } from './result.ts';
import { sampled } from './sample.ts';

interface Flags {
  readonly sample?: string;
  readonly seed: string;
}

const whole = (option: string, text: string): number =>
  /^\d{1,9}$/.test(text) ? Number(text) : fail(`--${option} takes a whole number, got ${text}`);

function wanted(all: readonly Mutant[], calls: readonly string[], { sample, seed }: Flags): readonly Mutant[] {
  const known = new Set(all.map(({ call }) => call));
  const unknown = calls.find((call) => !known.has(call));
  if (unknown !== undefined) fail(`no call ${unknown}; there are ${[...known].sort().join(', ')}`);
  const chosen = calls.length === 0 ? all : all.filter(({ call }) => calls.includes(call));
  const number = whole('seed', seed);
  return sample === undefined ? chosen : sampled(chosen, whole('sample', sample), number);
}

const scoreLine = (name: string, score: Score): string =>
  `  ${name.padEnd(26)} ${String(score.killed).padStart(5)} of ${String(score.mutants - score.equal).padStart(5)}  ${percent(score)}`;

function report({ result, survivors }: Survey): string[] {
  const listed = Object.entries(survivors).flatMap(([reason, mutants]) => [
    `survivors: ${reason}`,
    ...Object.entries(mutants).flatMap(([key, name]) => [`  ${key}`, `    ${name}`]),
  ]);
  return [
    ...listed,
    'by kind of mistake',
    ...Object.entries(result.byKind).map(([kind, score]) => scoreLine(kind, score)),
    'by chapter',
    ...Object.entries(result.byChapter).map(([chapter, score]) => scoreLine(chapter, score)),
    'seen first by',
    ...Object.entries(result.by).map(([name, count]) => `  ${name.padEnd(26)} ${String(count).padStart(5)}`),
    `${result.mutants} mutants, ${result.equal} of them proved equal`,
    `${result.killed} of ${result.mutants - result.equal} told from the rules (${percent(result)})`,
  ];
}

function run(calls: readonly string[], flags: Flags): number {
  const all = allMutants();
  const mutants = wanted(all, calls, flags);
  if (mutants.length === 0) fail('no mutant was asked for');
  const every = 500;
  const judges = killers();
  const proving = provers();
  if (proving.length === 0) process.stderr.write('nothing is proved: z3 and cvc5 are not to be had here\n');
  const tried = tryAll(all, mutants, judges, proving, (count) => {
    if (count % every === 0) process.stderr.write(`${count} of ${mutants.length}\n`);
  });
  const known = readSurvey(ruleMutants).survivors;
  const survey: Survey = { result: resultOf(tried, judges), survivors: survivorsOf(tried, known, proving.length > 0) };
  print(report(survey).join('\n'));
  const isWhole = calls.length === 0 && flags.sample === undefined;
  if (isWhole) keepSurvey(ruleMutants, survey);
  return noReason in survey.survivors ? exitStatus.violated : exitStatus.holds;
}

const command = new Command('mutants')
  .description('make every mistake of one place in the rules, and see which of them shows nowhere')
  .argument('[call...]', 'the calls whose rules are changed (default: all)')
  .option('--sample <number>', 'try so many, drawn by the seed')
  .option('--seed <number>', 'by which a sample is drawn', '1')
  .action((calls: string[], flags: Flags) => {
    process.exitCode = run(calls, flags);
  });
command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? exitStatus.holds : exitStatus.usage));
await command.parseAsync();
