/** Rumur, which makes a C program of a Murphi model: it searches every state, with every rule. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Counted } from '../../search/explore/count.ts';

/** How long the search alone took; neither engine is charged for what it compiles. */
export interface Timed extends Counted {
  readonly seconds: number;
}

/** The first of the programs needed that is missing, with the package that has it. */
export function missing(): string | undefined {
  const lacks = ['rumur', 'gcc'].find((program) => spawnSync(program, ['--version']).status !== 0);
  return lacks && `${lacks} is not installed; it is in Debian's package ${lacks}: apt-get install ${lacks}`;
}

export const rumurVersion = (): string =>
  spawnSync('rumur', ['--version'], { encoding: 'utf8' })
    .stdout.trim()
    .replace(/^Rumur version v?/, 'Rumur ');

/** No state stands for another one, a state without a way out is no error, and one thread searches. */
const options = [
  '--symmetry-reduction=off',
  '--deadlock-detection=off',
  '--counterexample-trace=off',
  '--output-format=machine-readable',
  '--threads=1',
  '--value-type=int32_t',
];

/** What Rumur counts in a model, or what it objects to. */
export function runRumur(model: string): Timed | string {
  const folder = mkdtempSync(join(tmpdir(), 'pvm-spec-rumur-'));
  const [source, code, program] = ['model.m', 'model.c', 'model'].map((name) => join(folder, name)) as Three;
  try {
    writeFileSync(source, model);
    const made = run('rumur', [...options, '--output', code, source]);
    if (typeof made === 'string') return made;
    const compiled = run('gcc', ['-std=c11', '-O3', '-w', code, '-o', program, '-pthread']);
    if (typeof compiled === 'string') return compiled;
    const began = performance.now();
    const searched = run(program, []);
    const seconds = (performance.now() - began) / 1000;
    return typeof searched === 'string' ? searched : read(searched.out, seconds);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
type Three = [string, string, string];

function run(program: string, args: readonly string[]): { readonly out: string } | string {
  const { status, signal, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status === 0) return { out: stdout };
  const message = /<message>(.*?)<\/message>/.exec(stdout)?.[1] ?? stderr.split('\n').find((line) => line !== '');
  const why = message ?? `it ended with ${status ?? signal ?? 'no status'}`;
  return `${program === 'gcc' ? program : 'Rumur'}: ${plain(why)}`;
}

/** Without the folder, and as it was before it became XML. */
const plain = (message: string): string =>
  message
    .replace(/^\S*\/(?=model\.)/, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

function read(out: string, seconds: number): Timed | string {
  const summary = /<summary states="(\d+)" rules_fired="(\d+)" errors="0"/.exec(out);
  if (summary === null) return 'Rumur: the output has no summary without errors';
  return { states: Number(summary[1]), steps: Number(summary[2]), seconds };
}
