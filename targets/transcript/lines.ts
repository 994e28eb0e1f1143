/** The lines of a file, one at a time, whatever its size. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

export interface NumberedLine {
  /** Counted from 1, as editors do. */
  readonly number: number;
  readonly text: string;
}

/** The lines in order. The last may be cut off: then it has no end of line. */
export async function* linesOf(path: string): AsyncGenerator<NumberedLine> {
  const input = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
  let number = 0;
  for await (const text of input) yield { number: ++number, text };
}
