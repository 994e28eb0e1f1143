/** `pvm-spec trace repeat FILE…`: ask a target what was asked when a transcript was recorded. */
import type { Command } from 'commander';
import { VmNames } from '../../properties/hunt/hunt.ts';
import type { EventTarget, Question } from '../../spec/target.ts';
import type { Answer, TranscriptEvent, TranscriptHeader } from '../../spec/transcript.ts';
import { linesOf, parseHeader, parseLine } from '../../targets/transcript/read.ts';
import { exitStatus, print } from '../output.ts';
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
  if (header === undefined) throw new Error(`${file} is empty`);
  return { header, events };
}

async function repeat(file: string, target: EventTarget, show: boolean): Promise<number> {
  const { header, events } = await read(file);
  await target.open(header);
  const names = new VmNames();
  const given = await target.answerAll(events.map(({ op, args }): Question => ({ op, args })));
  let differences = 0;
  for (const [i, { op, args, answer }] of events.entries()) {
    const got = given[i] && names.add(op, given[i]);
    const same = got !== undefined && agree(answer, got);
    if (show || !same) print(`${String(i).padStart(5)}  ${op} ${JSON.stringify(args)}  ${JSON.stringify(got ?? null)}`);
    if (!same) print(`       recorded: ${JSON.stringify(answer)}`);
    if (!same) differences++;
    if (got === undefined) break;
  }
  const last = given.at(-1);
  if (last && 'panic' in last) print(`${file}: the hypervisor stops (${JSON.stringify(last['message'])})`);
  print(`${file}: ${given.length} calls, ${differences} answers differ from those recorded`);
  return differences > 0 ? exitStatus.violated : exitStatus.holds;
}

/** What a machine printed when it stopped may differ; the length of the host's list is not recorded everywhere. */
const free = new Set(['message', 'memcache']);

function agree(recorded: Answer, got: Answer): boolean {
  const fields = new Set([...Object.keys(recorded), ...Object.keys(got)]);
  return [...fields].every(
    (field) => free.has(field) || JSON.stringify(recorded[field]) === JSON.stringify(got[field]),
  );
}
