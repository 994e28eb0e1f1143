/** The part of the page about planted faults that takes two CPUs: which races are found, after how much, and how. */
import { isRaceRight } from '../strength/races/result.ts';
import type { RaceRow } from '../strength/races/result.ts';
import { clauseLink, link, table } from './markdown.ts';
import type { Place } from './markdown.ts';

const folder = 'mutants/kernel/races';

const nameOf = ({ patch: { name } }: RaceRow): string => link(name, `../${folder}/${name}.patch`);
const says = ({ patch: { description, from } }: RaceRow): string =>
  from === undefined ? description : `${description} (${from})`;
const sceneOf = ({ patch }: RaceRow): string => patch.scene ?? '';

function foundRow(row: RaceRow, places: ReadonlyMap<string, Place>): string[] {
  const { result, patch } = row;
  const { pair = [], switches = 0, schedule = '', shows = '' } = result?.found ?? {};
  return [
    nameOf(row),
    says(row),
    clauseLink(patch.breaks ?? '', places),
    sceneOf(row),
    String(result?.schedules),
    `${switches}: ${schedule}`,
    `${pair.join(' beside ')}; ${shows}`,
  ];
}

function whyNot({ patch, result }: RaceRow): string {
  if (result === undefined) return `not run yet: \`npm run strength:pairs -- ${patch.name}\``;
  return patch.unseen ?? (result.isComplete ? 'not known' : `${extentOf(result)}; the rest was not run`);
}

const extentOf = ({ schedules, limit, isComplete }: NonNullable<RaceRow['result']>): string =>
  `${isComplete ? 'all ' : ''}${schedules.toLocaleString('en')} schedules${isComplete ? '' : ` in ${limit} s`}`;

const distinct = (values: readonly string[]): string => [...new Set(values)].sort().join(' and ');

export function racesSection(rows: readonly RaceRow[], places: ReadonlyMap<string, Place>): string[] {
  const faults = rows.filter(({ patch }) => patch.kind === 'fault');
  const harmless = rows.filter(({ patch }) => patch.kind === 'harmless');
  const results = rows.flatMap(({ result }) => result ?? []);
  const isFound = ({ result }: RaceRow): boolean => result?.found !== undefined;
  const measured = ({ result }: RaceRow): boolean => result !== undefined;
  return [
    '## Races',
    '',
    'Faults that take a second CPU. Each is planted and compiled like those above, and its scene is run on ' +
      '[two CPUs](two-cpus.md): every pair of calls on every schedule on which one CPU is taken from its call, then on ' +
      'those on which both are, until one is found. So no schedule of that pair with fewer switches shows the fault.',
    '',
    `**${faults.filter(isFound).length} of ${faults.filter(measured).length} races found, ` +
      `${harmless.filter(isRaceRight).length} of ${harmless.filter(measured).length} harmless changes not flagged.** ` +
      `${distinct(results.map(({ date }) => date))}; ${distinct(results.map(({ source }) => source))}; ` +
      `${distinct(results.map(({ machine }) => machine))}.`,
    '',
    ...table(
      ['fault', 'what it does', 'breaks', 'scene', 'schedules until found', 'switches', 'how it shows'],
      faults.filter(isFound).map((row) => foundRow(row, places)),
    ),
    '',
    '### Races not found',
    '',
    ...table(
      ['fault', 'what it does', 'breaks', 'scene', 'why it is not seen'],
      faults
        .filter((row) => !isFound(row))
        .map((row) => [nameOf(row), says(row), clauseLink(row.patch.breaks ?? '', places), sceneOf(row), whyNot(row)]),
    ),
    '',
    '### Harmless changes beside a second CPU',
    '',
    ...table(
      ['change', 'what it does', 'scene', 'verdict'],
      harmless.map((row) => [
        nameOf(row),
        says(row),
        sceneOf(row),
        row.result === undefined
          ? whyNot(row)
          : `${row.result.found === undefined ? 'not flagged' : `flagged: ${row.result.found.shows}`} by ${extentOf(row.result)}`,
      ]),
    ),
  ];
}
