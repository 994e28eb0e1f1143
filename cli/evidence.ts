/** What stands behind a clause: the guards that enforce it, the properties that watch it, the sequences that break it. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Machine } from '../spec/machine.ts';
import { profiles } from '../spec/profiles/all.ts';
import { parseCounterexample } from '../counterexamples/file.ts';
import type { Counterexample } from '../counterexamples/file.ts';
import { allProperties } from '../properties/chapters.ts';
import { suitesOf } from '../properties/suites.ts';

const folder = join(import.meta.dirname, '../counterexamples');

export interface CounterexampleFile {
  readonly file: string;
  readonly counterexample: Counterexample;
}

/** The counterexamples of the project. Fails if one cannot be read. */
export function committedCounterexamples(): CounterexampleFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'tsconfig.json');
  return names.sort().map((name) => {
    const counterexample = parseCounterexample(readFileSync(join(folder, name), 'utf8'));
    if (typeof counterexample === 'string') throw new Error(`unreachable: ${name}: ${counterexample}`);
    return { file: relative(process.cwd(), join(folder, name)), counterexample };
  });
}

export function evidenceFor(clause: string): string[] {
  const guards = [...profiles.values()].flatMap((profile) =>
    [...profile.rules.values()].flatMap((rule) =>
      rule.guards
        .filter((step) => step.clause === clause)
        .map((step) =>
          step.kind === 'must'
            ? `${rule.call}: ${step.condition.words}, else ${step.error}`
            : `${rule.call} keeps: ${step.effect.words}`,
        ),
    ),
  );
  const properties = suitesOf()
    .flatMap(({ profile, named }) => allProperties(new Machine(profile, named.world)))
    .filter((property) => property.clause === clause)
    .map((property) => `${property.kind}: ${property.says}`);
  const counterexamples = committedCounterexamples()
    .filter(({ counterexample: { breaks, without } }) => breaks === clause || without?.clause === clause)
    .map(({ file, counterexample }) =>
      counterexample.breaks === clause ? `${file} breaks it` : `${file} shows what breaks without it`,
    );
  return [
    ...section('guards', guards),
    ...section('properties', properties),
    ...section('counterexamples', counterexamples),
  ];
}

const section = (heading: string, lines: readonly string[]): string[] => {
  const distinct = [...new Set(lines)];
  return distinct.length === 0 ? [] : [heading, ...distinct.map((line) => `  ${line}`)];
};
