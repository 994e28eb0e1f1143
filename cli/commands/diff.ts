/** `pvm-spec diff FROM TO`: what one profile answers otherwise than another. */
import type { Command } from 'commander';
import { compare } from '../../search/differences/compare.ts';
import { asJson, asText } from '../diff/formats.ts';
import { profileAsked } from '../export/world.ts';
import { exitStatus, fail, print } from '../output.ts';
import { pageOfDiff } from '../report/diff.ts';
import { pageText } from '../report/write.ts';
import { save } from '../save.ts';

/** Enough for almost all changes between releases of Linux. */
const usualStates = '1000';
/** Half as many take 300 MB between two releases of Linux. */
const mostStates = 100_000;

export function diffCommand(command: Command): void {
  command
    .argument('<from>', 'a profile, such as linux-6.12')
    .argument('<to>', 'the profile that it is compared with, such as linux-7.3')
    .option('--states <number>', 'how many pairs of states are gone through in each scope', usualStates)
    .option('--json', 'as JSON')
    .option('--html <file>', 'write it as a page as well')
    .action((from: string, to: string, options: { states: string; json?: true; html?: string }) => {
      const [before, after] = [profileAsked(from), profileAsked(to)];
      const states = readStates(options.states);
      const compared = compare(before, after, states);
      const write = options.json === true ? asJson : asText;
      const asked = { from, to, states };
      print(write(asked, compared));
      process.exitCode = compared.changes.length === 0 ? exitStatus.holds : exitStatus.violated;
      const { html } = options;
      if (html !== undefined) save(html, pageText(html, pageOfDiff(asked, compared)));
    });
}

function readStates(text: string): number {
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= mostStates) return Number(text);
  return fail(`--states takes a whole number from 1 to ${mostStates}, got ${text}`);
}
