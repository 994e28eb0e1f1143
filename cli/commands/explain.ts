/** `pvm-spec explain FILE|CLAUSE` and `pvm-spec replay FILE`: a counterexample for the reader, and for the machine. */
import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { clauses } from '../../spec/clauses.generated.ts';
import { isAboutEvidence, parseEvidence } from '../../mutants/evidence/file.ts';
import { parseCounterexample } from '../../search/counterexamples/file.ts';
import type { Counterexample } from '../../search/counterexamples/file.ts';
import { isFinding, parseFinding } from '../../search/counterexamples/finding.ts';
import type { EvidenceCounterexample } from '../../mutants/evidence/fault.ts';
import { isOfMachine } from '../../search/machine/counterexample.ts';
import { reportEvidence } from '../explain/evidence.ts';
import { reportFault } from '../explain/fault.ts';
import type { FaultReport } from '../explain/fault-report.ts';
import { explainFinding } from '../explain/finding.ts';
import { explain, formatClause } from '../explain/text.ts';
import { storyOf } from '../explain/story.ts';
import { exitStatus, fail, print } from '../output.ts';
import { evidenceFor } from '../evidence.ts';
import { isSequenceFile, parseSequenceFile } from '../../search/counterexamples/sequence-file.ts';
import { explainSequence, replaySequence, replaySequenceOn } from '../sequence-file.ts';
import { replayOnTarget, replayRecorded } from '../replay-finding.ts';
import { targetOptions } from '../targets.ts';
import type { TargetFlags } from '../targets.ts';

export function explainCommand(command: Command): void {
  command.argument('<file-or-clause>', 'a counterexample, or the id of a clause').action((what: string) => {
    if (what in clauses) print([...formatClause(what), '', ...evidenceFor(what)].join('\n'));
    else if (/^[A-Z][A-Z0-9-]+$/.test(what) && !existsSync(what))
      fail(`no clause ${what}; \`pvm-spec clauses\` lists them`);
    else print(explainFile(what).join('\n'));
  });
}

function explainFile(file: string): string[] {
  const text = readText(file);
  if (isSequenceFile(text)) return parsed(file, explainSequence(parsed(file, parseSequenceFile(text))));
  if (isFinding(text)) return explainFinding(parsed(file, parseFinding(text)));
  if (isAboutEvidence(text)) return explainEvidence(file, ofClause(file, parseEvidence(text)));
  const counterexample = ofClause(file, parseCounterexample(text));
  return isOfFault(counterexample)
    ? explainFault(file, counterexample)
    : explain(parsed(file, storyOf(counterexample)));
}

export function replayCommand(replay: Command): void {
  targetOptions(replay, null)
    .argument('<file>', 'a counterexample, or a finding; --target asks the hypervisor that it was found in')
    .action(async (file: string, flags: Partial<TargetFlags>) => {
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
      if (isAboutEvidence(text)) {
        replayEvidence(file, ofClause(file, parseEvidence(text)));
        return;
      }
      const given = ofClause(file, parseCounterexample(text));
      if (isOfFault(given)) {
        replayFault(file, given);
        return;
      }
      const { counterexample, broken } = parsed(file, storyOf(given));
      const { breaks, without, profile } = counterexample;
      const under = without ? `without ${without.clause}` : `under ${profile}`;
      print(
        broken
          ? `${breaks} breaks at step ${broken.length} of ${counterexample.calls.length} ${under}: ${broken.violation.property.statement}`
          : `${breaks} holds through all ${counterexample.calls.length} steps ${under}`,
      );
      process.exitCode = broken ? exitStatus.violated : exitStatus.holds;
    });
}

/** What the model shows by itself is told as a fault of it would be. */
const isOfFault = (one: Counterexample): boolean => one.fault !== undefined || isOfMachine(one);

/** What a fault is, before what it does. */
const introduced = (
  how: string,
  { title, known }: Pick<FaultReport, 'title' | 'known'>,
  { name, story = '' }: { readonly name: string; readonly story?: string | undefined },
): string[] => [`${name}   ${how}`, '', title, story, ...(known === undefined ? [] : [`known: ${known}`]), ''];

function explainEvidence(file: string, counterexample: EvidenceCounterexample): string[] {
  const report = parsed(file, reportEvidence(counterexample));
  const { breaks, fault } = counterexample;
  const how = `with ${fault}, a verifier ${report.broken === breaks ? 'breaks' : 'does not break'} ${breaks}`;
  return [
    ...introduced(how, report, counterexample),
    ...report.decisions,
    '',
    ...report.outline,
    '',
    ...formatClause(breaks),
  ];
}

function replayEvidence(file: string, counterexample: EvidenceCounterexample): void {
  const { broken } = parsed(file, reportEvidence(counterexample));
  const { breaks, fault, decided, specified } = counterexample;
  const isBroken = broken === breaks;
  print(
    isBroken
      ? `${breaks} breaks with ${fault}: decided is ${decided}, and specified ${specified}`
      : `${breaks} holds with ${fault}`,
  );
  process.exitCode = isBroken ? exitStatus.violated : exitStatus.holds;
}

function explainFault(file: string, counterexample: Counterexample): string[] {
  const report = parsed(file, reportFault(counterexample));
  const { breaks, fault = 'nothing planted' } = counterexample;
  const how = `with ${fault}, ${breaks} ${report.broken ? `breaks at step ${report.broken.length}` : 'does not break'}`;
  return [...introduced(how, report, counterexample), ...report.lines, '', ...formatClause(breaks)];
}

function replayFault(file: string, counterexample: Counterexample): void {
  const report = parsed(file, reportFault(counterexample));
  const { breaks, calls, fault = 'nothing planted' } = counterexample;
  print(
    report.broken
      ? `${breaks} breaks at step ${report.broken.length} of ${calls.length} with ${fault}: ${report.broken.statement}`
      : `${breaks} holds through all ${calls.length} steps with ${fault}`,
  );
  process.exitCode = report.broken ? exitStatus.violated : exitStatus.holds;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    fail(`cannot read ${file}: ${code === 'ENOENT' ? 'there is no such file' : message}`);
  }
}

const parsed = <T>(file: string, read: T | string): T => (typeof read === 'string' ? fail(`${file}: ${read}`) : read);

/** A counterexample, if what it breaks is a clause. */
function ofClause<T extends { readonly breaks: string }>(file: string, read: T | string): T {
  const counterexample = parsed(file, read);
  return counterexample.breaks in clauses
    ? counterexample
    : fail(`${file}: breaks: no clause ${counterexample.breaks}`);
}
