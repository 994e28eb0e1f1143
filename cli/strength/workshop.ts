/** Where a patch becomes a hypervisor that can be asked. */
import { basename } from 'node:path';
import type { Installed } from '../../targets/linux-pkvm/installed.ts';
import type { Patch } from '../../targets/linux-pkvm/kernel/patch.ts';
import { KernelTree } from '../../targets/linux-pkvm/kernel/tree.ts';
import { SetupProblem } from '../../targets/linux-pkvm/packages.ts';
import { setUp } from '../../targets/linux-pkvm/setup.ts';

export class Workshop {
  private readonly folder: string;
  private readonly tree: KernelTree;
  /** The package that is built. */
  readonly source: string;

  /** `folder`: that of a source package, whose name is given. */
  constructor(folder: string, name: string) {
    this.folder = folder;
    this.source = `${name} ${basename(folder)}`;
    this.tree = new KernelTree(folder);
  }

  /** The image of the hypervisor with this patch in it, or with none. Throws TargetProblem where that cannot be. */
  async image(patch?: Patch): Promise<string> {
    if (!this.tree.plant(patch)) throw new SetupProblem(`${patch?.name ?? ''} does not apply to ${this.source}`);
    await this.tree.compile();
    return this.tree.image;
  }

  /** The same, set up. */
  async installed(patch?: Patch): Promise<Installed> {
    const image = await this.image(patch);
    const options = {
      ...{ kdir: this.tree.build, image, cache: this.folder, faulty: patch !== undefined },
      ...(patch?.needsSecureWorld === true && { secureWorld: true as const }),
    };
    return (await setUp(options, () => undefined)).installed;
  }
}

export function machineOf({ features }: Installed): string {
  const { release, machine, mode } = features.target;
  return `${release} as ${mode}, ${machine}`;
}
