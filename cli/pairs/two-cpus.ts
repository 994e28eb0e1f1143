/**
 * `npm run two-cpus`: runs every scene of two CPUs exhaustively on the real hypervisor, each for some time, and writes
 * how far it came; `npm run generate` makes the table of docs/two-cpus.md of it.
 */
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { TwoCpus } from '../../targets/linux-pkvm/two-cpus/target.ts';
import { exitStatus, fail, print } from '../output.ts';
import { whole } from '../strength/files.ts';
import { installedFor, withTargets } from '../targets.ts';
import { lastRunFile, readLastRun } from './last-run.ts';
import type { LastRun, SceneRun } from './last-run.ts';
import { scenesOf, search, subjectOf } from './search.ts';
import { formatPair, headOfScenes } from './text.ts';

interface Flags {
  readonly scene?: string;
  readonly time: string;
  readonly cache?: string;
}

/** Written after each scene: the run takes long. What is known of the other scenes that there are stays. */
function keep(one: SceneRun, names: readonly string[]): void {
  const known = new Map(readLastRun().scenes.map((scene) => [scene.scene, scene]));
  known.set(one.scene, one);
  const last: LastRun = { scenes: names.flatMap((name) => known.get(name) ?? []) };
  writeFileSync(lastRunFile, `${JSON.stringify(last, undefined, 1)}\n`);
}

async function run({ scene: wanted, time, cache }: Flags): Promise<number> {
  const seconds = whole('time', time);
  const target = new TwoCpus(installedFor({ ...(cache !== undefined && { cache }) }));
  return withTargets([target] as const, async () => {
    const subject = await subjectOf(target);
    const { release, mode, machine } = subject.description.target;
    const names = scenesOf(subject, undefined).map(({ name }) => name);
    let isWrong = false;
    print(headOfScenes);
    for (const scene of scenesOf(subject, wanted)) {
      const { found, tally, isComplete } = await search(subject, scene, { seed: 0, seconds, isExhaustive: true });
      for (const one of found) print(formatPair(one).join('\n'));
      isWrong ||= found.length > 0;
      const date = new Date().toISOString().slice(0, 10);
      const about = { date, machine: `${release} as ${mode}, ${machine}`, seconds };
      keep({ scene: scene.name, ...about, ...tally, isComplete, found: found.length }, names);
    }
    return isWrong ? exitStatus.violated : exitStatus.holds;
  });
}

const command = new Command('two-cpus')
  .description('run every scene of two CPUs on the real hypervisor, and write down how far it came')
  .option('--scene <name>', 'one of them; what is known of the others stays')
  .option('--time <seconds>', 'how long to run each scene', '60')
  .option('--cache <folder>', 'where it is set up (default: the cache folder of the user)')
  .action(async (flags: Flags) => {
    process.exitCode = await run(flags).catch((error: unknown) => fail((error as Error).message));
  });
command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? exitStatus.holds : exitStatus.usage));
await command.parseAsync();
