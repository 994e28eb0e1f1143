/** Reports as files: there whole or not at all. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { exitStatus, warn } from './output.ts';

/** The folder of a report is made only below a folder that is there: a mistyped path makes no new tree. */
export function save(file: string, text: string): void {
  if (!saved(file, text) && process.exitCode === exitStatus.holds) process.exitCode = exitStatus.usage;
}

/** Whether a file could be written; why it could not is said in one line. */
export function saved(file: string, text: string): boolean {
  const part = `${file}.${process.pid}.part`;
  try {
    if (!existsSync(dirname(file))) mkdirSync(dirname(file));
    // A pipe, a device or a link stays what it is.
    const isOther = lstatSync(file, { throwIfNoEntry: false })?.isFile() === false;
    if (isOther) writeFileSync(file, text);
    else replaceBy(part, file, text);
    return true;
  } catch (error) {
    warn(`cannot write ${file}: ${(error as Error).message}`);
    return false;
  }
}

function replaceBy(part: string, file: string, text: string): void {
  const handle = openSync(part, 'wx');
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
    closeSync(handle);
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
