/** `pvm-spec trace repeat FILE…`: ask a target what was asked when a transcript was recorded. */
import type { Command } from 'commander';
import type { EventTarget } from '../../spec/target.ts';
import type { TranscriptEvent, TranscriptHeader } from '../../spec/transcript.ts';
import { linesOf } from '../../targets/transcript/lines.ts';
import { MalformedLine, parseHeader, parseLine } from '../../targets/transcript/read.ts';
import { askAgain } from '../ask-again.ts';
import { whyUnread } from '../input.ts';
import { exitStatus, fail, print } from '../output.ts';
import { openTarget, targetOptions, withTarget } from '../targets.ts';
import type { TargetFlags } from '../targets.ts';

export function repeatCommand(trace: Command): void {
  targetOptions(trace.command('repeat'))
    .description('ask a target what a transcript asked, and compare its answers with those recorded')
    .argument('<file...>', 'pvm-trace files; those named scenario-panic-* stop the hypervisor')
    .option('--show', 'print every call and its answer')
    .action(async (files: string[], flags: TargetFlags & { show?: true }) => {
      process.exitCode = await withTarget(openTarget(flags), async (target) => {
        let status: number = exitStatus.holds;
        for (const file of files) status = Math.max(status, await repeat(file, target, flags.show === true));
        return status;
      });
    });
}

/** What is wrong with the file is said with its line. */
async function readOrFail(file: string): ReturnType<typeof read> {
  try {
    return await read(file);
  } catch (error) {
    if (error instanceof MalformedLine) fail(`${file}:${error.line}: ${error.message}`);
    return fail(whyUnread(file, error));
  }
}

async function read(file: string): Promise<{ header: TranscriptHeader; events: TranscriptEvent[] }> {
  let header: TranscriptHeader | undefined;
  const events: TranscriptEvent[] = [];
  for await (const { number, text } of linesOf(file)) {
    if (header === undefined) {
      header = parseHeader(text);
      continue;
    }
    const line = parseLine(number, text);
    if ('op' in line) events.push(line);
  }
  if (header === undefined) throw new MalformedLine(1, 'the file is empty');
  return { header, events };
}

async function repeat(file: string, target: EventTarget, show: boolean): Promise<number> {
  const { header, events } = await readOrFail(file);
  const steps = await askAgain(target, header, events);
  const asked = steps.filter(({ got }) => got !== undefined);
  const differences = steps.filter(({ same }) => !same).length;
  for (const [i, { question, recorded, got, same }] of steps.entries()) {
    const { op, args } = question;
    if (show || !same) print(`${String(i).padStart(5)}  ${op} ${JSON.stringify(args)}  ${JSON.stringify(got ?? null)}`);
    if (!same) print(`       recorded: ${JSON.stringify(recorded)}`);
    if (got === undefined) break;
  }
  const last = asked.at(-1)?.got;
  if (last && 'panic' in last) print(`${file}: the hypervisor stops (${JSON.stringify(last['message'])})`);
  print(`${file}: ${asked.length} calls, ${differences} answers differ from those recorded`);
  return differences > 0 ? exitStatus.violated : exitStatus.holds;
}
