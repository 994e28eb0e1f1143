/** The forms of a report, and the files that they go to. */
import type { Command } from 'commander';
import { fail } from './output.ts';
import { save } from './save.ts';

const forms = { json: 'JSON', junit: 'JUnit XML', tap: 'TAP', sarif: 'SARIF', html: 'a page' } as const;
type Form = keyof typeof forms;
export const formNames = Object.keys(forms) as readonly Form[];

/** For each form that is asked for, its file. */
export type Reports = Readonly<Partial<Record<Form, string>>>;

export function reportOptions(command: Command): Command {
  for (const form of formNames) command.option(`--${form} <file>`, `write a report as ${forms[form]}`);
  return command;
}

/** The reports that are asked for, and no other option. */
export const reportsOf = (given: Reports): Reports =>
  Object.fromEntries(formNames.flatMap((form) => (given[form] === undefined ? [] : [[form, given[form]]])));

/** No two go to one file. */
export function checkReports(given: Reports): void {
  formNames.forEach((form, i) => {
    const same = formNames.slice(i + 1).find((other) => given[form] !== undefined && given[other] === given[form]);
    if (same !== undefined) fail(`--${form} and --${same} cannot both write ${given[form] ?? ''}`);
  });
}

/** How each form is written to its file; where there is none, whoever asks for it was told so before. */
export type Writers = Readonly<Partial<Record<Form, (file: string) => string>>>;

export function saveReports(given: Reports, write: Writers): void {
  for (const form of formNames) {
    const [file, text] = [given[form], write[form]];
    if (file !== undefined && text !== undefined) save(file, text(file));
  }
}
