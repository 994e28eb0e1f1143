/** `pvm-spec replay NAME`: a counterexample or a finding for the machine: does it still show what it says? */
import type { Command } from 'commander';
import { isFinding, parseFinding } from '../../search/counterexamples/finding.ts';
import { fileOf, readText } from '../counterexamples.ts';
import { show } from '../explain/shown.ts';
import type { Shown } from '../explain/shown.ts';
import { exitStatus, fail, print } from '../output.ts';
import { replayOnTarget, replayRecorded } from '../replay-finding.ts';
import { isSequenceFile, parseSequenceFile } from '../../search/counterexamples/sequence-file.ts';
import { replaySequence, replaySequenceOn } from '../sequence-file.ts';
import { targetOptions } from '../targets.ts';
import type { TargetFlags } from '../targets.ts';
import { parsed } from './explain.ts';

export function replayCommand(replay: Command): void {
  targetOptions(replay, null)
    .argument(
      '<name>',
      'a counterexample or a finding, by its file, name, title, fault or guard; --target asks a real hypervisor about a finding',
    )
    .action(async (what: string, flags: Partial<TargetFlags>) => {
      const file = fileOf(what);
      const text = readText(file);
      const { target } = flags;
      if (isSequenceFile(text)) {
        const sequence = parsed(file, parseSequenceFile(text));
        process.exitCode =
          target === undefined
            ? replaySequence(file, sequence)
            : await replaySequenceOn(sequence, { ...flags, target });
        return;
      }
      if (isFinding(text)) {
        const finding = parsed(file, parseFinding(text));
        process.exitCode =
          target === undefined ? replayRecorded(finding) : await replayOnTarget(finding, { ...flags, target });
        return;
      }
      if (target !== undefined) fail(`${file} is no finding in a real hypervisor: it is replayed without --target`);
      process.exitCode = replayed(parsed(file, show(text)));
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
