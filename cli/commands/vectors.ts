/** `pvm-spec vectors`: evidence with the verdicts on it, for whoever writes a verifier elsewhere. */
import type { Command } from 'commander';
import { corpusOf, planOf } from '../../search/evidence/corpus.ts';
import { vectorsOf } from '../../search/evidence/vectors.ts';
import type { Vectors } from '../../search/evidence/vectors.ts';
import { fail, print } from '../output.ts';
import { version } from '../version.ts';

export function vectorsCommand(vectors: Command): void {
  vectors
    .option('--devices <number>', 'how many devices to make each forgery for', '3')
    .option('--draws <number>', 'how many pieces to draw besides', '300')
    .option('--seed <number>', 'what devices and draws are made from', '1')
    .action((given: { devices: string; draws: string; seed: string }) => {
      const devices = wholeNumber('--devices', given.devices, 1);
      const seed = wholeNumber('--seed', given.seed, 0);
      const draws = wholeNumber('--draws', given.draws, 0);
      write(vectorsOf([...corpusOf(planOf(devices, draws, seed))], version));
    });
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= least)) fail(`${option} takes a whole number from ${least} on, got ${text}`);
  return value;
}

/** One test to a line, so that two corpora can be compared line by line. */
function write({ testGroups, ...about }: Vectors): void {
  print('{');
  for (const [field, value] of Object.entries(about)) print(` ${JSON.stringify(field)}: ${JSON.stringify(value)},`);
  print(' "testGroups": [');
  for (const [at, { tests, ...group }] of testGroups.entries()) {
    print(`  ${JSON.stringify(group).slice(0, -1)}, "tests": [`);
    for (const [test, one] of tests.entries()) print(`   ${JSON.stringify(one)}${test + 1 < tests.length ? ',' : ''}`);
    print(`  ]}${at + 1 < testGroups.length ? ',' : ''}`);
  }
  print(' ]');
  print('}');
}
