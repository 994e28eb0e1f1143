/** The recorded transcripts that come with the project, each held against the spec. */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { checkEach } from '../../search/engine/check.ts';
import { checkTraceFile } from '../trace-file.ts';
import type { TraceReport } from '../trace-file.ts';
import { nothing } from './part.ts';
import type { VerifyOptions } from './result.ts';
import type { Task } from './task.ts';

const root = join(import.meta.dirname, '../..');
export const recordedTraces = join(root, 'targets/transcript/recorded');

/** It has no line among the chapters. */
export const transcripts = 'transcripts';

export const transcriptTasks = ({ seed }: VerifyOptions): readonly Task[] =>
  readdirSync(recordedTraces)
    .sort()
    .map((name, number) => ({
      name: `${transcripts}: ${name}`,
      chapter: transcripts,
      group: transcripts,
      number,
      perform: async ({ stopped }) => {
        const reports: TraceReport[] = [];
        const holds = async (file: string): Promise<boolean> => {
          reports.push({ ...(await checkTraceFile(file, { most: 5 })), file: relative(root, file) });
          return true;
        };
        await checkEach([join(recordedTraces, name)], holds, { seed, stopped });
        return { ...nothing, transcripts: reports };
      },
    }));
