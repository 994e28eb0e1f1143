/** A log, out of a file or standard input. */
import { createReadStream } from 'node:fs';

/** Larger than the buffer of any kernel, and small enough to be read at once. */
const mostBytes = 64 << 20;

/** The bytes, or what is wrong with the file, in one line. */
export async function readBytes(file: string): Promise<Uint8Array | string> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of file === '-' ? process.stdin : createReadStream(file)) {
      const bytes = Buffer.from(part as Uint8Array);
      size += bytes.length;
      if (size > mostBytes) return `cannot read ${file}: it is larger than ${mostBytes} bytes`;
      parts.push(bytes);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return `cannot read ${file}: ${code === 'ENOENT' ? 'there is no such file' : message}`;
  }
  return size === 0 ? `cannot read ${file}: it is empty` : new Uint8Array(Buffer.concat(parts));
}
