/** What came of the mutants of the model, as it is kept beside them. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Tried } from './run.ts';

interface CodeScore {
  readonly mutants: number;
  readonly tried: number;
  readonly killed: number;
}
export interface CodeResult extends CodeScore {
  readonly seed: number;
  readonly byFolder: Readonly<Record<string, CodeScore>>;
  readonly byKind: Readonly<Record<string, CodeScore>>;
  readonly by: Readonly<Record<string, number>>;
  /** Where each of those stands that nothing has seen, and what it is. */
  readonly survivors: readonly string[];
}
type Mutant = Tried['mutant'];

/** The folder of a file of the model; `model` for those that lie in none. */
export const folderOf = (file: string): string => /^model\/(\w+)\//.exec(file)?.[1] ?? 'model';

export const readCodeResult = (folder: URL): CodeResult =>
  JSON.parse(readFileSync(new URL('results.json', folder), 'utf8')) as CodeResult;
export const keepCodeResult = (folder: URL, result: CodeResult): void =>
  writeFileSync(new URL('results.json', folder), `${JSON.stringify(result, undefined, 1)}\n`);

export function codeResultOf(all: readonly Mutant[], tried: readonly Tried[], seed: number): CodeResult {
  const scoreOf = (belongs: (mutant: Mutant) => boolean): CodeScore => {
    const of = tried.filter(({ mutant }) => belongs(mutant));
    const killed = of.filter(({ by }) => by !== undefined).length;
    return { mutants: all.filter(belongs).length, tried: of.length, killed };
  };
  const scores = (groupOf: (mutant: Mutant) => string): Record<string, CodeScore> =>
    Object.fromEntries(
      [...new Set(tried.map(({ mutant }) => groupOf(mutant)))]
        .sort()
        .map((group) => [group, scoreOf((mutant) => groupOf(mutant) === group)]),
    );
  const names = [...new Set(tried.flatMap(({ by }) => by ?? []))].sort();
  return {
    ...scoreOf(() => true),
    seed,
    byFolder: scores(({ file }) => folderOf(file)),
    byKind: scores(({ kind }) => kind),
    by: Object.fromEntries(names.map((name) => [name, tried.filter(({ by }) => by === name).length])),
    survivors: tried.filter(({ by }) => by === undefined).map(({ mutant }) => inWords(mutant)),
  };
}

const inWords = ({ file, line, kind, change }: Mutant): string => `${file}:${line}: ${kind}: ${change}`;

export const codePercent = ({ tried, killed }: CodeScore): string =>
  tried === 0 ? '' : `${((100 * killed) / tried).toFixed(1)} %`;
