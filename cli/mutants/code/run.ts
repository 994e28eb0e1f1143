/** Mutants of the code are tried in a process of their own: one that does not come to an end is stopped. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CodeMutant } from '../../../mutants/code/instrument.ts';
import { folderOf } from './result.ts';

export interface Tried {
  readonly mutant: CodeMutant;
  readonly by: string | undefined;
}
/** How long a mutant may take; without one the checks of a folder take a few seconds. */
const patience = 30_000;
/** What is said of one that takes longer, or ends the process. */
const over = 'it does not end';

/** A worker that has loaded the model; `lines` are what it says. */
interface Worker {
  readonly child: ChildProcessWithoutNullStreams;
  readonly lines: AsyncIterator<string>;
}

async function start(folder: string): Promise<Worker> {
  const child = spawn(join(folder, 'node_modules/.bin/tsx'), [join(folder, 'cli/mutants/code/worker.ts')], {
    cwd: folder,
    detached: true,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.value !== 'ready') throw new Error(`unreachable: the worker does not begin: ${said.slice(-500)}`);
  return { child, lines };
}

/** The process and those that it has started. */
function stop({ child }: Worker): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

async function answer({ child, lines }: Worker, told: object): Promise<string | undefined> {
  child.stdin.write(`${JSON.stringify(told)}\n`);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), patience)));
  const line = await Promise.race([lines.next(), late]);
  clearTimeout(timer);
  if (line === undefined || line.done === true) return over;
  return (JSON.parse(line.value) as { readonly by: string | null }).by ?? undefined;
}

export async function tryCode(
  folder: string,
  mutants: readonly CodeMutant[],
  seen: (tried: number) => void,
): Promise<Tried[]> {
  let worker = await start(folder);
  const folders = [...new Set(mutants.map(({ file }) => folderOf(file)))];
  for (const one of folders) {
    const wrong = await answer(worker, { number: 0, folder: one });
    if (wrong !== undefined) throw new Error(`unreachable: without a mistake ${wrong} finds one in ${one}`);
  }
  const tried: Tried[] = [];
  for (const mutant of mutants) {
    const said = await answer(worker, { number: mutant.number, folder: folderOf(mutant.file) });
    if (said === over) {
      stop(worker);
      worker = await start(folder);
    }
    tried.push({ mutant, by: said });
    seen(tried.length);
  }
  stop(worker);
  return tried;
}
