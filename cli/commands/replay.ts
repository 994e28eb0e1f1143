/** `pvm-spec replay NAME`: a counterexample or a finding for the machine: does it still show what it says? */
import type { Command } from 'commander';
import { isFinding } from '../../search/counterexamples/finding.ts';
import { fileOf, readText } from '../counterexamples.ts';
import { show } from '../explain/shown.ts';
import type { Shown } from '../explain/shown.ts';
import { exitStatus, fail, print } from '../output.ts';
import { pageOfFinding, pageOfSequence, pageOfShown } from '../report/replay.ts';
import { pageText } from '../report/write.ts';
import { save } from '../save.ts';
import { replayOnTarget, replayRecorded } from '../replay-finding.ts';
import { isSequenceFile, parseSequenceFile } from '../../search/counterexamples/sequence-file.ts';
import { isPairFile, parsePairFile } from '../../search/pairs/pair-file.ts';
import { replayPair } from '../pairs/hunt.ts';
import { replaySequence, replaySequenceOn } from '../sequence-file.ts';
import { targetOptions } from '../targets.ts';
import type { TargetFlags } from '../targets.ts';
import { ofFinding, parsed } from './explain.ts';

export function replayCommand(replay: Command): void {
  targetOptions(replay, null)
    .argument(
      '<name>',
      'a counterexample or a finding, by its file, name, title, fault or guard; --target asks a real hypervisor about a finding',
    )
    .option('--html <file>', 'write what is replayed as a page, step by step')
    .action(async (what: string, flags: Partial<TargetFlags> & { html?: string }) => {
      const file = fileOf(what);
      const text = readText(file);
      const { target, html } = flags;
      if (target !== undefined && html !== undefined) fail('--html shows what is in the file: it is not for --target');
      if (isPairFile(text)) {
        if (target === undefined) fail(`${file} holds a schedule of two CPUs: --target linux-pkvm runs it again`);
        process.exitCode = await replayPair(parsed(file, parsePairFile(text)), { ...flags, target });
        return;
      }
      if (isSequenceFile(text)) {
        const sequence = parsed(file, parseSequenceFile(text));
        process.exitCode =
          target === undefined
            ? replaySequence(file, sequence)
            : await replaySequenceOn(sequence, { ...flags, target });
        if (html !== undefined) save(html, pageText(html, pageOfSequence(sequence, what)));
        return;
      }
      if (isFinding(text)) {
        process.exitCode = await ofFinding(file, text, (finding) =>
          target === undefined ? replayRecorded(finding) : replayOnTarget(finding, { ...flags, target }),
        );
        if (html !== undefined) save(html, pageText(html, ofFinding(file, text, pageOfFinding)));
        return;
      }
      if (target !== undefined) fail(`${file} is no finding in a real hypervisor: it is replayed without --target`);
      const shown = parsed(file, show(text, file));
      process.exitCode = replayed(shown);
      if (html !== undefined) save(html, pageText(html, pageOfShown(shown, what)));
    });
}

function replayed({ breaks, under, steps, broken }: Shown): number {
  print(
    broken
      ? `${breaks} breaks at step ${broken.step} of ${steps} ${under}: ${broken.statement}`
      : `${breaks} holds through all ${steps} steps ${under}`,
  );
  return broken ? exitStatus.violated : exitStatus.holds;
}
