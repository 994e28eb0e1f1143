/** Another model checker: a program that makes a C program of a model, which then searches every state. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Counted } from '../../search/explore/count.ts';
import type { World } from '../../search/export/world.ts';

/** How long the search alone took; no engine is charged for what it generates and compiles. */
export interface Timed extends Counted {
  readonly seconds: number;
}

export interface Engine {
  readonly name: string;
  /** The program to call, and the Debian package of the same name. */
  readonly program: string;
  /** The argument for its version, and where that stands in what it prints. */
  readonly version: readonly [string, RegExp];
  readonly write: (world: World) => string;
  /** Whether it can take such a model. */
  readonly takes: (model: string) => boolean;
  readonly file: string;
  /** What is called in turn in a folder with the model; the last is the search. */
  readonly commands: readonly (readonly [string, ...string[]])[];
  /** What it counts, by what it prints. */
  readonly read: (out: string) => Counted | undefined;
}

export function versionOf({ name, program, version: [argument, pattern] }: Engine): string | undefined {
  const { status, stdout } = spawnSync(program, [argument], { encoding: 'utf8' });
  return status === 0 ? `${name} ${pattern.exec(stdout)?.[1] ?? ''}`.trim() : undefined;
}

/** The first program that is missing, with the package that has it. */
export function missing(engines: readonly Engine[]): string | undefined {
  const hasGcc = spawnSync('gcc', ['--version']).status === 0;
  const lacks = hasGcc ? engines.find((engine) => versionOf(engine) === undefined)?.program : 'gcc';
  return lacks && `${lacks} is not installed; it is in Debian's package ${lacks}: apt-get install ${lacks}`;
}

/** A search is timed so often, unless it takes longer than so many seconds; the quickest counts. */
export const timed = 3;
const quick = 1;

/** What an engine counts in a model, or what it objects to. */
export function run(engine: Engine, model: string, most = timed): Timed | string {
  const folder = mkdtempSync(join(tmpdir(), 'pvm-spec-'));
  try {
    writeFileSync(join(folder, engine.file), model);
    let [out, seconds] = ['', 0];
    for (const command of engine.commands) {
      const times: number[] = [];
      do {
        const began = performance.now();
        const [program, ...args] = command;
        const ended = spawnSync(program, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
        times.push((performance.now() - began) / 1000);
        if (ended.status !== 0) return `${engine.name}: ${objection(ended)}`;
        out = ended.stdout;
      } while (command === engine.commands.at(-1) && times.length < most && Math.max(...times) < quick);
      seconds = Math.min(...times);
    }
    const counted = engine.read(out);
    return counted ? { ...counted, seconds } : `${engine.name}: ${objection({ stdout: out, stderr: '' })}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The line that says what is wrong, as it was before it became XML. */
function objection({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string {
  const lines = [...stderr.split('\n'), ...stdout.split('\n')];
  const inXml = /<message>(.*?)<\/message>/.exec(stdout)?.[1];
  const message = inXml ?? lines.find((line) => /error|^pan: /i.test(line)) ?? 'it ended without a result';
  return message.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
