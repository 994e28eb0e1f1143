/** The command line within this process, for tests: to start a process for each line takes most of the time. */
import { runCommand } from './run.ts';

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a process would write until it ends, and its exit status; what it does after `process.exit` is not heard of. */
export async function pvmSpec(...words: readonly string[]): Promise<Ran> {
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
  const before = [replace(process.stdout, into('stdout')), replace(process.stderr, into('stderr'))];
  const whole = replace(process, { exit, exitCode: undefined });
  try {
    await runCommand(words);
  } catch (error) {
    if (ended === undefined) throw error;
  } finally {
    ended ??= Number(process.exitCode ?? 0);
    for (const restore of [...before, whole]) restore();
  }
  return { status: ended, ...said };
}

/** Puts other values in the place of some; the answer puts them back. */
function replace(object: object, values: object): () => void {
  const own = Object.fromEntries(Object.keys(values).map((name) => [name, Reflect.get(object, name)]));
  Object.assign(object, values);
  return () => void Object.assign(object, own);
}
