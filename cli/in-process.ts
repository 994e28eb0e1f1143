/** The command line within this process, for tests: to start a process for each line takes most of the time. */
import { Readable } from 'node:stream';
import { runCommand } from './run.ts';

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a process has from the one that starts it; what is not said is ours. */
interface Around {
  readonly folder?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly input?: string | Uint8Array;
}

/** What a process would write until it ends, and its exit status; what it does after `process.exit` is not heard of. */
export const pvmSpec = (...words: readonly string[]): Promise<Ran> => pvmSpecIn({}, ...words);

/** The same in a folder, with an environment, or with something on standard input. */
export async function pvmSpecIn(around: Around, ...words: readonly string[]): Promise<Ran> {
  const { folder, environment = process.env, input = '' } = around;
  const said = { stdout: '', stderr: '' };
  let ended: number | undefined;
  const into = (name: keyof typeof said) => ({
    write: (text: string): boolean => {
      if (ended === undefined) said[name] += text;
      return true;
    },
  });
  const exit = (status: number): never => {
    ended ??= status;
    throw new Error(`unreachable: this goes on after exit status ${ended}`);
  };
  const before = process.cwd();
  const restored = [
    replace(process.stdout, into('stdout')),
    replace(process.stderr, into('stderr')),
    replaceInput(Readable.from([Buffer.from(input)])),
    replace(process, { exit, exitCode: undefined, env: environment }),
  ];
  try {
    if (folder !== undefined) process.chdir(folder);
    await runCommand(words);
  } catch (error) {
    if (ended === undefined) throw error;
  } finally {
    ended ??= Number(process.exitCode ?? 0);
    process.chdir(before);
    for (const restore of restored) restore();
  }
  return { status: ended, ...said };
}

/** Puts other values in the place of some; the answer puts them back. */
function replace(object: object, values: object): () => void {
  const own = Object.fromEntries(Object.keys(values).map((name) => [name, Reflect.get(object, name)]));
  Object.assign(object, values);
  return () => void Object.assign(object, own);
}

/** The same for standard input, which cannot be assigned. */
function replaceInput(value: Readable): () => void {
  const own = Object.getOwnPropertyDescriptor(process, 'stdin') ?? {};
  Object.defineProperty(process, 'stdin', { value, configurable: true });
  return () => void Object.defineProperty(process, 'stdin', own);
}
