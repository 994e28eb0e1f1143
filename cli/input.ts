/** Bytes out of files or standard input, and what is wrong with a file in one line. */
import { constants, createReadStream, openSync, statSync } from 'node:fs';
import { Socket } from 'node:net';

const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

/** Why a file could not be read; an error that is not of the file is thrown on. */
export function whyUnread(file: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  return `cannot read ${file}: ${words[code] ?? message}`;
}

/** So many seconds nobody may write to a pipe before it is given up. */
const usualPatience = 60;

/** The bytes of a file, or of standard input for `-`, `most` of them at most; or why there are none. */
export async function readBytes(file: string, most: number, seconds = usualPatience): Promise<Uint8Array | string> {
  const parts: Buffer[] = [];
  let size = 0;
  let waiting: NodeJS.Timeout | undefined;
  try {
    const stream = file === '-' ? process.stdin : streamOf(file);
    if (stream instanceof Socket && file !== '-')
      waiting = setTimeout(() => stream.destroy(new Silence(`nobody wrote to it in ${seconds} s`)), 1000 * seconds);
    for await (const part of stream) {
      clearTimeout(waiting);
      const bytes = Buffer.from(part as Uint8Array);
      size += bytes.length;
      if (size > most) return `cannot read ${file}: it is larger than ${most} bytes`;
      parts.push(bytes);
    }
  } catch (error) {
    return error instanceof Silence ? `cannot read ${file}: ${error.message}` : whyUnread(file, error);
  } finally {
    clearTimeout(waiting);
  }
  return size === 0 ? `cannot read ${file}: it is empty` : new Uint8Array(Buffer.concat(parts));
}

/** A pipe to which nobody has written. */
class Silence extends Error {
  override readonly name = 'Silence';
}

/** why: to open a pipe without a writer would block, and nothing could end that. */
const streamOf = (file: string) =>
  statSync(file).isFIFO()
    ? new Socket({ fd: openSync(file, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false })
    : createReadStream(file);
