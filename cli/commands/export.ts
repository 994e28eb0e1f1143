/** `pvm-spec export`: a world of the rules in the language of another tool. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { profiles } from '../../spec/profiles/all.ts';
import { murphi } from '../../search/export/murphi/murphi.ts';
import { promela } from '../../search/export/promela/promela.ts';
import { worldsOf } from '../../search/export/world.ts';
import type { World } from '../../search/export/world.ts';
import { nearest } from '../nearest.ts';
import { exitStatus, fail } from '../output.ts';
import { save } from '../save.ts';

const formats: Readonly<Record<string, (world: World) => string>> = { murphi, promela };

interface Given {
  readonly format: string;
  readonly profile: string;
  readonly scope: string;
  readonly out?: string;
}

export function exportCommand(command: Command): void {
  command
    .addOption(
      new Option('--format <format>', 'the language to write').choices(Object.keys(formats)).makeOptionMandatory(),
    )
    .requiredOption('--profile <name>', 'whose rules')
    .requiredOption('--scope <name>', 'the configuration, with the state in which it starts')
    .option('--out <file>', 'where to write; standard output if left out')
    .action((given: Given) => {
      const text = (formats[given.format] ?? murphi)(worldAsked(given));
      process.exitCode = exitStatus.holds;
      if (given.out === undefined) process.stdout.write(text);
      else save(given.out, text);
    });
}

function worldAsked({ profile, scope }: Given): World {
  if (!profiles.has(profile)) fail(`no profile ${profile}; ${others(profile, [...profiles.keys()])}`);
  const worlds = worldsOf(profile);
  const names = worlds.map((world) => world.scope.name);
  return worlds[names.indexOf(scope)] ?? fail(`${profile} has no scope ${scope}; ${others(scope, names)}`);
}

function others(given: string, names: readonly string[]): string {
  const close = nearest(given, names);
  return close.length > 0 ? `did you mean ${close.join(' or ')}?` : `there are ${names.join(', ')}`;
}
