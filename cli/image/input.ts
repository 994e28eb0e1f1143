/** Images in files, read whole and no further than an image can be. */
import { open } from 'node:fs/promises';

/** Larger than any image that a VM boots from. */
const mostBytes = 1 << 28;

const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

/** The bytes of a file, or in one line why there are none. */
export async function readImage(file: string): Promise<Uint8Array | string> {
  try {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      if (size > mostBytes) return `cannot read ${file}: it is larger than ${mostBytes} bytes`;
      const bytes = await handle.readFile();
      return bytes.length === 0 ? `cannot read ${file}: it is empty` : new Uint8Array(bytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return `cannot read ${file}: ${words[code] ?? message}`;
  }
}
