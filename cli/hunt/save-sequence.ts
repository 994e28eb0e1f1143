/** `hunt --save`: what was found, as a file that `explain` and `replay` read. */
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Campaign, Divergence, Shrunk } from '../../search/conformance/campaign/campaign.ts';
import { writtenText } from '../../search/counterexamples/format.ts';
import { sequenceFileOf, sequenceFormat } from '../../search/counterexamples/sequence-file.ts';
import { fail, print, warn } from '../output.ts';
import { anywhere, quoted, selfCommand } from '../self.ts';

/** Nothing that is there is written over, and that is said before anything is asked. */
export function checkSave(file: string | undefined): void {
  if (file === undefined) return;
  if (existsSync(file)) fail(`--save does not write over ${file}; name another file, or remove it`);
  if (!existsSync(dirname(file))) fail(`--save ${file}: there is no folder ${dirname(file)}`);
}

interface Saved {
  readonly campaign: Campaign;
  readonly divergence: Divergence | undefined;
  readonly shrunk: Shrunk | undefined;
  readonly again: string | undefined;
}

/** After everything is printed: the file is there whole, or not at all. */
export function saveSequence(file: string, { campaign, divergence, shrunk, again = '' }: Saved): void {
  if (divergence === undefined) {
    print(`nothing differs: ${file} is not written`);
    return;
  }
  const isShrunk = shrunk?.repeated === true;
  const met = isShrunk ? shrunk.met : divergence.met;
  const sequence = sequenceFileOf(met, campaign.description, { found: anywhere(again), isShrunk });
  const part = `${file}.${process.pid}.part`;
  try {
    writeFileSync(part, writtenText(sequenceFormat, sequence), { flag: 'wx' });
    if (existsSync(file)) throw new Error('it has come to be there in the meantime');
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    warn(`cannot write ${file}: ${(error as Error).message}`);
    return;
  }
  print(`\nsaved: ${selfCommand()} explain ${quoted(file)}`);
}
