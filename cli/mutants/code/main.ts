/**
 * `npm run mutants:model [-- --sample N --seed S --write] [FOLDER…]`: makes mistakes of one place in the code of the
 * model, and says which of them nothing shows.
 */
import { Command } from 'commander';
import type { CodeMutant } from '../../../mutants/code/instrument.ts';
import { codeMutants } from '../../generate/inputs.ts';
import { exitStatus, fail, print } from '../../output.ts';
import { sampled } from '../sample.ts';
import { codePercent, codeResultOf, folderOf, keepCodeResult } from './result.ts';
import type { CodeResult } from './result.ts';
import { tryCode } from './run.ts';
import { mutantsOfModel, writeScratch } from './scratch.ts';

interface Flags {
  readonly sample?: string;
  readonly seed: string;
  readonly write?: true;
}

const whole = (option: string, text: string): number =>
  /^\d{1,9}$/.test(text) ? Number(text) : fail(`--${option} takes a whole number, got ${text}`);

function wanted(all: readonly CodeMutant[], folders: readonly string[], flags: Flags): readonly CodeMutant[] {
  const known = new Set(all.map(({ file }) => folderOf(file)));
  const unknown = folders.find((folder) => !known.has(folder));
  if (unknown !== undefined) fail(`no folder ${unknown}; there are ${[...known].sort().join(', ')}`);
  const chosen = folders.length === 0 ? all : all.filter(({ file }) => folders.includes(folderOf(file)));
  if (flags.sample === undefined) return chosen;
  return sampled(chosen, whole('sample', flags.sample), whole('seed', flags.seed));
}

function report(result: CodeResult): string[] {
  const lines = (scores: CodeResult['byFolder']): string[] =>
    Object.entries(scores).map(
      ([name, score]) =>
        `  ${name.padEnd(22)} ${String(score.killed).padStart(5)} of ${String(score.tried).padStart(5)}  ${codePercent(score)}`,
    );
  return [
    ...(result.survivors.length > 0 ? ['survivors', ...result.survivors.map((one) => `  ${one}`)] : []),
    'by folder',
    ...lines(result.byFolder),
    'by kind of mistake',
    ...lines(result.byKind),
    'seen first by',
    ...Object.entries(result.by).map(([name, count]) => `  ${name.padEnd(22)} ${String(count).padStart(5)}`),
    `${result.killed} of ${result.tried} told from the model (${codePercent(result)}); there are ${result.mutants}`,
  ];
}

async function run(folders: readonly string[], flags: Flags): Promise<number> {
  if (flags.write && folders.length > 0) fail('--write keeps a result of all folders: name none');
  const { mutants: all, files } = mutantsOfModel();
  const chosen = wanted(all, folders, flags);
  if (chosen.length === 0) fail('no mutant was asked for');
  const scratch = writeScratch(files);
  try {
    const every = 50;
    const tried = await tryCode(scratch.folder, chosen, (count) => {
      if (count % every === 0) process.stderr.write(`${count} of ${chosen.length}\n`);
    });
    const result = codeResultOf(all, tried, Number(flags.seed));
    print(report(result).join('\n'));
    if (flags.write) keepCodeResult(codeMutants, result);
    return result.survivors.length > 0 ? exitStatus.violated : exitStatus.holds;
  } finally {
    scratch.remove();
  }
}

const command = new Command('mutants:model')
  .description('make mistakes of one place in the code of the model, and see which of them shows nowhere')
  .argument('[folder...]', 'the folders whose code is changed (default: all)')
  .option('--sample <number>', 'try so many, drawn by the seed')
  .option('--seed <number>', 'by which a sample is drawn', '1')
  .option('--write', 'keep the result')
  .action(async (folders: string[], flags: Flags) => {
    process.exitCode = await run(folders, flags);
  });
command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? exitStatus.holds : exitStatus.usage));
await command.parseAsync();
