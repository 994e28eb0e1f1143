/** Evidence in files: as bytes, as base64, or as the lines of JSON that factories record. */
import { readBytes } from '../input.ts';

export interface NamedEvidence {
  /** The file, and the number of the record in it where there may be several. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The instance that the record names. */
  readonly instance?: string;
}

/** The file holds nothing that could be evidence. */
class UnreadableInput extends Error {
  override readonly name = 'UnreadableInput';
}

/** Ten times what the largest evidence takes, in JSON and base64. */
const mostBytes = 1 << 20;

/** The evidence in a file, or in standard input for `-`; or in one line why there is none; pipes are waited for. */
export async function readEvidenceFile(file: string, seconds?: number): Promise<readonly NamedEvidence[] | string> {
  const bytes = await readBytes(file, mostBytes, seconds);
  if (typeof bytes === 'string') return bytes;
  try {
    return evidenceIn(file === '-' ? 'standard input' : file, bytes);
  } catch (error) {
    if (error instanceof UnreadableInput) return `cannot read ${file}: ${error.message}`;
    throw error;
  }
}

function evidenceIn(name: string, bytes: Uint8Array): readonly NamedEvidence[] {
  const text = Buffer.from(bytes).toString('latin1').trim();
  if (text.startsWith('{')) return text.split('\n').flatMap((line, at) => readRecord(name, line, at));
  return [{ name, bytes: base64(text) ?? bytes }];
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
  if (!('name' in record)) return [{ name, bytes }];
  if (typeof record.name !== 'string') throw new UnreadableInput(`line ${at + 1} has a "name" that is no text`);
  return [{ name, bytes, instance: record.name }];
}

/** The bytes that base64 stands for, in either alphabet, padded or not; undefined if the text is something else. */
function base64(text: string): Uint8Array | undefined {
  const [, digits = ''] = /^([A-Za-z0-9+/_-]*)={0,2}$/.exec(text.replace(/\s+/g, '')) ?? [];
  return digits.length > 0 && digits.length % 4 !== 1 ? new Uint8Array(Buffer.from(digits, 'base64')) : undefined;
}
