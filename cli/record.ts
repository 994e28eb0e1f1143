/** Writes what was asked and answered as a pvm-trace. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { fail } from './output.ts';
import type { TranscriptHeader, TranscriptLine } from '../spec/transcript.ts';

export type Recorded = TranscriptLine | { readonly start: TranscriptHeader };

export interface Recorder {
  /** Takes every line of a campaign, and writes those of its first sequence. */
  take(line: Recorded): void;
  close(): void;
}

function openFor(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    return fail(`cannot write ${file}: ${(error as Error).message}`);
  }
}

export function recordTo(file: string, seed: number): Recorder {
  const out = openFor(file);
  let sequences = 0;
  let waiting: string[] = [];
  const flush = (): void => {
    if (waiting.length > 0) writeSync(out, waiting.map((line) => `${line}\n`).join(''));
    waiting = [];
  };
  return {
    take: (line) => {
      if ('start' in line) sequences++;
      if (sequences > 1) return;
      waiting.push(JSON.stringify('start' in line ? fullHeader(line.start, seed) : flat(line)));
      if (waiting.length >= 100) flush();
    },
    close: () => {
      flush();
      closeSync(out);
    },
  };
}

const fullHeader = (header: TranscriptHeader, seed: number): object => ({
  format: 'pvm-trace',
  version: 1,
  ...header,
  pageSize: 4096,
  generator: 'guided random',
  seed,
  notes: 'drawn by pvm-spec: most calls are directed at an answer that was chosen beforehand',
});

const flat = (line: TranscriptLine): object => {
  if (!('op' in line)) return line;
  const { answer, ...event } = line;
  return { ...event, ...answer };
};
