/** Evidence in files: as bytes, as base64, or as the lines of JSON that factories record. */
import { open } from 'node:fs/promises';

export interface NamedEvidence {
  /** The file, and the number of the record in it where there may be several. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The instance that the record names. */
  readonly instance?: string;
}

/** The file holds nothing that could be evidence. */
export class UnreadableInput extends Error {
  override readonly name = 'UnreadableInput';
}

/** Ten times what the largest evidence takes, in JSON and base64. */
const mostBytes = 1 << 20;

/** The evidence in a file. Fails with UnreadableInput, or with the error of a file that cannot be opened. */
export async function readEvidenceFile(file: string): Promise<readonly NamedEvidence[]> {
  const bytes = await readUpTo(file, mostBytes);
  if (bytes.length === 0) throw new UnreadableInput('the file is empty');
  const text = bytes.toString('latin1').trim();
  if (text.startsWith('{')) return text.split('\n').flatMap((line, at) => readRecord(file, line, at));
  return [{ name: file, bytes: base64(text) ?? new Uint8Array(bytes) }];
}

async function readUpTo(file: string, most: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(most + 1), 0, most + 1, 0);
    if (bytesRead > most) throw new UnreadableInput(`the file is larger than ${most} bytes`);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** One factory record: an object with the request in base64, and the name of the instance. */
function readRecord(file: string, line: string, at: number): readonly NamedEvidence[] {
  if (line.trim() === '') return [];
  const name = `${file}#${at}`;
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    throw new UnreadableInput(`line ${at + 1} is not JSON`);
  }
  if (typeof record !== 'object' || record === null || !('csr' in record) || typeof record.csr !== 'string') {
    throw new UnreadableInput(`line ${at + 1} has no "csr" with a request in base64`);
  }
  const bytes = base64(record.csr);
  if (bytes === undefined) throw new UnreadableInput(`line ${at + 1} has a "csr" that is not base64`);
  return [{ name, bytes, ...('name' in record && typeof record.name === 'string' ? { instance: record.name } : {}) }];
}

/** The bytes that base64 stands for; undefined if the text is something else. */
function base64(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s+/g, '');
  const isBase64 = digits.length > 0 && digits.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(digits);
  return isBase64 ? new Uint8Array(Buffer.from(digits, 'base64')) : undefined;
}
