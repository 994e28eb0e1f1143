/** `pvm-spec trace check FILE…`: are recorded answers what the spec says? */
import type { Command } from 'commander';
import { whyUnread } from '../input.ts';
import { exitStatus, fail, print, warn } from '../output.ts';
import { fileInReport, jsonReport } from '../json-report.ts';
import { traceReport } from '../trace-shape.ts';
import { pageOfTraces } from '../report/trace.ts';
import type { CheckedTrace } from '../report/trace.ts';
import { pageText } from '../report/write.ts';
import { save } from '../save.ts';
import { checkTraceFile, eventsUpTo } from '../trace-file.ts';
import type { TraceReport } from '../trace-file.ts';
import { describeTrace } from '../trace-text.ts';
import { recordCommand } from './hunt.ts';
import { repeatCommand } from './repeat.ts';

interface Flags {
  readonly profile?: string;
  readonly most: string;
  readonly json?: true;
  readonly html?: string;
}

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
    .option('--html <file>', 'write a page: what each file comes to, and the calls before its first difference')
    .action(async (files: string[], options: Flags) => {
      const most = Number(options.most);
      if (!Number.isInteger(most) || most < 1) fail(`--most takes a whole number from 1 on, got ${options.most}`);
      let status: number = exitStatus.holds;
      const checked: CheckedTrace[] = [];
      for (const file of files) {
        const report = await check(file, { most, ...(options.profile ? { profile: options.profile } : {}) });
        if (report === undefined) status = exitStatus.usage;
        else {
          print(options.json ? jsonOf(report) : describeTrace(report).join('\n'));
          status = Math.max(status, statusOf(report));
          if (options.html !== undefined) checked.push(await withCalls(report, options.profile));
        }
      }
      process.exitCode = status;
      if (options.html !== undefined)
        save(options.html, pageText(options.html, pageOfTraces(checked, files.length - checked.length)));
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

/** A recording with the calls that led to its first difference. */
async function withCalls(report: TraceReport, profile = report.header?.profile ?? ''): Promise<CheckedTrace> {
  const [first] = report.differences;
  return { report, profile, calls: first === undefined ? [] : await eventsUpTo(report.file, first.line) };
}

const statusOf = (report: TraceReport): number => {
  if (report.malformed !== undefined) return exitStatus.usage;
  return report.differences.length > 0 ? exitStatus.violated : exitStatus.holds;
};
