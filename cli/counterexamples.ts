/** The counterexamples and findings that come with the project, and the names under which they are asked for. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join, parse } from 'node:path';
import { clauses } from '../spec/clauses.generated.ts';
import { parseCounterexample } from '../search/counterexamples/file.ts';
import type { Counterexample } from '../search/counterexamples/file.ts';
import { kebab } from '../search/judge/counterexample.ts';
import { isPlain, plainNames } from './explain/plain.ts';
import { nearest } from './nearest.ts';
import { whyUnread } from './input.ts';
import { orFail, Refused } from './output.ts';

const root = join(import.meta.dirname, '../counterexamples');
let known: readonly Counterexample[] | undefined;

/** All those of rules, read once. */
export function knownSequences(): readonly Counterexample[] {
  known ??= filesIn('rules').map((name) => {
    const read = parseCounterexample(readFileSync(join(root, name), 'utf8'));
    if (typeof read === 'string') throw new Error(`unreachable: counterexamples/${name}: ${read}`);
    return read;
  });
  return known;
}

const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => (name.endsWith('.json') && name !== 'tsconfig.json') || isPlain(name))
    .map((name) => join(folder, name))
    .sort();

/**
 * What `explain` and `replay` are given: the path of a file, or a name of one that comes with the project. Throws Refused
 * where it is neither.
 */
export function fileNamed(given: string): string {
  if (existsSync(given)) return given;
  const found = named(given);
  if (found.length === 1 && found[0] !== undefined) return join(root, found[0]);
  if (found.length > 1)
    throw new Refused(`${given} is the name of ${found.length} counterexamples; say which:\n${listed(found)}`);
  if (/[\\/]/.test(given)) throw new Refused(`cannot read ${given}: there is no such file`);
  const plain = catalogue().flatMap(({ file, names }) => names.map((name) => [name, plainName(file, name)] as const));
  const spelled = new Map([...plain, ...Object.keys(clauses).map((id) => [id.toLowerCase(), id] as const)]);
  const meant = nearest(kebab(given), spelled.keys())
    .map((name) => spelled.get(name))
    .join(' or ');
  const hint = meant === '' ? 'docs/counterexamples/README.md lists them all' : `did you mean ${meant}?`;
  throw new Refused(`there is no file, counterexample or clause ${given}; ${hint}`);
}

/** The same; where there is none, the command ends. */
export const fileOf = (given: string): string => orFail(() => fileNamed(given));

/** A name as the tool prints it. */
const plainName = (file: string, name: string): string => (name === kebab(parse(file).name) ? parse(file).name : name);

const listed = (files: readonly string[]): string => files.map((file) => `  ${parse(file).name}`).join('\n');

/** The files of this name: by their own names first, and by the clause that breaks where none is called so. */
function named(given: string): string[] {
  const wanted = kebab(basename(given).replace(/\.(?:json|log|pem)$/, ''));
  const all = catalogue();
  const own = all.filter(({ names }) => names.includes(wanted));
  return (own.length > 0 ? own : all.filter(({ breaks }) => breaks === wanted)).map(({ file }) => file);
}

interface Named {
  readonly file: string;
  /** As parts of file names: its own, the fault's or the guard's, what is lost, and all of it as a sentence. */
  readonly names: readonly string[];
  readonly breaks: string;
}

let files: readonly Named[] | undefined;
const catalogue = (): readonly Named[] => (files ??= filesIn('').map(namesOf));

/** What a file may be asked for by; it is not read any closer. */
function namesOf(file: string): Named {
  if (isPlain(file)) {
    const plain = plainNames(file);
    if (typeof plain === 'string') throw new Error(`unreachable: counterexamples/${file}: ${plain}`);
    return { file, names: [parse(file).name, kebab(plain.title)], breaks: kebab(plain.breaks) };
  }
  const {
    name,
    title,
    fault,
    without,
    breaks,
    clause,
    calls = [],
  } = JSON.parse(readFileSync(join(root, file), 'utf8')) as {
    readonly name: string;
    readonly title?: string;
    readonly fault?: string;
    readonly without?: { readonly call: string; readonly clause: string };
    readonly breaks: string;
    readonly clause?: string;
    readonly calls?: readonly { readonly call: string }[];
  };
  const loss = name.slice(name.indexOf('.') + 1).replaceAll('.', '-');
  const own = [name, name.slice(0, name.indexOf('.')), loss, title, fault, without?.clause];
  const whole = without && `${calls.at(-1)?.call ?? ''} without ${without.clause} ${loss}`;
  const names = [...own, whole].flatMap((one) => (one === undefined ? [] : [kebab(one)]));
  return { file, names: [...new Set(names)], breaks: kebab(clause ?? breaks) };
}

/** What is in a file. Throws Refused where it cannot be read. */
export function textIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refused(whyUnread(file, error));
  }
}

/** The same; where it cannot be read, the command ends. */
export const readText = (file: string): string => orFail(() => textIn(file));
