/** Writes docs/guards/, a page a chapter: for each call its guards in order, what it keeps when refused, its effects. */
import { wordsOf } from '../../spec/language/words.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Rule, Step } from '../../spec/rule.ts';
import { knownPairs, nameOfPair } from '../../search/judge/pairs.ts';
import type { Answered } from '../answered/result.ts';
import { anchorOf, clauseLink, fromDocs, generatedFrom, link, type Place, table } from './markdown.ts';
import type { SourceFile } from './requirements.ts';

/** What the pages need to know of the files: where a clause stands, and where a call is defined. */
export interface Index {
  readonly clauses: ReadonlyMap<string, Place>;
  /** The file that defines a call or a profile, or that has the guard of that clause for a call. */
  fileOf(name: string, clause?: string): string;
}

const folder = 'docs/guards';

/** The index, and a page for each chapter of calls. */
export function renderGuards(
  profiles: readonly Profile[],
  index: Index,
  answered: readonly Answered[] = [],
): SourceFile[] {
  const answers = answersIn(profiles, answered);
  const listed = differing(profiles);
  const chapters = [...new Set(listed.map(({ rule }) => chapterOf(rule.call, index)))].sort();
  const pages = chapters.map((chapter) => {
    const own = listed.filter(({ rule }) => chapterOf(rule.call, index) === chapter);
    return { chapter, own, text: renderChapter(chapter, profiles, own, index, answers) };
  });
  const calls = pages.map(({ chapter, own }) => [
    link(chapter, `${chapter}.md`),
    [...new Set(own.map(({ rule }) => rule.call))].map((call) => `\`${call}\``).join(', '),
  ]);
  const text = [...introduction(answered), '', ...table(['chapter', 'calls'], calls)].join('\n');
  return [
    { path: `${folder}/README.md`, text: `${text}\n` },
    ...pages.map(({ chapter, text }) => ({ path: `${folder}/${chapter}.md`, text })),
  ];
}

/** The folder of the file that defines a call. */
const chapterOf = (call: string, index: Index): string =>
  /^spec\/(?:calls\/)?([^/]+)/.exec(index.fileOf(call))?.[1] ?? 'other';

/** Where the guards of a call are listed, for the first profile that has it. */
export function guardsAt(call: string, profiles: readonly Profile[], index: Index): string {
  const at = profiles.findIndex(({ rules }) => rules.has(call));
  const heading = at === 0 ? call : `${call} (${profiles[at]?.name ?? ''})`;
  return `${folder}/${chapterOf(call, index)}.md#${anchorOf(heading)}`;
}

const introduction = (answered: readonly Answered[]): string[] => [
  generatedFrom('spec/calls and spec/profiles'),
  '',
  '# Guards',
  '',
  'The calls, each with its guards in the order in which they are checked. The first guard that does not hold decides:',
  'the call is denied with the error beside it, and nothing changes except for effects that take place *also on',
  'failure*. If all guards hold, the effects follow. Where a guard has no counterexample, a column says why.',
  '',
  'The last column says which releases of the real hypervisor have refused a call by this guard, and on which day a hunt',
  'last saw it (`npm run answered`); for recordings the day is not known. *Read* stands for a guard that no real system',
  'was seen to refuse by: it was read in the source, and the rules say it. Calls without this column are read alone.',
  ...answered.flatMap((one) => (one.on === undefined ? [] : ['', huntLine(one)])),
];

interface Listed {
  readonly profile: Profile;
  readonly rule: Rule;
}

/** The rules of each profile that none before it has. */
function differing(profiles: readonly Profile[]): Listed[] {
  const seen = new Set<Rule>();
  return profiles.flatMap((profile) => {
    const own = sorted(profile.rules.values()).filter((rule) => !seen.has(rule));
    for (const rule of own) seen.add(rule);
    return own.map((rule) => ({ profile, rule }));
  });
}

