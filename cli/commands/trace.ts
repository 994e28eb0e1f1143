/** `pvm-spec trace check FILE…`: are recorded answers what the spec says? */
import type { Command } from 'commander';
import type { TranscriptEvent } from '../../spec/transcript.ts';
import { whyUnread } from '../input.ts';
import { exitStatus, fail, print, warn } from '../output.ts';
import { formatDifference } from '../format.ts';
import { fileInReport, jsonReport } from '../json-report.ts';
import { traceReport } from '../trace-shape.ts';
import { checkTraceFile } from '../trace-file.ts';
import type { LineDifference, TraceReport } from '../trace-file.ts';
import { recordCommand } from './hunt.ts';
import { repeatCommand } from './repeat.ts';

export function traceCommand(trace: Command): void {
  recordCommand(trace);
  repeatCommand(trace);
  trace
    .command('check')
    .description('hold transcripts against the spec, event by event')
    .argument('<file...>', 'pvm-trace files')
    .option('--profile <name>', 'judge by this profile instead of the one that the header names')
    .option('--most <number>', 'how many differences to report for each file', '5')
    .option('--json', 'one JSON object for each file')
    .action(async (files: string[], options: { profile?: string; most: string; json?: true }) => {
      const most = Number(options.most);
      if (!Number.isInteger(most) || most < 1) fail(`--most takes a whole number from 1 on, got ${options.most}`);
      let status: number = exitStatus.holds;
      for (const file of files) {
        const report = await check(file, { most, ...(options.profile ? { profile: options.profile } : {}) });
        if (report === undefined) status = exitStatus.usage;
        else {
          print(options.json ? jsonOf(report) : describeTrace(report).join('\n'));
          status = Math.max(status, statusOf(report));
        }
      }
      process.exitCode = status;
    });
}

const jsonOf = ({ file, header, ...rest }: TraceReport): string =>
  JSON.stringify(jsonReport(traceReport, { file: fileInReport(file), header: header && { ...header }, ...rest }));

async function check(file: string, options: Parameters<typeof checkTraceFile>[1]): Promise<TraceReport | undefined> {
  try {
    return await checkTraceFile(file, options);
  } catch (error) {
    warn(whyUnread(file, error));
    return undefined;
  }
}

const statusOf = (report: TraceReport): number => {
  if (report.malformed !== undefined) return exitStatus.usage;
  return report.differences.length > 0 ? exitStatus.violated : exitStatus.holds;
};

export function describeTrace(report: TraceReport): string[] {
  const { file, header, events, states, differences, malformed, cutOff } = report;
  const amount = `${events} events and ${states} state lines`;
  const lines = differences.flatMap((difference) => describeDifference(file, difference));
  if (malformed) lines.push(`${file}:${malformed.line}: ${malformed.problem}`);
  if (cutOff) lines.push(`${file}:${cutOff}: the file is cut off here; it was checked up to line ${cutOff - 1}`);
  if (differences.length > 0) lines.push(`${file}: differs from the spec (${amount} read)`);
  else if (!malformed) lines.push(`${file}: ${amount} explained (${header?.profile}, ${header?.target.release})`);
  return lines;
}

function describeDifference(file: string, difference: LineDifference): string[] {
  const { line, event } = difference;
  return [`${file}:${line}: ${event === undefined ? 'state' : formatEvent(event)}`, ...formatDifference(difference)];
}

const formatEvent = ({ op, args }: TranscriptEvent): string =>
  `${op}(${Object.entries(args)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    .join(', ')})`;
