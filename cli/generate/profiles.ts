/** Writes docs/profiles.md: which calls each profile has, and what it says otherwise than the one it starts from. */
import type { Profile } from '../../spec/profile.ts';
import type { Index } from './guards.ts';
import { fromDocs, generatedFrom, link, linkIds, table } from './markdown.ts';

export function renderProfiles(profiles: readonly Profile[], index: Index): string {
  const calls = [...new Set(profiles.flatMap(({ rules }) => [...rules.keys()]))].sort();
  const lines = [
    generatedFrom('spec/profiles'),
    '',
    '# Profiles',
    '',
    'A profile says which calls a system has, and how its answers differ from those of another. These are the differences.',
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
