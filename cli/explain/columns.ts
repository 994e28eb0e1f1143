/** How what is drawn fits a page: tables of calls with what each changes, and lines that are broken. */
import { stripVTControlCharacters, styleText } from 'node:util';

/** No line of a drawing is wider. */
export const widest = 100;
/** What changes stands beside the calls where it has at least so much room, and below them elsewhere. */
const leastBeside = 42;

export const lengthOf = (text: string): number => stripVTControlCharacters(text).length;

/** A line, broken before a word where it would be too wide; what follows is indented. */
export function wrapped(text: string, indent = '', width = widest): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(/\s*\S+/g) ?? ['']) {
    if (line !== '' && lengthOf(line + word) > width) {
      lines.push(line);
      line = indent + word.trimStart();
    } else line += word;
  }
  return [...lines, line];
}

/** The parts of a change, each whole on a line where it has room there. */
function wrappedChange(change: string, width: number): string[] {
  const lines: string[] = [];
  for (const part of change.split(' · ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length + 3 <= width) lines[lines.length - 1] = `${last} · ${part}`;
    else lines.push(last === undefined ? part : `  ${part}`);
  }
  return lines.flatMap((one) => wrapped(one, '    ', width));
}

/** One call: its cells, of which the second to last is the call and the last its answer, and what comes of it. */
export interface Row {
  readonly cells: readonly string[];
  readonly changes: readonly string[];
  /** The clause is broken here. */
  readonly isBroken?: boolean;
}

const mark = '✗';

/** A table of calls under this heading; what is too wide goes below. */
export function callTable(heading: readonly string[], rows: readonly Row[]): string[] {
  const marked = rows.map(({ cells, changes, isBroken }) => ({
    cells: isBroken === true ? [...cells.slice(0, -1), `${cells.at(-1) ?? ''} ${mark}`] : cells,
    changes,
  }));
  const widths = heading.map((title, at) =>
    Math.max(title.length, ...marked.map(({ cells }) => (cells[at] ?? '').length)),
  );
  const others = widths.reduce((sum, width, at) => (at === widths.length - 2 ? sum : sum + width + 2), 0);
  const call = widths.length - 2;
  widths[call] = Math.min(widths[call] ?? 0, widest - others);
  const left = widths.reduce((sum, width) => sum + width + 2, 0);
  const longest = Math.max(0, ...marked.flatMap(({ changes }) => changes.map((change) => change.length)));
  const isBeside = left + longest <= widest || left + leastBeside <= widest;
  const indent = isBeside ? left : (widths[0] ?? 0) + 2;
  const title = line([...heading], widths) + (isBeside && longest > 0 ? '  what changes' : '');
  return [dim(title), ...marked.flatMap((row) => rowLines(row, widths, indent, isBeside))];
}

function rowLines({ cells, changes }: Row, widths: readonly number[], indent: number, isBeside: boolean): string[] {
  const call = widths.length - 2;
  const [first = '', ...rest] = wrapped(cells[call] ?? '', '  ', widths[call]);
  const begin = line(
    cells.map((cell, at) => (at === call ? first : cell)),
    widths,
  );
  const before = ' '.repeat(widths.slice(0, call).reduce((sum, width) => sum + width + 2, 0));
  const continued = rest.map((part) => before + part);
  const told = changes.flatMap((change) => wrappedChange(change, widest - indent));
  if (!isBeside) return [begin.trimEnd(), ...continued, ...told.map((one) => ' '.repeat(indent) + one)].map(coloured);
  const beside = [begin, ...continued];
  return Array.from({ length: Math.max(beside.length, told.length) }, (_, i) =>
    `${(beside[i] ?? '').padEnd(indent - 2)}  ${told[i] ?? ''}`.trimEnd(),
  ).map(coloured);
}

const line = (cells: readonly string[], widths: readonly number[]): string =>
  cells.map((cell, at) => (at === 0 ? cell.padStart(widths[0] ?? 0) : cell.padEnd(widths[at] ?? 0))).join('  ');

const dim = (text: string): string => styleText('dim', text.trimEnd());
const coloured = (text: string): string => text.replace(mark, styleText('red', mark));
