/** The checks of a C source, as files in a folder. */
import { join } from 'node:path';
import { boundProfiles, harness } from '../../search/export/c/harness.ts';
import { exitStatus, fail, print } from '../output.ts';
import { save } from '../save.ts';
import { worldAsked } from './world.ts';

/** In this scope every call has arguments, and every guard can refuse. */
const usualScope = 'lifecycle';
const usualFolder = 'c-harness';

interface Given {
  readonly format: string;
  readonly profile?: string;
  readonly scope?: string;
  readonly out?: string;
}

export function writeHarness(name: string | undefined, { format, profile, scope, out = usualFolder }: Given): void {
  const known = boundProfiles.join(', ');
  if (name !== undefined) fail(`--format ${format} takes --profile, and no name ${name}`);
  if (profile === undefined) return fail(`--format ${format} needs --profile; there is ${known}`);
  const world = worldAsked(profile, scope ?? usualScope);
  if (!boundProfiles.includes(profile)) {
    return fail(`for ${profile} it is not known which function decides each call; it is for ${known}`);
  }
  const files = harness(world);
  for (const [file, text] of files) {
    if (process.exitCode === exitStatus.holds) save(join(out, file), text);
  }
  if (process.exitCode === exitStatus.holds) print(`wrote ${files.size} files to ${out}`);
}
