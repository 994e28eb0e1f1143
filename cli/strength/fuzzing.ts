/** Campaigns on the hypervisors of a workshop. */
import type { Installed } from '../../targets/linux-pkvm/installed.ts';
import type { Patch } from '../../targets/linux-pkvm/kernel/patch.ts';
import { SetupProblem } from '../../targets/linux-pkvm/packages.ts';
import { LinuxPkvm } from '../../targets/linux-pkvm/target.ts';
import { usualJobs } from '../targets.ts';
import { fuzzWithSeeds } from './campaigns.ts';
import type { Campaigns, Effort } from './campaigns.ts';
import { resultOf } from './result.ts';
import type { Result } from './result.ts';
import { machineOf } from './workshop.ts';
import type { Workshop } from './workshop.ts';

/** A batch of calls takes a fraction of a second; a fault may hang the machine. */
const patience = 5;

async function fuzz(installed: Installed, effort: Effort): Promise<Campaigns> {
  const target = (): LinuxPkvm => new LinuxPkvm(installed, { seconds: patience });
  const targets: [LinuxPkvm, ...LinuxPkvm[]] = [target(), ...Array.from({ length: usualJobs('') - 1 }, target)];
  try {
    return await fuzzWithSeeds(targets, effort);
  } finally {
    await Promise.all(targets.map((one) => one.close()));
  }
}

/** Plant a patch and search for it. Throws TargetProblem where that cannot be. */
export async function searchedFor(workshop: Workshop, patch: Patch, effort: Effort): Promise<Result> {
  const installed = await workshop.installed(patch);
  const campaigns = await fuzz(installed, effort);
  const date = new Date().toISOString().slice(0, 10);
  const { steps: calls, shrinkSeconds: shrinkLimit } = effort;
  return resultOf(campaigns, { date, source: workshop.source, machine: machineOf(installed), calls, shrinkLimit });
}

/** The source as the package has it must hold, or no patch can be blamed for anything. Says what was built. */
export async function withoutPatch(workshop: Workshop, effort: Effort): Promise<string> {
  const before = performance.now();
  const installed = await workshop.installed();
  const { found, shrunk } = await fuzz(installed, effort);
  const difference = JSON.stringify(shrunk?.met.difference);
  if (found) throw new SetupProblem(`this kernel differs with no patch in it: ${difference}`);
  const seconds = ((performance.now() - before) / 1000).toFixed(0);
  return `without a patch ${machineOf(installed)} answers as the spec says; built, booted and asked in ${seconds} s`;
}
