/** The page about mistakes planted in the rules: how many are seen, by what, and why some are not. */
import { percent, provedEqual } from '../mutants/result.ts';
import type { Score, Survey } from '../mutants/result.ts';
import { codePercent } from '../mutants/code/result.ts';
import type { CodeResult } from '../mutants/code/result.ts';
import { generatedFrom, table } from './markdown.ts';

const scoreTable = (what: string, scores: Readonly<Record<string, Score>>): string[] =>
  table(
    [what, 'mutants', 'proved equal', 'killed', 'score'],
    Object.entries(scores).map(([name, score]) => [
      name,
      String(score.mutants),
      String(score.equal),
      String(score.killed),
      percent(score),
    ]),
  );

export function renderRuleMutants({ result, survivors }: Survey, code: CodeResult): string {
  const groups = Object.entries(survivors);
  const left = groups.filter(([reason]) => !reason.startsWith(provedEqual));
  return `${[
    generatedFrom('what `npm run mutants` and `npm run mutants:model` found'),
    '# Mutants of the rules',
    '',
    'A rule is a tree, so every mistake of one place in it can be made by the tool: a guard left out, two neighbours ' +
      'swapped, another error, number, comparison or operator, a condition negated, a part or an effect left out. A ' +
      'mutant is killed if something that is not the rule itself tells it from the rule. A change that cannot be seen ' +
      'for a trivial reason is no mutant: the same tree once simplified, or two guards with one error swapped.',
    '',
    `**${result.killed} of ${result.mutants - result.equal} mutants are killed (${percent(result)}).** ${result.equal} more ` +
      'are proved to be equal to the rules, and do not count.',
    '',
    ...table(
      ['first seen by', 'mutants'],
      Object.entries(result.by).map(([name, count]) => [name, String(count)]),
    ),
    '',
    '`prose`: the error that a clause names, and the order in which a section lists the guards. `reference model`: its ' +
      'answers, and the state after them. `models from any state`: booting, attestation, CIDs and ownership as things, ' +
      'asked from states that runs reach and from others near them. `counterexamples`: the last call has to be refused ' +
      'by the guard that is shown. `laws`: the step that differs, and the calls after it, are judged. `cells that are ' +
      'not there`: a rule touches none. `recordings`: what real hypervisors answered. `coverage`: an end that nothing ' +
      'reaches any more.',
    '',
    'A survivor is proved to be equal if both solvers say that in the profiles whose [invariants are proved](proof.md), ' +
      'the invariants leave no state, of any size, in which the rule with the change decides otherwise or leaves another ' +
      'state. *Equal as far as was seen* is not that: such mutants count as survivors.',
    '',
    ...scoreTable('mistake', result.byKind),
    '',
    ...scoreTable('chapter', result.byChapter),
    '',
    '## Survivors',
    '',
    ...table(
      ['why they survive', 'mutants'],
      groups.map(([reason, group]) => [reason, String(Object.keys(group).length)]),
    ),
    '',
    'All but those that are proved to be equal, each by its call and place ' +
      '([all of them](../mutants/rules/survivors.json)):',
    '',
    ...table(
      ['mutant', 'why it survives'],
      left.flatMap(([reason, group]) => Object.values(group).map((name) => [name.replaceAll('|', '\\|'), reason])),
    ),
    '',
    ...ofCode(code),
  ].join('\n')}\n`;
}

const inCode = (text: string): string => `\`${text.replaceAll('`', "'").replaceAll('|', '\\|')}\``;

function ofCode(code: CodeResult): string[] {
  const { tried, killed, mutants, seed, byFolder, byKind, by, survivors } = code;
  const scores = (what: string, groups: CodeResult['byFolder']): string[] =>
    table(
      [what, 'mutants', 'tried', 'killed', 'score'],
      Object.entries(groups).map(([name, score]) => [
        name,
        String(score.mutants),
        String(score.tried),
        String(score.killed),
        codePercent(score),
      ]),
    );
  return [
    '## Mutants of the model',
    '',
    'The same is done to the code of the reference model and of the readers of evidence: an operator, a number, a ' +
      'condition or a flag is another one, or a statement is left out. The machine is held against the rules and judged ' +
      'by its own laws, the models of things are held against the rules, and the readers are given forgeries and drawn ' +
      'evidence. What only the tests of a file look at does not count: they are not run here.',
    '',
    `**${killed} of ${tried} are killed (${codePercent(code)})**, of ${mutants} that there are; drawn with seed ${seed}.`,
    '',
    ...scores('folder', byFolder),
    '',
    ...scores('mistake', byKind),
    '',
    ...table(
      ['first seen by', 'mutants'],
      Object.entries(by).map(([name, count]) => [name, String(count)]),
    ),
    '',
    '### Survivors in the code',
    '',
    ...survivors.map((one) => `- ${inCode(one)}`),
  ];
}
