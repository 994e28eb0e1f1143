/** Writes docs/protocol.md: every call of the line protocol, its arguments, its answers, and an example of each. */
import { wordsOf } from '../../spec/language/words.ts';
import { fieldsOf } from '../../search/conformance/calls.ts';
import { isOfOwnership } from '../../search/conformance/check.ts';
import { answerFields, refusal } from '../../search/conformance/expected.ts';
import type { Profile } from '../../spec/profile.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { ownership } from '../../spec/profiles/ownership.ts';
import { narrowArguments, upperOf } from '../../spec/narrow-arguments.ts';
import type { Rule } from '../../spec/rule.ts';
import type { Answer } from '../../spec/transcript.ts';
import { clauseLink, generatedFrom, link, type Place, problemAt, table } from './markdown.ts';
import { storyOf } from './protocol-story.ts';
import type { Example, Story } from './protocol-story.ts';
import { pagesAndVms, tablesOfLinux } from './protocol-words.ts';
import type { SourceFile } from './requirements.ts';

const path = 'docs/protocol.md';

/** What the page needs of the prose: where clauses stand, and the sentence under the heading of a call. */
interface Prose {
  readonly places: ReadonlyMap<string, Place>;
  readonly introductions: ReadonlyMap<string, string>;
}

export function renderProtocol(prose: readonly SourceFile[], places: ReadonlyMap<string, Place>): string {
  const words = { places, introductions: introductionsIn(prose) };
  const lines = [
    generatedFrom('spec/profiles and search/conformance'),
    '',
    '# Calls on the wire',
    '',
    'What an adapter is asked, and what it answers: one line of JSON for a call, and one for its answer. Names, types and',
    'examples come from the code that reads them. [Writing an adapter](targets.md#writing-an-adapter) tells how the lines',
    'are exchanged, and which profile to take; recordings use the same words ([transcripts](transcripts.md)).',
    '',
    ...pagesAndVms,
    '',
    '## Arguments',
    '',
    ...argumentTable,
    '',
    '## Answers',
    '',
    ...table(
      ['field', 'says'],
      Object.entries(answerFields).map(([name, text]) => [`\`${name}\``, text]),
    ),
    '',
    '## Calls of ownership',
    '',
    'For a hypervisor that is not Linux. A refusal is `ret` with any text or a negative number, or any of the other forms;',
    'whatever is none counts as done, and of its fields only `value` is compared. A page may be wiped when it changes',
    'hands, and has to be where the list says so. To refuse more than is listed is no fault.',
    ...callsOf(ownership, words),
    '',
    '## Calls of linux-7.3',
    '',
    "Linux's own interface. Every field of an answer is compared, and errors are those of Linux, in its order:",
    '[guards](guards/README.md) has the conditions of each call.',
    ...callsOf(linux73, words),
    '',
    ...tablesOfLinux,
  ];
  return `${lines.join('\n')}\n`;
}

