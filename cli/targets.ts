/** Targets by the names that users give them. */
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import type { EventTarget } from '../spec/target.ts';
import { cacheFolder, findInstalled } from '../targets/linux-pkvm/installed.ts';
import type { Installed } from '../targets/linux-pkvm/installed.ts';
import { LinuxPkvm } from '../targets/linux-pkvm/target.ts';
import { TargetProblem } from '../targets/problem.ts';
import { StdioTarget } from '../targets/stdio/target.ts';
import { CannotFuzz } from '../search/conformance/campaign/fit.ts';
import { TimeUp } from '../search/conformance/campaign/deadline.ts';
import { exitStatus, fail } from './output.ts';
import { quoted } from './self.ts';

export interface TargetFlags {
  readonly target: string;
  readonly release?: string;
  readonly cpu?: string;
  readonly secureWorld?: true;
  readonly cache?: string;
  readonly patience?: string;
}

const stdio = 'stdio:';

/** The options that name a target; `usual` is the one without them. */
export const targetOptions = (command: Command, usual: 'linux-pkvm' | null = 'linux-pkvm'): Command =>
  command
    .option(
      '--target <name>',
      'linux-pkvm, or stdio:COMMAND for a program that speaks the line protocol',
      usual ?? undefined,
    )
    .option('--release <line>', 'which release of linux-pkvm (default: the newest that is set up)')
    .option('--cpu <model>', 'the emulated CPU that linux-pkvm was set up with, if it was one of your choice')
    .option('--secure-world', 'linux-pkvm on the machine that was set up with a secure world')
    .option('--cache <folder>', 'where linux-pkvm was set up')
    .option('--patience <seconds>', 'how long a target may take until it counts as hung');

const mostSeconds = 1e6;

/** What --patience says, if it is there. */
export function secondsOf(patience: string | undefined): { seconds?: number } {
  if (patience === undefined) return {};
  const seconds = Number(patience);
  if (seconds > 0 && seconds <= mostSeconds) return { seconds };
  return fail(`--patience takes a number of seconds, got ${patience}`);
}

/** What went wrong, in one line, where it is the target's doing; undefined where it is ours. */
export const problemOf = (error: unknown): string | undefined =>
  error instanceof TargetProblem || error instanceof CannotFuzz || error instanceof TimeUp ? error.message : undefined;

export function openTarget(flags: TargetFlags): EventTarget {
  const { target: name, patience } = flags;
  const seconds = secondsOf(patience);
  if (name.startsWith(stdio)) return new StdioTarget(name.slice(stdio.length), seconds);
  if (name !== 'linux-pkvm') fail(`there is no target ${name}; there are linux-pkvm and stdio:COMMAND`);
  return new LinuxPkvm(installedFor(flags), seconds);
}

/** Options that say which set-up is meant, as they were given. */
export const setUpOptions = ({ release, cpu, secureWorld, cache }: Partial<TargetFlags>): string[] => [
  ...Object.entries({ release, cpu, cache }).flatMap(([option, value]) =>
    value === undefined ? [] : [`--${option} ${quoted(value)}`],
  ),
  ...(secureWorld ? ['--secure-world'] : []),
];

/** The release of linux-pkvm that is meant, on the machine that is meant. */
export function installedFor(flags: Omit<TargetFlags, 'target'>): Installed {
  const { release, cpu, secureWorld, cache } = flags;
  const machine = { ...(cpu !== undefined && { cpu }), ...(secureWorld && { secureWorld }) };
  const installed = findInstalled(cacheFolder(cache), release, machine);
  if (installed) return installed;
  return fail(`this is not set up here: ${['pvm-spec target setup linux-pkvm', ...setUpOptions(flags)].join(' ')}`);
}

/**
 * Use targets and close them, however that ends: nothing of them is left running. `interrupted` is told of Ctrl-C and
 * TERM before that.
 */
export async function withTargets<T extends readonly Pick<EventTarget, 'close'>[]>(
  targets: T,
  use: (targets: T) => Promise<number>,
  interrupted?: () => void,
): Promise<number> {
  const close = (): Promise<unknown> => Promise.all(targets.map((target) => target.close()));
  let stopping: Promise<unknown> | undefined;
  const stop = (): void => {
    if (stopping !== undefined) return;
    interrupted?.();
    stopping = close().finally(() => process.exit(exitStatus.interrupted));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await use(targets);
  } catch (error) {
    await stopping;
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    await close();
    fail(problem);
  } finally {
    await close();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

export const withTarget = (target: EventTarget, use: (target: EventTarget) => Promise<number>): Promise<number> =>
  withTargets([target] as const, ([only]) => use(only));

/** How many emulators keep the machine busy. A program of the user's own runs once: it may have a board behind it. */
export const usualJobs = (target: string): number => (target.startsWith(stdio) ? 1 : availableParallelism());
