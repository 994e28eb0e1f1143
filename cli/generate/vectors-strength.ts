/** Writes docs/vectors-strength.md: mistakes planted in a plain verifier, and the case of the corpus that shows each. */
import { allMistakes } from '../../mutants/vectors/mistakes/all.ts';
import type { Mistake } from '../../mutants/vectors/planted.ts';
import type { Killer, Strength } from '../../mutants/vectors/strength.ts';
import type { Index } from './guards.ts';
import { generatedFrom, linkIds, problemAt, table } from './markdown.ts';

const folder = 'mutants/vectors';

export function renderVectorsStrength({ cases, tried }: Strength, index: Index): string {
  const killers = new Map(tried.map(({ id, killer }) => [id, killer]));
  const equivalent = allMistakes.filter((one) => one.equivalent !== undefined);
  const real = allMistakes.length - equivalent.length;
  const found = allMistakes.flatMap(({ id }) => killers.get(id) ?? []);
  const strict = found.filter(({ result }) => result === 'acceptable');
  const row = ({ id, does, equivalent: why }: Mistake): string[] => [
    `\`${id}\``,
    does,
    why === undefined ? shown(killers.get(id), index) : `equivalent: ${why}`,
  ];
  const lines = [
    generatedFrom(`${folder}, and from what \`npm run vectors:strength\` found,`),
    '# How strong the vectors are',
    '',
    `**${found.length} of ${real} mistakes found** that were planted in a verifier of DICE chains, requests and handovers,`,
    `one at a time; ${equivalent.length} more are none that anybody could see. The [verifier](../${folder}/plain-verifier/verify.ts) is a plain one,`,
    `written from [the page on vectors](vectors.md) and the standards that it links, and agrees with each of the ${cases.toLocaleString('en')}`,
    `cases that \`pvm-spec vectors --devices 1 --draws 0\` writes. ${strict.length} of the mistakes show only in cases that are \`acceptable\`:`,
    'they are about decisions of this specification.',
    '',
    ...table(['mistake', 'the verifier …', 'shows in'], allMistakes.map(row)),
  ];
  return `${lines.join('\n')}\n`;
}

function shown(killer: Killer | undefined, index: Index): string {
  if (killer === undefined) return '**nothing**';
  const { comment, options, verdict, decided } = killer;
  const under = options === 'default' ? '' : ` (${options})`;
  return linkIds(`${comment}${under}: ${verdict}, and not ${decided}`, index.clauses);
}

/** One line for each mistake that was not tried, or that nothing shows. */
export function checkVectorsStrength({ tried }: Strength): string[] {
  const killed = new Map(tried.map(({ id, killer }) => [id, killer !== undefined]));
  const at = { path: `${folder}/results.json`, line: 1 };
  return allMistakes.flatMap(({ id, equivalent }) => {
    if (!killed.has(id)) return [problemAt(at, `${id} was not tried; run npm run vectors:strength -- --write`)];
    if (killed.get(id) === (equivalent === undefined)) return [];
    return [
      problemAt(at, equivalent === undefined ? `nothing shows ${id}` : `${id} is said to be equivalent, and is not`),
    ];
  });
}
