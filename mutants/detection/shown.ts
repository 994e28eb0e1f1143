/** The log on which a tool that detects is wrong: found by the laws, and cut down to the lines that matter. */
import fc from 'fast-check';
import { classify } from '../../model/detection/classify.ts';
import { lawsOfDetection } from '../../properties/detection/laws.ts';
import type { DetectionFault } from './all.ts';

/** Whether the fault takes the device for another than it is, or for what it is by another line. */
export function isMistaken({ classify: how }: DetectionFault, bytes: Uint8Array): boolean {
  const [found, right] = [how(bytes), classify(bytes)];
  return found.class !== right.class || found.decidedBy?.text !== right.decidedBy?.text;
}

/** A log that shows the fault, of which no line can be spared, or undefined where the laws meet none. */
export function logThatShows(fault: DetectionFault, seed: number): Uint8Array | undefined {
  let smallest: Uint8Array | undefined;
  const how: DetectionFault['classify'] = (bytes) => {
    if (isMistaken(fault, bytes) && bytes.length < (smallest?.length ?? Infinity)) smallest = bytes;
    return fault.classify(bytes);
  };
  for (const { kind, clause, property, runs } of lawsOfDetection(how))
    if (kind === 'always' && fault.clauses.includes(clause)) fc.check(property, { numRuns: runs, seed });
  return smallest && withoutLines(fault, smallest);
}

const bytesIn = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

export const linesIn = (bytes: Uint8Array): readonly string[] =>
  bytes.length === 0 ? [] : Buffer.from(bytes).toString('latin1').split('\n');
export const logOf = (lines: readonly string[]): Uint8Array => bytesIn(lines.join('\n'));

/** Leaves out lines, many at once and then single ones, as long as the fault still shows. */
function withoutLines(fault: DetectionFault, bytes: Uint8Array): Uint8Array {
  let lines = linesIn(bytes);
  for (let size = lines.length; size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0) {
    for (let at = 0; at < lines.length;) {
      const fewer = [...lines.slice(0, at), ...lines.slice(at + size)];
      if (isMistaken(fault, logOf(fewer))) lines = fewer;
      else at += size;
    }
  }
  return logOf(lines);
}