function renderChapter(
  chapter: string,
  profiles: readonly Profile[],
  listed: readonly Listed[],
  index: Index,
  answers: Answers,
): string {
  const lines = profiles.flatMap((profile, at) => {
    const own = listed.filter((one) => one.profile === profile);
    const [differ, suffix] = at === 0 ? ['', ''] : [', where they differ', ` (${profile.name})`];
    if (own.length === 0) return [];
    const rules = own.flatMap(({ rule }) => ['', ...renderRule(rule, index, suffix, answers)]);
    return ['', `## Calls of ${profile.name}${differ}`, ...rules];
  });
  const head = [generatedFrom('spec/calls and spec/profiles'), '', `# Guards: ${chapter}`, ''];
  const text = [...head, '[How to read them, and all calls](README.md).', ...lines].join('\n');
  // Rules are linked from a page one folder down.
  return `${text.replaceAll('](../', '](../../').replaceAll('](spec/', '](../spec/')}\n`;
}

const sorted = (rules: Iterable<Rule>): Rule[] => [...rules].sort((a, b) => (a.call < b.call ? -1 : 1));

/** One call: who makes it, its parameters, its guards as a table, its effects as a list. */
export function renderRule(rule: Rule, index: Index, suffix = '', answers: Answers = nobody): string[] {
  const parameters = Object.entries(rule.parameters).map(([name, { kind }]) =>
    name === kind ? `\`${name}\`` : `\`${name}\` (${kind})`,
  );
  return [
    `### ${rule.call}${suffix}`,
    '',
    `Made by the ${rule.actor}; ${parameters.length === 0 ? 'no parameters' : `parameters: ${parameters.join(', ')}`}. ` +
      `Defined in ${link(index.fileOf(rule.call), fromDocs(index.fileOf(rule.call)))}.`,
    '',
    ...(rule.guards.length === 0 ? ['No guards: the call is never denied.'] : guardTable(rule, index, answers)),
    '',
    ...(rule.effects.length === 0
      ? ['Effects: none.']
      : ['Effects:', '', ...rule.effects.map((effect, at) => `${at + 1}. ${wordsOf(effect)}`)]),
  ];
}

function guardTable(rule: Rule, index: Index, answers: Answers): string[] {
  const releases = rule.guards.map((step) => answers(rule.call, step));
  const isAsked = releases.some((those) => those.length > 0);
  return table(
    ['', 'clause', 'condition', 'else', 'why it has no counterexample', ...(isAsked ? ['answered by'] : [])],
    rule.guards.map((step, at) => {
      const cells = [String(at + 1), clauseLink(step.clause, index.clauses), ...stepCells(step)];
      return isAsked ? [...cells, answerCell(step, releases[at] ?? [])] : cells;
    }),
  );
}

function stepCells(step: Step): string[] {
  if (step.kind === 'onFailure') return [`*also on failure:* ${wordsOf(step.effect)}`, '', ''];
  const reason = step.waiver ?? '';
  return [wordsOf(step.condition), `\`${step.error}\``, step.redundant === true ? `never refuses: ${reason}` : reason];
}

function answerCell(step: Step, releases: readonly string[]): string {
  if (step.kind === 'onFailure' || step.redundant === true) return '';
  return releases.length === 0 ? '*read*' : releases.join(', ');
}

/** The releases that have refused a call by a step, with the day where it is known. */
type Answers = (call: string, step: Step) => readonly string[];
const nobody: Answers = () => [];

/** A release has answered by a guard where its own profile has that very guard. */
function answersIn(profiles: readonly Profile[], answered: readonly Answered[]): Answers {
  const rules = new Map(profiles.map(({ name, rules }) => [name, rules]));
  return (call, step) => {
    const those = answered.filter(({ profile, refused }) => {
      const isIts = rules.get(profile)?.get(call)?.guards.includes(step) === true;
      return isIts && refused[call]?.includes(step.clause) === true;
    });
    const days = new Map<string, string | undefined>();
    for (const { release, on } of those) days.set(shortOf(release), on ?? days.get(shortOf(release)));
    const inOrder = [...days].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
    return inOrder.map(([release, on]) => (on === undefined ? release : `${release} (${on})`));
  };
}

/** Without what a distribution adds. */
const shortOf = (release: string): string => /^[\d.]+/.exec(release)?.[0] ?? release;

function huntLine({ release, machine, profile, on = '', calls, pairs }: Answered): string {
  const known = new Set([...knownPairs(profile).map(nameOfPair), ...pairs]);
  return (
    `On ${on} Linux ${shortOf(release)} (${machine}) answered ${calls.toLocaleString('en-US')} calls of a hunt as the rules ` +
    `say. Of ${known.size} pairs of guards of ${profile} that are known to fail together with different errors, ` +
    `${pairs.length} did, and the first of them answered.`
  );
}
