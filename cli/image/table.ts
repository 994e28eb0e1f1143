/** The parts of an image as a table, to be read in a terminal and pasted into a report. */
import type { Free, Row } from '../../properties/images/format.ts';

const mostText = 60;

/** What comes from an image is shown without what a terminal would obey, and not at any length. */
const shown = (text: string): string => {
  const plain = text.replace(/[^\x20-\x7e…–’]/g, '?');
  return plain.length > mostText ? `${plain.slice(0, mostText)}…` : plain;
};

/** Offsets and sizes in bytes, then the part and what it says. */
export function tableOf(rows: readonly Row[]): readonly string[] {
  const cells = rows.map(({ at, size, part, value }) => [String(at), String(size), shown(part), shown(value)] as const);
  const all = [['byte', 'size', 'part', 'value'] as const, ...cells];
  const [byte, size, part] = ([0, 1, 2] as const).map((column) => Math.max(...all.map((row) => row[column].length)));
  return all.map((row) =>
    [row[0].padStart(byte ?? 0), row[1].padStart(size ?? 0), row[2].padEnd(part ?? 0), row[3]].join('  ').trimEnd(),
  );
}

export const linesOfFree = (free: readonly Free[]): readonly string[] =>
  free.map(({ from, to, why }) => `bytes ${from} to ${to} are covered by no check: ${why}`);
