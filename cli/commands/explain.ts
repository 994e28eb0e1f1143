/** `pvm-spec explain NAME|CLAUSE`: a counterexample or a finding for the reader, or a clause with what stands behind it. */
import { styleText } from 'node:util';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { clauses } from '../../spec/clauses.generated.ts';
import { UnreadableEvent } from '../../search/conformance/calls.ts';
import { isFinding, parseFinding } from '../../search/counterexamples/finding.ts';
import type { Finding } from '../../search/counterexamples/finding.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { fileOf, readText } from '../counterexamples.ts';
import { evidenceFor } from '../evidence.ts';
import { wrapped } from '../explain/columns.ts';
import { explainFinding } from '../explain/finding.ts';
import { show } from '../explain/shown.ts';
import type { Shown } from '../explain/shown.ts';
import { formatClause } from '../explain/text.ts';
import { fail, print } from '../output.ts';
import { isSequenceFile, parseSequenceFile } from '../../search/counterexamples/sequence-file.ts';
import { isPairFile, parsePairFile } from '../../search/pairs/pair-file.ts';
import { explainPair } from '../pairs/text.ts';
import { explainSequence } from '../sequence-file.ts';

export function explainCommand(command: Command): void {
  command
    .argument(
      '<name-or-clause>',
      'a counterexample or finding, by its file, name, title or fault; or the id of a clause',
    )
    .action((what: string) => {
      const id = what.toUpperCase();
      if (!existsSync(what) && id in clauses) print([...formatClause(id), '', ...evidenceFor(id)].join('\n'));
      else print(explainFile(fileOf(what)).join('\n'));
    });
}

function explainFile(file: string): string[] {
  const text = readText(file);
  if (isPairFile(text)) return explainPair(parsed(file, parsePairFile(text)));
  if (isSequenceFile(text)) return parsed(file, explainSequence(parsed(file, parseSequenceFile(text))));
  if (isFinding(text)) return ofFinding(file, text, explainFinding);
  return explained(parsed(file, show(text, file)));
}

export const parsed = <T>(file: string, read: T | string): T =>
  typeof read === 'string' ? fail(`${file}: ${read}`) : read;

/** What is made of a finding; what its calls or its profile make impossible is said in one line. */
export function ofFinding<T>(file: string, text: string, make: (finding: Finding) => T): T {
  const finding = parsed(file, parseFinding(text));
  const strange = finding.recordings.findIndex(({ profile }) => !profiles.has(profile));
  if (strange >= 0)
    fail(`${file}: recordings.${strange}.profile: no profile ${finding.recordings[strange]?.profile ?? ''}`);
  try {
    return make(finding);
  } catch (error) {
    if (error instanceof UnreadableEvent) fail(`${file}: recordings: ${error.message}`);
    throw error;
  }
}

/** What it is, what happens, how that is drawn, and the clauses in full. */
function explained(shown: Shown): string[] {
  const { name, without, fault, breaks, broken, mistake, known, story, details } = shown;
  const under = fault === undefined ? shown.under : 'with the fault';
  const how = broken
    ? `${under}, ${breaks} breaks${shown.steps === 1 ? '' : ` at step ${broken.step}`}`
    : styleText('red', `${under}, ${breaks} does not break`);
  const said = [
    mistake === undefined ? '' : `The fault: ${mistake}.`,
    story ?? '',
    known === undefined ? '' : `Known: ${known}.`,
  ];
  return [
    ...wrapped(`${styleText('bold', name)}   ${how}`, '   '),
    '',
    ...said.filter((one) => one !== '').flatMap((one) => [...wrapped(one), '']),
    ...shown.drawing,
    '',
    ...(details === undefined || details.length === 0 ? [] : [...details, '']),
    ...formatClause(breaks),
    ...(broken && without ? [`The property that sees it: ${broken.statement}.`] : []),
    ...(without ? ['', ...formatClause(without.clause)] : []),
  ];
}
