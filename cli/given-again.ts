/** A command as it was given, for a report: the same again, without the reports that it wrote. */
import type { Command } from 'commander';
import { fileInReport } from './json-report.ts';
import { formNames } from './reports.ts';
import { quoted } from './self.ts';

/** Its files, then its options by their long names; files as they are named in a report. */
export function givenAgain(name: string, files: readonly string[], command: Command): string {
  const options = command.options.flatMap((option) => {
    const key = option.attributeName();
    const isGiven = command.getOptionValueSource(key) === 'cli' && !formNames.some((form) => form === key);
    if (!isGiven) return [];
    const value: unknown = command.getOptionValue(key);
    const words = (Array.isArray(value) ? value : value === true ? [] : [value]).map(String);
    return [option.long ?? '', ...(option.flags.includes('<file') ? words.map(fileInReport) : words)];
  });
  return ['npx pvm-spec', name, ...[...files.map(fileInReport), ...options].map(quoted)].join(' ');
}
