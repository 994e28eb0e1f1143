/** Reports as files. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { exitStatus, warn } from './output.ts';

/**
 * The file is there whole, or as it was before. Its folder is made only below a folder that is there: a mistyped path
 * makes no new tree.
 */
export function writeWhole(file: string, text: string): void {
  if (!existsSync(dirname(file))) mkdirSync(dirname(file));
  // A pipe or a terminal takes what comes.
  if (existsSync(file) && !statSync(file).isFile()) {
    writeFileSync(file, text);
    return;
  }
  const place = existsSync(file) ? realpathSync(file) : file;
  const part = `${place}.${process.pid}.part`;
  try {
    const handle = openSync(part, 'wx');
    writeFileSync(handle, text);
    fsyncSync(handle);
    closeSync(handle);
    renameSync(part, place);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

export function save(file: string, text: string): void {
  if (!saved(file, text) && process.exitCode === exitStatus.holds) process.exitCode = exitStatus.usage;
}

/** Whether a file could be written; why it could not is said in one line. */
export function saved(file: string, text: string): boolean {
  try {
    writeWhole(file, text);
    return true;
  } catch (error) {
    warn(`cannot write ${file}: ${(error as Error).message}`);
    return false;
  }
}
