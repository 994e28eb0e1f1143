/** Writes docs/guards.md: for each call its guards in order, what it keeps when refused, and its effects. */
import { wordsOf } from '../../spec/language/words.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Rule, Step } from '../../spec/rule.ts';
import { clauseLink, fromDocs, generatedFrom, link, type Place, table } from './markdown.ts';

/** What the pages need to know of the files: where a clause stands, and where a call is defined. */
export interface Index {
  readonly clauses: ReadonlyMap<string, Place>;
  /** The file that defines a call or a profile, or that has the guard of that clause for a call. */
  fileOf(name: string, clause?: string): string;
}

export function renderGuards(profiles: readonly Profile[], index: Index): string {
  const [first, ...others] = profiles;
  if (first === undefined) throw new Error('unreachable: no profile');
  const seen = new Set(first.rules.values());
  const lines = [
    generatedFrom('spec/calls and spec/profiles'),
    '',
    '# Guards',
    '',
    'The calls, each with its guards in the order in which they are checked. The first guard that does not hold decides:',
    'the call is denied with the error beside it, and nothing changes except for effects that take place *also on',
    'failure*. If all guards hold, the effects follow. Where a guard has no counterexample, the last column says why.',
    '',
    `## Calls of ${first.name}`,
    ...sorted(first.rules.values()).flatMap((rule) => ['', ...renderRule(rule, index)]),
  ];
  for (const profile of others) {
    const changed = sorted(profile.rules.values()).filter((rule) => !seen.has(rule));
    for (const rule of changed) seen.add(rule);
    lines.push('', `## Calls of ${profile.name}, where they differ`);
    if (changed.length === 0) lines.push('', 'None.');
    lines.push(...changed.flatMap((rule) => ['', ...renderRule(rule, index, ` (${profile.name})`)]));
  }
  return `${lines.join('\n')}\n`;
}

const sorted = (rules: Iterable<Rule>): Rule[] => [...rules].sort((a, b) => (a.call < b.call ? -1 : 1));

/** One call: who makes it, its parameters, its guards as a table, its effects as a list. */
export function renderRule(rule: Rule, index: Index, suffix = ''): string[] {
  const parameters = Object.entries(rule.parameters).map(([name, { kind }]) =>
    name === kind ? `\`${name}\`` : `\`${name}\` (${kind})`,
  );
  return [
    `### ${rule.call}${suffix}`,
    '',
    `Made by the ${rule.actor}; ${parameters.length === 0 ? 'no parameters' : `parameters: ${parameters.join(', ')}`}. ` +
      `Defined in ${link(index.fileOf(rule.call), fromDocs(index.fileOf(rule.call)))}.`,
    '',
    ...(rule.guards.length === 0 ? ['No guards: the call is never denied.'] : guardTable(rule, index)),
    '',
    ...(rule.effects.length === 0
      ? ['Effects: none.']
      : ['Effects:', '', ...rule.effects.map((effect, at) => `${at + 1}. ${wordsOf(effect)}`)]),
  ];
}

const guardTable = (rule: Rule, index: Index): string[] =>
  table(
    ['', 'clause', 'condition', 'else', 'why it has no counterexample'],
    rule.guards.map((step, at) => [String(at + 1), clauseLink(step.clause, index.clauses), ...stepCells(step)]),
  );

function stepCells(step: Step): string[] {
  if (step.kind === 'onFailure') return [`*also on failure:* ${wordsOf(step.effect)}`, '', ''];
  const reason = step.waiver ?? '';
  return [wordsOf(step.condition), `\`${step.error}\``, step.redundant === true ? `never refuses: ${reason}` : reason];
}
