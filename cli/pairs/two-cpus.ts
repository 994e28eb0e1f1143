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
import type { LastRun } from './last-run.ts';
import { scenesOf, search, subjectOf } from './search.ts';
import { formatPair, headOfScenes } from './text.ts';

interface Flags {
  readonly scene?: string;
  readonly time: string;
  readonly cache?: string;
}

async function run({ scene: wanted, time, cache }: Flags): Promise<number> {
  const seconds = whole('time', time);
  const target = new TwoCpus(installedFor({ target: 'linux-pkvm', ...(cache !== undefined && { cache }) }));
  return withTargets([target] as const, async () => {
    const subject = await subjectOf(target);
    const { release, mode, machine } = subject.description.target;
    const scenes: LastRun['scenes'][number][] = [];
    const kept = wanted === undefined ? [] : readLastRun().scenes;
    print(headOfScenes);
    for (const scene of scenesOf(subject, wanted)) {
      const { found, tally, isComplete } = await search(subject, scene, { seed: 0, seconds, isExhaustive: true });
      for (const one of found) print(formatPair(one).join('\n'));
      scenes.push({ scene: scene.name, seconds, ...tally, isComplete, found: found.length });
    }
    const date = new Date().toISOString().slice(0, 10);
    const last: LastRun = {
      date,
      machine: `${release} as ${mode}, ${machine}`,
      scenes: wanted === undefined ? scenes : kept.map((one) => (one.scene === wanted ? (scenes[0] ?? one) : one)),
    };
    writeFileSync(lastRunFile, `${JSON.stringify(last, undefined, 1)}\n`);
    return scenes.some(({ found }) => found > 0) ? exitStatus.violated : exitStatus.holds;
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
