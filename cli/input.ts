/** Bytes out of files or standard input, and what is wrong with a file in one line. */
import { createReadStream } from 'node:fs';

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

/** The bytes of a file, or of standard input for `-`, `most` of them at most; or why there are none. */
export async function readBytes(file: string, most: number): Promise<Uint8Array | string> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of file === '-' ? process.stdin : createReadStream(file)) {
      const bytes = Buffer.from(part as Uint8Array);
      size += bytes.length;
      if (size > most) return `cannot read ${file}: it is larger than ${most} bytes`;
      parts.push(bytes);
    }
  } catch (error) {
    return whyUnread(file, error);
  }
  return size === 0 ? `cannot read ${file}: it is empty` : new Uint8Array(Buffer.concat(parts));
}
