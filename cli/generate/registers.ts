/** The register matrix as a page: what crosses between a protected VM and the host, by exit and by class of state. */
import { crossings, matrix } from '../../model/exposure.ts';
import { features } from '../../spec/guest-features.ts';
import { clauseLink, generatedFrom, table } from './markdown.ts';
import type { Place } from './markdown.ts';

const listed = (registers: readonly string[]): string => (registers.length === 0 ? '–' : registers.join(', '));
const isCrossed = (crosses: boolean): string => (crosses ? 'yes' : '–');

/** By reason of an exit, general registers; by class, all other state, with isolation and without. */
export function renderRegisters(places: ReadonlyMap<string, Place>): string {
  const [exposure, upstream] = [clauseLink('CPU-EXPOSURE', places), clauseLink('CPU-STATE-UPSTREAM', places)];
  return [
    generatedFrom('the register matrix of the reference model and spec/guest-features.ts'),
    '',
    '# The register matrix',
    '',
    `What ${exposure} lets cross between a protected VM and the host. The model is held to it at every entry and exit.`,
    '',
    '## General registers, by exit',
    '',
    ...table(
      ['exit', 'the host sees', 'the host may answer'],
      Object.entries(matrix).map(([reason, row]) => [`\`${reason}\``, listed(row.out), listed(row.in)]),
    ),
    '',
    `Without isolation (${upstream}) all of them go both ways at every exit.`,
    '',
    '## Other state, by class',
    '',
    'The same at every exit and entry. *With isolation* is Android, and Linux from 7.4 on; *without* is Linux up to 7.3. Both were read in the source, and not run.',
    '',
    ...table(
      ['class', 'what it is', 'with isolation: goes out', 'comes in', 'without: goes out', 'comes in'],
      Object.entries(crossings).map(([name, { says, isolated, shared }]) => [
        `\`${name}\``,
        says,
        ...[isolated.out, isolated.in, shared.out, shared.in].map(isCrossed),
      ]),
    ),
    '',
    '## Identification registers',
    '',
    `What a protected VM finds in two of them (${clauseLink('CPU-FEATURES', places)}): of each field the lesser of what the CPU has and what is listed here, and 0 in all other fields. The campaigns hold what is read to it.`,
    '',
    ...table(
      ['register', 'field', 'bits', 'least', 'most'],
      Object.entries(features).flatMap(([read, fields]) =>
        fields.map(({ name, shift, least = 0, most }) => [
          `\`${read.replace(/^MRS /, '')}\``,
          name,
          `${shift + 3}:${shift}`,
          String(least),
          String(most),
        ]),
      ),
    ),
    '',
  ].join('\n');
}
