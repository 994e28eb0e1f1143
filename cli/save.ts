/** Reports as files. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { exitStatus, warn } from './output.ts';

/** The folder of a report is made only below a folder that is there: a mistyped path makes no new tree. */
export function save(file: string, text: string): void {
  try {
    if (!existsSync(dirname(file))) mkdirSync(dirname(file));
    writeFileSync(file, text);
  } catch (error) {
    warn(`cannot write ${file}: ${(error as Error).message}`);
    if (process.exitCode === exitStatus.holds) process.exitCode = exitStatus.usage;
  }
}
