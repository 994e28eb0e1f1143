/** `pvm-spec vectors`: evidence with the verdicts on it, for whoever writes a verifier elsewhere. */
import type { Command } from 'commander';
import { clauses } from '../../spec/clauses.generated.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { leniencies, profileNames } from '../../spec/evidence/options.ts';
import { verifiers } from '../../spec/evidence/verifiers.ts';
import { corpusOf } from '../../search/evidence/corpus.ts';
import { optionSets } from '../../search/evidence/option-sets.ts';
import { fail, print } from '../output.ts';

export function vectorsCommand(vectors: Command): void {
  vectors
    .option('--devices <number>', 'how many devices to make each forgery for', '3')
    .option('--draws <number>', 'how many pieces to draw besides', '300')
    .option('--seed <number>', 'what devices and draws are made from', '1')
    .action((given: { devices: string; draws: string; seed: string }) => {
      const devices = Array.from({ length: wholeNumber('--devices', given.devices, 1) }, (_, at) => at);
      const seed = wholeNumber('--seed', given.seed, 0);
      const draws = wholeNumber('--draws', given.draws, 0);
      write({ devices: devices.map((at) => `device ${at} of ${seed}`), draws, seed });
    });
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= least)) fail(`${option} takes a whole number from ${least} on, got ${text}`);
  return value;
}

/** One case to a line, so that two corpora can be compared line by line. */
function write(plan: Parameters<typeof corpusOf>[0]): void {
  const checks = verifiers.map(({ name, checks: all }) => [name, all.map(({ clause }) => clause)]);
  const cited = [...new Set(verifiers.flatMap(({ checks: all }) => all.map(({ clause }) => clause)))].sort();
  const texts = cited.map((id: ClauseId) => [id, clauses[id].text]);
  print('{');
  print(' "format": "pvm-vectors", "version": 2,');
  print(' "about": "DICE chains, handovers and requests for certificates; docs/vectors.md says how to read this",');
  print(` "options": ${JSON.stringify(optionSets)},`);
  print(` "profiles": ${JSON.stringify(Object.fromEntries(profileNames))},`);
  print(` "leniencies": ${JSON.stringify(leniencies)},`);
  print(` "checks": ${JSON.stringify(Object.fromEntries(checks))},`);
  print(` "clauses": ${JSON.stringify(Object.fromEntries(texts))},`);
  print(' "cases": [');
  let before = '';
  for (const one of corpusOf(plan)) {
    if (before !== '') print(`${before},`);
    before = `  ${JSON.stringify(one)}`;
  }
  print(before);
  print(' ]');
  print('}');
}
