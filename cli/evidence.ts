/** What stands behind a clause: who asks for it, what watches it, what breaks it; each line with the file to open. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseFinding } from '../search/counterexamples/finding.ts';
import { allFaults } from '../mutants/kinds.ts';
import { standsIn } from './clauses/stands-in.ts';
import { clausePlaces } from './generate/clauses.ts';
import { parseClauseWaivers } from './generate/coverage.ts';
import { isAbout } from './generate/evidence.ts';
import type { CounterexampleUse, GuardUse } from './generate/evidence.ts';
import { evidenceIn, indexOf, readable } from './generate/generate.ts';
import { groundsLines, groundsOf } from './generate/grounds.ts';
import { readInputs, root } from './generate/inputs.ts';
import { breaks } from './strength/result.ts';

type Line = readonly [path: string, text: string];

/** All that stands behind any clause. */
export function readEvidence() {
  const inputs = readInputs();
  return {
    ...evidenceIn(inputs).evidence,
    index: indexOf(clausePlaces(inputs.prose), inputs.sources),
    findings: readable(inputs.findings, parseFinding),
    planted: inputs.planted,
    groundsFor: groundsOf(inputs.runs()),
    profiles: inputs.profiles,
    waivers: parseClauseWaivers(inputs.prose),
  };
}

/** Sections of lines; a clause without any does not pass `npm run generate`. */
export function evidenceFor(clause: string, all = readEvidence()): string[] {
  const ofClause = <T extends { readonly clause: string }>(some: readonly T[]): T[] =>
    some.filter((one) => one.clause === clause);
  const asked = (isWanted: (kind: GuardUse['kind']) => boolean): Line[] =>
    ofClause(all.guards)
      .filter(({ kind }) => isWanted(kind))
      .flatMap(({ call, words: text, waiver }) =>
        text.flatMap((words): Line[] => [
          [
            all.index.fileOf(call, clause),
            `${call}: ${words}${waiver === undefined ? '' : ` (no counterexample, for ${waiver})`}`,
          ],
          ...standsIn(all.profiles, call, clause, words).map((line): Line => ['', line]),
        ]),
      );
  const sections: Readonly<Record<string, readonly Line[]>> = {
    'guards (docs/guards/)': asked((kind) => kind !== 'check'),
    'checks (docs/checks.md)': asked((kind) => kind === 'check'),
    'grounds (docs/assurance.md)': groundsLines(all.groundsFor(clause)).map((line): Line => ['', line]),
    properties: ofClause(all.properties).map(({ kind, statement: text, file }) => [file, `${kind}: ${text}`]),
    'counterexamples (told by `pvm-spec explain FILE`)': all.counterexamples
      .filter((one) => isAbout(clause, one))
      .map((one) => [one.file, roleOf(clause, one)]),
    'findings in real hypervisors (told by the same)': ofClause(all.findings).map(({ name, title }) => [
      `counterexamples/findings/${name}.json`,
      title,
    ]),
    'faults planted in a real hypervisor (docs/strength.md)': all.planted
      .filter((row) => breaks(row).includes(clause))
      .map(({ patch }) => [`mutants/kernel/${patch.name}.patch`, patch.description]),
    'not checked': all.waivers.filter(({ id }) => id === clause).map(({ at, reason }) => [at.path, reason]),
  };
  return Object.entries(sections).flatMap(([heading, lines]) => section(heading, lines));
}

/** What a counterexample has to do with a clause. */
function roleOf(clause: string, { breaks, without, fault }: CounterexampleUse): string {
  const title = allFaults.find(({ id }) => id === fault)?.title ?? '';
  if (without?.clause === clause) return `breaks ${breaks} without it`;
  if (breaks !== clause) return `is refused by it, unless ${title}`;
  return without === undefined ? `breaks it: ${title}` : `breaks it without ${without.clause}`;
}

function section(heading: string, lines: readonly Line[]): string[] {
  const here = lines.map(
    ([path, text]) => [path && relative(process.cwd(), fileURLToPath(new URL(path, root))), text] as const,
  );
  const width = Math.max(...here.map(([path]) => path.length));
  return here.length === 0 ? [] : [heading, ...here.map(([path, text]) => `  ${path.padEnd(width)}  ${text}`)];
}
