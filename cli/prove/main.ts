/**
 * `npm run prove [-- PROFILE…]`: the invariants of ownership, and secrecy, are proved for any number of pages, frames,
 * VMs, vCPUs and CPUs, by two solvers that must agree. What is not proved is told, if a small world shows it. With
 * `--guards` every guard is left out in turn; `--without GUARD` tells what breaks without one.
 */
import { Command, Option } from 'commander';
import type { Profile } from '../../spec/profile.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { allSolvers } from '../../search/prove/prove.ts';
import { SolverError } from '../../search/prove/solver.ts';
import type { SolverName } from '../../search/prove/solver.ts';
import { exitStatus, fail } from '../output.ts';
import { leaveOut, tellWithout } from './guards.ts';
import { proveAll } from './proofs.ts';

const usual = [
  'linux-7.4',
  'linux-7.3',
  'linux-7.2',
  'linux-6.12',
  'android16-6.12',
  'cids-13',
  'cids-strict',
  'cids-cyclic',
  'cids-split',
];
/** Can be asked for by name: CVE-2023-21264, and a place that is forgotten, stand between them and a proof. */
const others = ['linux-6.1', 'cids-forgetful'];

interface Flags {
  readonly write?: true;
  readonly guards?: true;
  readonly without?: string;
  readonly solver?: SolverName;
}

function named(name: string): Profile {
  const profile = [...usual, ...others].includes(name) ? profiles.get(name) : undefined;
  return profile ?? fail(`nothing is proved for a profile ${name}; there are ${[...usual, ...others].join(', ')}`);
}

async function run(names: readonly string[], { write, guards, without, solver }: Flags): Promise<number> {
  if (write === true && names.length > 0) fail('--write keeps the result for all profiles: name none');
  if (solver !== undefined && write === true) fail('--write keeps what both solvers say: leave out --solver');
  if (without !== undefined && (write === true || guards === true))
    fail('--without tells of one guard; leave out --guards and --write');
  const asked = (names.length > 0 ? names : usual).map(named);
  if (without !== undefined) return tellWithout(asked, without);
  // A small world has pages and VMs, and no allocator of CIDs. Guards of what was never run are those of what was, but a few.
  const withPages = asked.filter(({ rules }) => rules.has('host_share_hyp'));
  return guards === true
    ? leaveOut(
        withPages.filter(({ readOnly }) => readOnly === undefined || names.length > 0),
        write === true,
      )
    : proveAll(asked, solver === undefined ? allSolvers : [solver], write === true);
}

const command = new Command('prove')
  .description('prove the invariants of ownership, and secrecy, of states of any size')
  .argument('[profile...]', `the profiles (default: ${usual.join(', ')})`)
  .option('--write', 'keep the result')
  .option('--guards', 'leave out every guard in turn, and see which invariant then breaks')
  .addOption(new Option('--solver <name>', 'ask only this one; z3 comes with npm').choices(allSolvers))
  .option('--without <guard>', 'tell what breaks without this guard')
  .action(async (names: string[], flags: Flags) => {
    process.exitCode = await run(names, flags).catch((error: unknown) =>
      error instanceof SolverError ? fail(error.message) : Promise.reject(error as Error),
    );
  });
command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? exitStatus.holds : exitStatus.usage));
await command.parseAsync();
