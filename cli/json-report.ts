/** What `--json` writes: the schema that it meets, its version, that of the tool, then what is known. */
import { relative } from 'node:path';
import { written } from '../search/counterexamples/format.ts';
import type { FileFormat } from '../search/counterexamples/format.ts';
import { version } from './version.ts';

export const jsonReport = <T extends object>(format: FileFormat<T>, value: T): object => {
  const { $schema, ...rest } = written(format, value);
  return { $schema, tool: version, ...rest };
};

export const jsonText = <T extends object>(format: FileFormat<T>, value: T): string =>
  `${JSON.stringify(jsonReport(format, value), null, 2)}\n`;

/** A file as it is named in a report: no path of the machine, but the way to it from here, or its name alone. */
export function fileInReport(file: string): string {
  const path = relative('', file).replaceAll('\\', '/');
  return path.startsWith('../') || /^[A-Za-z]:/.test(path) ? (path.split('/').at(-1) ?? '') : path;
}
