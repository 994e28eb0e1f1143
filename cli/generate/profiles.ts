/**
 * Writes docs/profiles.md and docs/profiles/, a page for each kind of system: which calls each profile has, and what it
 * says otherwise than the one it starts from.
 */
import type { Appraiser } from '../../spec/evidence/appraiser.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Index } from './guards.ts';
import { fromDocs, generatedFrom, link, linkIds, oneBelow, table } from './markdown.ts';
import type { SourceFile } from './requirements.ts';

const others = 'others';
const familyName = ({ name }: Profile): string => name.split('-')[0] ?? name;

/** The index, and a page for each family of profiles; a profile that is alone in its own is among the others. */
export function renderProfiles(
  profiles: readonly Profile[],
  index: Index,
  appraisers: readonly Appraiser[] = [],
): SourceFile[] {
  const isAlone = (one: Profile): boolean => profiles.filter((two) => familyName(two) === familyName(one)).length === 1;
  const familyOf = (one: Profile): string => (isAlone(one) ? others : familyName(one));
  const families = [...new Set(profiles.map(familyOf))];
  const pages = families.map((family) => ({
    path: `docs/profiles/${family}.md`,
    text: oneBelow(
      familyPage(
        family,
        profiles.filter((one) => familyOf(one) === family),
        index,
      ),
    ),
  }));
  const rows = profiles.map((profile) => [
    link(profile.name, `profiles/${familyOf(profile)}.md#${profile.name.replaceAll('.', '')}`),
    String(profile.rules.size),
    profile.from ?? '',
    String(profile.differences.length),
  ]);
  const lines = [
    generatedFrom('spec/profiles'),
    '',
    '# Profiles',
    '',
    'A profile says which calls a system has, and how its answers differ from those of another.',
    '',
    ...table(['profile', 'calls', 'based on', 'differences'], rows),
    '',
    '## Verifiers',
    '',
    'Android has several verifiers of DICE chains, and they disagree: [how each differs](profiles/verifiers.md) from',
    '[the checks](checks.md), [what hwtrust did when it was run](profiles/disagreements.md#hwtrust-run), and',
    '[the evidence on which they disagree](profiles/disagreements.md#where-they-disagree).',
    '',
    ...appraisers.map(({ name, departures }) => {
      const count = `${departures.length} ${departures.length === 1 ? 'difference' : 'differences'}`;
      return `- ${link(name, `profiles/verifiers.md#${name}`)}: ${count}`;
    }),
  ];
  return [{ path: 'docs/profiles.md', text: `${lines.join('\n')}\n` }, ...pages];
}

function familyPage(family: string, profiles: readonly Profile[], index: Index): string {
  const calls = [...new Set(profiles.flatMap(({ rules }) => [...rules.keys()]))].sort();
  const lines = [
    generatedFrom('spec/profiles'),
    '',
    `# Profiles: ${family}`,
    '',
    `How each differs from the one that it is based on. ${link('All profiles', 'profiles.md')}`,
    ...profiles.flatMap((profile) => ['', ...renderProfile(profile, index)]),
    '',
    '## Calls by profile',
    '',
    ...table(
      ['call', ...profiles.map(({ name }) => name)],
      calls.map((call) => [call, ...profiles.map(({ rules }) => (rules.has(call) ? 'yes' : ''))]),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

const byOwnership =
  ' It is for hypervisors that are not Linux: any refusal is as good as another, and a refusal is never wrong.';

function renderProfile(profile: Profile, index: Index): string[] {
  const path = index.fileOf(profile.name);
  const from = profile.from === undefined ? 'It is not based on another.' : `It is based on ${profile.from}.`;
  const neverRun = profile.readOnly === undefined ? '' : ` It was read in ${profile.readOnly}, and never run.`;
  return [
    `## ${profile.name}`,
    '',
    `${profile.rules.size} calls, in ${link(path, fromDocs(path))}. ${from}${neverRun}${profile.compares === undefined ? '' : byOwnership}`,
    ...(profile.differences.length === 0
      ? []
      : ['', ...profile.differences.map((description) => `- ${linkIds(description, index.clauses)}`)]),
  ];
}
