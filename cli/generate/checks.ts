/** Writes docs/checks.md: for each kind of evidence the checks in order, with the reason that each gives. */
import { checkGroups } from '../../spec/evidence/verifiers.ts';
import type { Verifier } from '../../spec/evidence/verifiers.ts';
import type { Index } from './guards.ts';
import { clauseLink, generatedFrom, table } from './markdown.ts';

export function renderChecks(verifiers: readonly Verifier[], index: Index): string {
  const lines = [
    generatedFrom('spec/evidence and spec/attestation'),
    '',
    '# Checks',
    '',
    'The checks of evidence, in order. The first check that fails decides: the evidence is denied for the reason beside',
    'it. What is asked of several parts alike, such as a key, is a group of its own, and named where it is asked.',
    ...[...checkGroups, ...verifiers].flatMap((one) => [
      '',
      `## ${one.name}`,
      '',
      one.description,
      '',
      ...table(['', 'clause', 'denied because'], rowsOf(one, index)),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** The group that begins at a place, the largest there is, if it is not all that there is. */
function groupAt(checks: Verifier['checks'], at: number): Verifier | undefined {
  const isThere = ({ checks: ours }: Verifier): boolean =>
    ours.length < checks.length && ours.every(({ clause }, i) => checks[at + i]?.clause === clause);
  return checkGroups.findLast(isThere);
}

function rowsOf({ name, checks, asked = [] }: Verifier, index: Index): string[][] {
  const rows: string[][] = [];
  const parts = [...asked];
  for (let at = 0; at < checks.length;) {
    const number = String(rows.length + 1);
    const group = groupAt(checks, at);
    const check = checks[at];
    if (group) {
      const part = parts.shift();
      if (part === undefined) throw new Error(`unreachable: it is not said what ${group.name} is asked of in ${name}`);
      rows.push([number, `all of [${group.name}](#${group.name.toLowerCase()})`, `of ${part}`]);
    } else if (check) rows.push([number, clauseLink(check.clause, index.clauses), check.reason]);
    at += group?.checks.length ?? 1;
  }
  if (parts.length > 0) throw new Error(`unreachable: ${name} has no group that is asked of ${parts.join(', ')}`);
  return rows;
}
