/** A run on Linux as files: a kernel module that makes its calls, or lines of the kernel's own test of EL2. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitStatus, print } from '../../output.ts';
import { save } from '../../save.ts';
import { makefile, moduleText } from './module.ts';
import type { Run } from './module.ts';
import { written } from './run.ts';
import type { Given } from './run.ts';
import { selftest } from './selftest.ts';

const linux = join(import.meta.dirname, '../../../targets/linux-pkvm');
const shared = { 'host.h': 'guest', 'stub.S': 'guest', 'report.h': 'reproducer' } as const;

/** The files of a module, by their names. */
export function reproducer(run: Run): ReadonlyMap<string, string> {
  const copied = Object.entries(shared).map(
    ([file, folder]) => [file, readFileSync(join(linux, folder, file), 'utf8')] as const,
  );
  return new Map([['reproducer.c', moduleText(run)], ['Makefile', makefile], ...copied]);
}

const usualFolder = 'c-reproducer';

export function writeReproducer(name: string | undefined, given: Given): void {
  const { out = usualFolder } = given;
  const files = written(name, given, reproducer);
  for (const [file, text] of files) {
    if (process.exitCode === exitStatus.holds) save(join(out, file), text);
  }
  if (process.exitCode === exitStatus.holds) print(`wrote ${files.size} files to ${out}`);
}

export function writeSelftest(name: string | undefined, given: Given): void {
  const text = written(name, given, selftest);
  if (given.out === undefined) process.stdout.write(text);
  else save(given.out, text);
}
