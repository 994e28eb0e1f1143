/** One line of the terminal for each patch. */
import { breaks, shows, verdict } from './result.ts';
import type { Row } from './result.ts';

const widths = [30, 26, 27, -7, -9, -8];
const spread = (cells: readonly string[]): string =>
  cells
    .map((cell, at) => {
      const width = widths[at] ?? 0;
      return width < 0 ? cell.padStart(-width) : cell.padEnd(width);
    })
    .join('')
    .trimEnd();

export const headLine = spread(['patch', 'verdict', 'clause', 'steps', 'seconds', 'shrunk']);

export function line(row: Row): string {
  const { steps, seconds, shrunk } = row.result ?? {};
  const numbers = [steps, seconds, shrunk?.sequence.length].map((value) => String(value ?? ''));
  return spread([row.patch.name, verdict(row), breaks(row).at(-1) ?? '', ...numbers, `   ${shows(row)}`]);
}
