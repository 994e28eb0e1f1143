/** The command by which this program can be called from where the user stands. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const name = 'pvm-spec';

/** A word of a command line, quoted where a shell would read it otherwise. */
export const quoted = (text: string): string =>
  /^[\w./:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** `npx` finds what is installed in this folder or above it, and the package that the folder belongs to. */
export function selfCommand(from = process.cwd(), script = process.argv[1] ?? name): string {
  if (isFoundByNpx(from)) return `npx ${name}`;
  const path = relative(from, resolve(script));
  return `node ${quoted(path.startsWith('..') ? resolve(script) : path)}`;
}

/** A command of this program, for whoever reads it on another machine. */
export const anywhere = (command: string): string => command.replace(selfCommand(), `npx ${name}`);

function isFoundByNpx(from: string): boolean {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules/.bin', name)) || isOurs(join(folder, 'package.json'))) return true;
    if (folder === dirname(folder)) return false;
  }
}

function isOurs(file: string): boolean {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown }).name === name;
  } catch {
    return false;
  }
}
