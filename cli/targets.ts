/** Targets by the names that users give them. */
import { cacheFolder, findInstalled } from '../targets/linux-pkvm/installed.ts';
import { LinuxPkvm } from '../targets/linux-pkvm/target.ts';
import type { EventTarget } from '../spec/target.ts';
import { StdioTarget } from '../targets/stdio/target.ts';
import { fail } from './output.ts';

export interface TargetOptions {
  readonly release?: string;
  readonly cache?: string;
  /** Seconds until a target that gives no answer counts as hung. */
  readonly patience?: string;
}

const stdio = 'stdio:';

/** `linux-pkvm`, or `stdio:COMMAND` for a program that speaks the line protocol. */
export function openTarget(name: string, options: TargetOptions): EventTarget {
  const seconds = options.patience === undefined ? {} : { seconds: Number(options.patience) };
  if (name.startsWith(stdio)) return new StdioTarget(name.slice(stdio.length), seconds);
  if (name !== 'linux-pkvm') fail(`there is no target ${name}; there are linux-pkvm and stdio:COMMAND`);
  const installed = findInstalled(cacheFolder(options.cache), options.release);
  if (!installed) {
    const line = options.release === undefined ? '' : ` --release ${options.release}`;
    fail(`linux-pkvm${line.replace(' --release', '')} is not set up here: pvm-spec target setup linux-pkvm${line}`);
  }
  return new LinuxPkvm(installed, seconds);
}
