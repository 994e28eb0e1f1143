/** Small changes to the source of the kernel: unified diffs, each with a header that says what it does and why. */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A patch whose header does not say what is planted: which one, and what it lacks. */
export class PatchError extends Error {}

const extension = '.patch';

/** `fault`: an answer must become wrong. `harmless`: every answer must stay right. */
export const kinds = ['fault', 'harmless'] as const;

export interface Patch {
  readonly name: string;
  readonly file: string;
  /** The source package that the diff is against, and its version. */
  readonly source: { readonly name: string; readonly version: string };
  readonly kind: (typeof kinds)[number];
  readonly description: string;
  /** The fix that is undone; none where the change was made up. */
  readonly from: string | undefined;
  /** The clause that no longer holds. */
  readonly breaks: string | undefined;
  /** The scene of two CPUs in which it shows; none where one CPU is enough. */
  readonly scene: string | undefined;
  /** It takes a machine with a secure world to show. */
  readonly needsSecureWorld: boolean;
  /** Why a campaign cannot see it. */
  readonly unseen: string | undefined;
  /** The files that it changes. */
  readonly changes: readonly string[];
}

const fields = ['Source', 'Kind', 'Says', 'From', 'Breaks', 'Scene', 'Machine', 'Unseen'] as const;
const secureWorld = 'secure world';
type Field = (typeof fields)[number];

export const patchesIn = (folder: string): Patch[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => parsePatch(join(folder, name), readFileSync(join(folder, name), 'utf8')));

export function parsePatch(file: string, text: string): Patch {
  const wrong = (problem: string): PatchError => new PatchError(`${basename(file)}: ${problem}`);
  const end = text.indexOf('\n\n--- a/');
  if (end < 0) throw wrong('no header, or no diff behind it');
  const header = headerOf(text.slice(0, end), wrong);
  const needed = (field: Field): string => {
    const value = header.get(field);
    if (value === undefined) throw wrong(`the header lacks ${field}`);
    return value;
  };
  const [name, version] = needed('Source').split(' ');
  if (name === undefined || version === undefined) throw wrong('Source is a package and its version');
  const kind = kinds.find((one) => one === needed('Kind'));
  if (kind === undefined) throw wrong(`Kind is one of ${kinds.join(', ')}`);
  if (kind === 'fault') needed('Breaks');
  const machine = header.get('Machine') ?? secureWorld;
  if (machine !== secureWorld) throw wrong(`Machine is ${secureWorld}, or is not there`);
  return {
    name: basename(file, extension),
    file,
    source: { name, version },
    kind,
    description: needed('Says'),
    from: header.get('From'),
    breaks: header.get('Breaks'),
    scene: header.get('Scene'),
    needsSecureWorld: header.has('Machine'),
    unseen: header.get('Unseen'),
    changes: [...text.slice(end).matchAll(/^\+\+\+ b\/(.*)$/gm)].map(([_, path]) => path as string),
  };
}

/** `Field: text`, one line each; a line that begins with a blank goes on from the one before. */
function headerOf(text: string, wrong: (problem: string) => Error): ReadonlyMap<Field, string> {
  const header = new Map<Field, string>();
  for (const line of text.replaceAll(/\n +/g, ' ').split('\n')) {
    const [_, name, value] = /^(\w+): (.+)$/.exec(line) ?? [];
    const field = fields.find((one) => one === name);
    if (field === undefined || value === undefined) throw wrong(`no field of a header: ${line}`);
    if (header.has(field)) throw wrong(`${field} is there twice`);
    header.set(field, value);
  }
  return header;
}
