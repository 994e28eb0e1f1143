/** `pvm-spec explain FILE|CLAUSE` and `pvm-spec replay FILE`: a counterexample for the reader, and for the machine. */
import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { clauses } from '../../spec/clauses.generated.ts';
import { isAboutEvidence, parseEvidence } from '../../counterexamples/evidence/file.ts';
import { parseCounterexample } from '../../counterexamples/file.ts';
import type { Counterexample } from '../../counterexamples/file.ts';
import { isFinding, parseFinding } from '../../counterexamples/finding.ts';
import type { EvidenceCounterexample } from '../../properties/attestation/fault.ts';
import { isOfMachine } from '../../properties/machine/fault.ts';
import { tellEvidence } from '../explain/evidence.ts';
import type { EvidenceTold } from '../explain/evidence.ts';
import { tellFault } from '../explain/fault.ts';
import { explainFinding } from '../explain/finding.ts';
import { explain, sayClause } from '../explain/text.ts';
import { tell } from '../explain/story.ts';
import type { Story } from '../explain/story.ts';
import { exitStatus, fail, print } from '../output.ts';
import { evidenceFor } from '../evidence.ts';
import { replayOnTarget, replayRecorded } from '../replay-finding.ts';
import { targetOptions } from '../targets.ts';
import type { TargetFlags } from '../targets.ts';

export function explainCommand(program: Command): void {
  program
    .command('explain')
    .description('show a counterexample step by step, or a clause with all that stands behind it')
    .argument('<file-or-clause>', 'a counterexample, or the id of a clause')
    .action((what: string) => {
      if (what in clauses) print([...sayClause(what), '', ...evidenceFor(what)].join('\n'));
      else if (/^[A-Z][A-Z0-9-]+$/.test(what) && !existsSync(what))
        fail(`no clause ${what}; \`pvm-spec clauses\` lists them`);
      else print(explainFile(what).join('\n'));
    });
}

function explainFile(file: string): string[] {
  const text = readText(file);
  if (isFinding(text)) return explainFinding(parsed(file, parseFinding(text)));
  if (isAboutEvidence(text)) return explainEvidence(file, parsed(file, parseEvidence(text)));
  const counterexample = parsed(file, parseCounterexample(text));
  return isOfMachine(counterexample) ? explainFault(file, counterexample) : explain(toldStory(file, counterexample));
}

export function replayCommand(program: Command): void {
  targetOptions(program.command('replay'), null)
    .description('run a counterexample again: exit status 1 if it still breaks its clause, 0 if not')
    .argument('<file>', 'a counterexample, or a finding; --target asks the hypervisor that it was found in')
    .action(async (file: string, flags: Partial<TargetFlags>) => {
      const text = readText(file);
      const { target } = flags;
      if (isFinding(text)) {
        const finding = parsed(file, parseFinding(text));
        process.exitCode =
          target === undefined ? replayRecorded(finding) : await replayOnTarget(finding, { ...flags, target });
        return;
      }
      if (isAboutEvidence(text)) {
        replayEvidence(file, parsed(file, parseEvidence(text)));
        return;
      }
      if (target !== undefined) fail(`${file} is no finding in a real hypervisor: it is replayed without --target`);
      const given = parsed(file, parseCounterexample(text));
      if (isOfMachine(given)) {
        replayFault(file, given);
        return;
      }
      const { counterexample, broken } = toldStory(file, given);
      const { breaks, without, profile } = counterexample;
      const under = without ? `without ${without.clause}` : `under ${profile}`;
      print(
        broken
          ? `${breaks} breaks at step ${broken.length} of ${counterexample.calls.length} ${under}: ${broken.violation.property.says}`
          : `${breaks} holds through all ${counterexample.calls.length} steps ${under}`,
      );
      process.exitCode = broken ? exitStatus.violated : exitStatus.holds;
    });
}

function explainEvidence(file: string, counterexample: EvidenceCounterexample): string[] {
  const told = toldEvidence(file, counterexample);
  const { name, breaks, fault, story } = counterexample;
  const how = told.broken === breaks ? 'breaks' : 'does not break';
  const known = told.known === undefined ? [] : [`known: ${told.known}`];
  const heading = [`${name}   with ${fault}, a verifier ${how} ${breaks}`, '', told.title, story, ...known];
  return [...heading, '', ...told.decisions, '', ...told.outline, '', ...sayClause(breaks)];
}

function replayEvidence(file: string, counterexample: EvidenceCounterexample): void {
  const { broken } = toldEvidence(file, counterexample);
  const { breaks, fault, decided, specified } = counterexample;
  const isBroken = broken === breaks;
  print(
    isBroken
      ? `${breaks} breaks with ${fault}: decided is ${decided}, and specified ${specified}`
      : `${breaks} holds with ${fault}`,
  );
  process.exitCode = isBroken ? exitStatus.violated : exitStatus.holds;
}

function toldEvidence(file: string, counterexample: EvidenceCounterexample): EvidenceTold {
  const told = tellEvidence(counterexample);
  if (typeof told === 'string') fail(`${file}: ${told}`);
  return told;
}

function explainFault(file: string, counterexample: Counterexample): string[] {
  const told = tellFault(counterexample);
  if (typeof told === 'string') fail(`${file}: ${told}`);
  const { name, breaks, story = '', fault = 'nothing planted' } = counterexample;
  const how = told.broken ? `breaks at step ${told.broken.length}` : 'does not break';
  const known = told.known === undefined ? [] : [`known: ${told.known}`];
  return [
    `${name}   with ${fault}, ${breaks} ${how}`,
    '',
    told.title,
    story,
    ...known,
    '',
    ...told.lines,
    '',
    ...sayClause(breaks),
  ];
}

function replayFault(file: string, counterexample: Counterexample): void {
  const told = tellFault(counterexample);
  if (typeof told === 'string') fail(`${file}: ${told}`);
  const { breaks, calls, fault = 'nothing planted' } = counterexample;
  print(
    told.broken
      ? `${breaks} breaks at step ${told.broken.length} of ${calls.length} with ${fault}: ${told.broken.breach.says}`
      : `${breaks} holds through all ${calls.length} steps with ${fault}`,
  );
  process.exitCode = told.broken ? exitStatus.violated : exitStatus.holds;
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

function toldStory(file: string, counterexample: Counterexample): Story {
  const story = tell(counterexample);
  if (typeof story === 'string') fail(`${file}: ${story}`);
  return story;
}