function introductionsIn(prose: readonly SourceFile[]): ReadonlyMap<string, string> {
  const found = prose.flatMap(({ text }) => [...text.matchAll(/^## ([a-z_]+)\n(\S.*)$/gm)]);
  return new Map(found.map(([, call, sentence]) => [call ?? '', sentence ?? '']));
}

const argumentTable = ((): string[] => {
  const all = [ownership, linux73].flatMap(({ rules }) => [...rules.values()].flatMap((rule) => fieldsOf(rule)));
  const distinct = new Map(all.map((field) => [`${field.name}: ${field.says}`, field]));
  return table(
    ['argument', 'type', 'says'],
    [...distinct.values()].map(({ name, type, says }) => [`\`${name}\``, type, says]),
  );
})();

/** In the order in which the examples come to them. */
function callsOf(profile: Profile, words: Prose): string[] {
  const story = storyOf(profile);
  const inOrder = new Set(story.examples.map(({ question }) => question.op));
  const rules = [...inOrder].flatMap((call) => profile.rules.get(call) ?? []);
  return [
    '',
    ...table(
      ['call', 'made by', 'arguments'],
      rules.map((rule) => [link(rule.call, `#${anchorOf(rule, profile)}`), rule.actor, argumentsOf(profile, rule)]),
    ),
    '',
    'A sequence begins with a header:',
    '',
    '```',
    JSON.stringify({ format: 'pvm-trace', version: 1, pageSize: 4096, ...story.header }),
    '{"ready":true}',
    '```',
    ...rules.flatMap((rule) => ['', ...callOf(profile, rule, words, story)]),
  ];
}

/** Headings of calls are those of two profiles. */
const headingOf = ({ call }: Rule, { name }: Profile): string => `${call} (${name})`;
const anchorOf = (rule: Rule, profile: Profile): string =>
  headingOf(rule, profile)
    .replaceAll(/[^a-z0-9_ -]/g, '')
    .replaceAll(' ', '-');

function callOf(profile: Profile, rule: Rule, words: Prose, story: Story): string[] {
  const example = exampleOf(rule.call, story);
  const intro = isOfOwnership(profile) ? undefined : words.introductions.get(rule.call);
  return [
    `### ${headingOf(rule, profile)}`,
    '',
    `${intro === undefined ? '' : `${intro} `}Made by the ${rule.actor}, with ${argumentsOf(profile, rule)}.`,
    ...(isOfOwnership(profile) ? conditionsOf(rule, words) : ['', refusalsOf(rule)]),
    '',
    '```',
    ...(example === undefined ? [] : [JSON.stringify(example.question), JSON.stringify(example.answer)]),
    '```',
  ];
}

function argumentsOf(profile: Profile, rule: Rule): string {
  const ofLinux = new Set(['vm', ...narrowArguments(rule.call).map(upperOf)]);
  const sent = fieldsOf(rule).filter(({ name }) => !ofLinux.has(name) || !isOfOwnership(profile));
  const shown = sent.map(({ name, optional }) => `\`${name}\`${optional === true ? ' (not always)' : ''}`);
  return shown.length === 0 ? 'no arguments' : shown.join(', ');
}

/** Preferably one that is done. */
const exampleOf = (call: string, { examples }: Story): Example | undefined =>
  examples.find(({ question, outcome }) => question.op === call && outcome.kind === 'done') ??
  examples.find(({ question }) => question.op === call);

/** When the call has to be refused, and what comes of it. */
function conditionsOf({ guards, effects }: Rule, { places }: Prose): string[] {
  const needs = guards.flatMap((step) =>
    step.kind === 'must' && step.redundant !== true
      ? [`- ${wordsOf(step.condition)} (${clauseLink(step.clause, places)})`]
      : [],
  );
  return ['', 'Refused unless all of this holds:', '', ...needs, '', `Then ${effects.map(wordsOf).join('; ')}.`];
}

/** The answers of a call that is refused, each once. */
function refusalsOf(rule: Rule): string {
  const question = { op: rule.call, args: { gfn: 256 } };
  const guards = rule.guards.flatMap((step) => (step.kind === 'must' ? [step] : []));
  const answers = new Set(guards.map((guard) => shownAnswer(refusal(question, guard, 64))));
  return answers.size === 0 ? 'Never refused.' : `Refused: ${[...answers].join(', ')}.`;
}

function shownAnswer(answer: Answer): string {
  const text = JSON.stringify(answer);
  return text === '{}' ? '`{}`, as it returns nothing' : `\`${text}\``;
}

/** One problem for each call without an example in which it is done. */
export const checkProtocol = (): string[] =>
  [linux73, ownership].flatMap((profile) => {
    const story = storyOf(profile);
    return [...profile.rules.values()]
      .filter(({ call, effects }) => effects.length > 0 && exampleOf(call, story)?.outcome.kind !== 'done')
      .map(({ call }) => problemAt({ path, line: 1 }, `no example of ${call} is done; see protocol-story.ts`));
  });
