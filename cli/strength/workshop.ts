/** Where a patch becomes a hypervisor that can be fuzzed. */
import { basename } from 'node:path';
import type { Patch } from '../../targets/linux-pkvm/kernel/patch.ts';
import { KernelTree } from '../../targets/linux-pkvm/kernel/tree.ts';
import { SetupProblem } from '../../targets/linux-pkvm/packages.ts';
import { setUp } from '../../targets/linux-pkvm/setup.ts';
import { LinuxPkvm } from '../../targets/linux-pkvm/target.ts';
import { usualJobs } from '../targets.ts';
import { fuzzWithSeeds } from './campaigns.ts';
import type { Campaigns, Effort } from './campaigns.ts';
import { resultOf } from './result.ts';
import type { Result } from './result.ts';

/** A batch of calls takes a fraction of a second; a fault may hang the machine. */
const patience = 5;

export class Workshop {
  private readonly folder: string;
  private readonly tree: KernelTree;
  private readonly effort: Effort;
  private readonly source: string;
  private machine = '';

  /** `folder`: that of a source package, whose name is given. */
  constructor(folder: string, name: string, effort: Effort) {
    this.folder = folder;
    this.source = `${name} ${basename(folder)}`;
    this.tree = new KernelTree(folder);
    this.effort = effort;
  }

  /** Plant a patch and search for it. Throws TargetProblem where that cannot be. */
  async resultOf(patch: Patch): Promise<Result> {
    if (!this.tree.plant(patch)) throw new SetupProblem(`${patch.name} does not apply to ${this.source}`);
    const campaigns = await this.fuzz(true);
    const date = new Date().toISOString().slice(0, 10);
    const { steps: calls, shrinkSeconds: shrinkLimit } = this.effort;
    return resultOf(campaigns, { date, source: this.source, machine: this.machine, calls, shrinkLimit });
  }

  private async fuzz(faulty: boolean): Promise<Campaigns> {
    await this.tree.compile();
    const { build: kdir, image } = this.tree;
    const { installed } = await setUp({ kdir, image, cache: this.folder, faulty }, () => undefined);
    const { release, machine, mode } = installed.features.target;
    this.machine = `${release} as ${mode}, ${machine}`;
    const target = (): LinuxPkvm => new LinuxPkvm(installed, { seconds: patience });
    const targets: [LinuxPkvm, ...LinuxPkvm[]] = [target(), ...Array.from({ length: usualJobs('') - 1 }, target)];
    try {
      return await fuzzWithSeeds(targets, this.effort);
    } finally {
      await Promise.all(targets.map((one) => one.close()));
    }
  }

  /** The source as the package has it must hold, or no patch can be blamed for anything. Says what was built. */
  async withoutPatch(): Promise<string> {
    this.tree.plant();
    const before = performance.now();
    const { found, shrunk } = await this.fuzz(false);
    const difference = JSON.stringify(shrunk?.met.difference);
    if (found) throw new SetupProblem(`this kernel differs with no patch in it: ${difference}`);
    const seconds = ((performance.now() - before) / 1000).toFixed(0);
    return `without a patch ${this.machine} answers as the spec says; built, booted and asked in ${seconds} s`;
  }
}
