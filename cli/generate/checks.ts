/** Writes docs/checks.md: for each kind of evidence the checks in order, with the reason that each gives. */
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
    'it. A clause that is listed twice is checked on two parts, such as a key and the certificate around it.',
    ...verifiers.flatMap(({ name, description, checks }) => [
      '',
      `## ${name}`,
      '',
      description,
      '',
      ...table(
        ['', 'clause', 'denied because'],
        checks.map(({ clause, reason }, at) => [String(at + 1), clauseLink(clause, index.clauses), reason]),
      ),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}
