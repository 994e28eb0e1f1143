/** What checking a recording comes to, in lines. */
import type { TranscriptEvent } from '../spec/transcript.ts';
import { formatDifference } from './format.ts';
import type { LineDifference, TraceReport } from './trace-file.ts';

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
