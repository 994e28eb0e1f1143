/** `pvm-spec vectors`: evidence with the verdicts on it, for whoever writes a verifier elsewhere. */
import type { Command } from 'commander';
import { clauses } from '../../spec/clauses.generated.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { corpusOf, optionSets } from '../../properties/attestation/corpus.ts';
import { fail, print } from '../output.ts';

export function vectorsCommand(program: Command): void {
  program
    .command('vectors')
    .description('write evidence, sound and forged, with the verdict on each under each set of options, as JSON')
    .option('--devices <number>', 'how many devices to make each piece for', '4')
    .option('--seed <text>', 'what the secrets of the devices are made from', 'pvm-spec')
    .action(({ devices, seed }: { devices: string; seed: string }) => {
      const count = Number(devices);
      if (!Number.isInteger(count) || count < 1) fail(`--devices takes a whole number from 1 on, got ${devices}`);
      write(Array.from({ length: count }, (_, at) => `${seed} ${at}`));
    });
}

/** One case to a line, so that two corpora can be compared line by line. */
function write(devices: readonly string[]): void {
  const cited = new Set<string>();
  print('{');
  print(' "about": "DICE chains, handovers and requests for certificates, with the verdict of pvm-spec on each",');
  print(` "options": ${JSON.stringify(optionSets)},`);
  print(' "cases": [');
  let before = '';
  for (const one of corpusOf(devices)) {
    if (before !== '') print(`${before},`);
    before = `  ${JSON.stringify(one)}`;
    if (one.clause !== undefined) cited.add(one.clause);
  }
  print(before);
  print(' ],');
  const texts = [...cited].sort().map((id) => [id, clauses[id as ClauseId].text]);
  print(` "clauses": ${JSON.stringify(Object.fromEntries(texts))}`);
  print('}');
}
