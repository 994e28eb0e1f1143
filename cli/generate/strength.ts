/** The page about faults that were planted in the real hypervisor: what was found, what not, and why. */
import type { Patch } from '../../targets/linux-pkvm/kernel/patch.ts';
import { breaks, isRight, seedCount, shows, verdict } from '../strength/result.ts';
import type { RaceRow } from '../strength/races/result.ts';
import type { Row } from '../strength/result.ts';
import { clauseLink, generatedFrom, link, table } from './markdown.ts';
import type { Place } from './markdown.ts';
import { racesSection } from './races.ts';

const folder = 'mutants/kernel';

const nameOf = ({ name }: Patch): string => link(name, `../${folder}/${name}.patch`);
const descriptionOf = ({ description, from }: Patch): string =>
  from === undefined ? description : `${description} (${from})`;
const clausesOf = (row: Row, places: ReadonlyMap<string, Place>): string =>
  breaks(row)
    .map((clause) => clauseLink(clause, places))
    .join(', ');
/** How many calls are left, and how long it took until nothing shorter was found. */
function shrunkTo({ result }: Row): string {
  const { sequence = [], seconds } = result?.shrunk ?? {};
  return seconds === undefined ? String(sequence.length) : `${sequence.length} (${seconds} s)`;
}
const whyUnseen = ({ patch, result }: Row): string =>
  patch.unseen ?? (result === undefined ? `not measured yet: \`npm run strength -- ${patch.name}\`` : 'not known');
const isFound = ({ result }: Row): boolean => result?.found === true;

function foundTable(rows: readonly Row[], places: ReadonlyMap<string, Place>): string[] {
  return table(
    ['fault', 'what it does', 'breaks', 'steps', 'seconds', 'shrunk to', 'how it shows'],
    rows.map((row) => [
      nameOf(row.patch),
      descriptionOf(row.patch),
      clausesOf(row, places),
      String(row.result?.steps),
      String(row.result?.seconds),
      shrunkTo(row),
      `${shows(row)}${verdict(row) === 'found' ? '' : ` (${verdict(row)})`}`,
    ]),
  );
}

const distinct = (values: readonly string[]): string => [...new Set(values)].sort().join(' and ');
const shrinkLimits = (rows: readonly Row[]): string =>
  distinct(rows.flatMap(({ result }) => (result ? String(result.shrinkLimit) : [])));

/** When, on what, and how hard it was looked for. */
function setting(rows: readonly Row[]): string {
  const all = rows.flatMap(({ result }) => result ?? []);
  return (
    `${distinct(all.map(({ date }) => date))}; ${distinct(all.map(({ source }) => source))}; ` +
    `${distinct(all.map(({ machine }) => machine))}; up to ${seedCount} seeds, the next where the one before found ` +
    `nothing, with ${distinct(all.map(({ calls }) => calls.toLocaleString('en')))} calls each.`
  );
}

export function renderMutationScore(
  rows: readonly Row[],
  races: readonly RaceRow[],
  places: ReadonlyMap<string, Place>,
): string {
  const faults = rows.filter(({ patch }) => patch.kind === 'fault');
  const measured = faults.filter(({ result }) => result !== undefined);
  const harmless = rows.filter(({ patch }) => patch.kind === 'harmless');
  const found = faults.filter(isFound);
  return `${[
    generatedFrom(`${folder}, and from what \`npm run strength\` found,`),
    '# Mutation score: faults planted in the real hypervisor',
    '',
    'Agreement with a specification is worth as much as the mistakes that it would have caught. Each row is one change to ' +
      'the source of EL2, compiled, booted, and fuzzed like any other target.',
    '',
    `**${found.length} of ${measured.length} faults found, ${harmless.filter(isRight).length} of ${harmless.length} harmless ` +
      `changes not flagged.** ${setting(rows)} Steps and seconds go from the start of the first seed to the first wrong ` +
      'answer, on a machine that was doing other work as well; all rows are of one version of the hunts. Page states are ' +
      `compared every 250 calls. In parentheses: how long shrinking took until nothing shorter was found, ${shrinkLimits(rows)} seconds at most.`,
    '',
    '## Faults that Linux or Android once had',
    '',
    ...foundTable(
      found.filter(({ patch }) => patch.from !== undefined),
      places,
    ),
    '',
    '## Invented faults',
    '',
    ...foundTable(
      found.filter(({ patch }) => patch.from === undefined),
      places,
    ),
    '',
    '## Not found',
    '',
    ...table(
      ['fault', 'what it does', 'breaks', 'why it is not seen'],
      faults
        .filter((row) => !isFound(row))
        .map((row) => [nameOf(row.patch), descriptionOf(row.patch), clausesOf(row, places), whyUnseen(row)]),
    ),
    '',
    '## Harmless changes',
    '',
    ...table(
      ['change', 'what it does', 'verdict'],
      harmless.map((row) => [
        nameOf(row.patch),
        row.patch.description,
        [verdict(row), shows(row)].filter(Boolean).join(': '),
      ]),
    ),
    '',
    ...racesSection(races, places),
  ].join('\n')}\n`;
}
