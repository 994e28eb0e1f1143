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

const mostPlaces = 3;

/** Bytes that may be others, by the reason; where there are many places, how many. */
export const linesOfFree = (free: readonly Free[]): readonly string[] =>
  [...new Set(free.map(({ why }) => why))].map((why) => {
    const places = free.filter((one) => one.why === why);
    const [first, last] = [places[0]?.from, places.at(-1)?.to];
    const count = places.reduce((sum, { from, to }) => sum + to - from, 0);
    const spans = places.map(({ from, to }) => `${from} to ${to}`);
    const listed =
      places.length > mostPlaces
        ? `${count} bytes in ${places.length} places between ${first} and ${last}`
        : `bytes ${spans.length > 1 ? `${spans.slice(0, -1).join(', ')} and ${spans.at(-1)}` : spans.join('')}`;
    return `${listed} are covered by no check: ${why}`;
  });
