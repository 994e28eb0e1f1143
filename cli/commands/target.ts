/** `pvm-spec target setup linux-pkvm`: the real hypervisor, ready to be fuzzed. */
import type { Command } from 'commander';
import { setUp } from '../../targets/linux-pkvm/setup.ts';
import type { SetupOptions } from '../../targets/linux-pkvm/setup.ts';
import { TargetProblem } from '../../targets/problem.ts';
import { newIn } from '../new-in.ts';
import { fail, print } from '../output.ts';

export function targetCommand(target: Command): void {
  target
    .command('setup')
    .description('make a real hypervisor ready: fetch it, build its guest module, boot it once')
    .argument('<name>', 'linux-pkvm')
    .option('--release <line>', 'line of releases: 7.3, 7.2, 6.12, 6.1 (default: the newest 7.x that has headers)')
    .option('--kdir <folder>', 'a kernel build tree of your own, prepared with modules_prepare')
    .option('--image <file>', 'the kernel image built from it')
    .option('--cpu <model>', 'emulated CPU; page contents are to be trusted on neoverse-n1 and cortex-a72')
    .option('--secure-world', 'with firmware and a secure world below the hypervisor, which takes memory by FF-A')
    .option('--vhe', 'leave the kernel its VHE, although a QEMU before 8.2 then loses wipes')
    .option('--cache <folder>', 'where everything is kept (default: the cache folder of the user)')
    .option('--again', 'set up again, with the newest release there is now')
    .action(async (name: string, options: SetupOptions) => {
      if (name !== 'linux-pkvm') fail(`there is no target ${name} to set up; there is linux-pkvm`);
      try {
        const { installed, fresh } = await setUp(options, print);
        const { release, mode, machine } = installed.features.target;
        print(`${fresh ? 'ready' : 'ready already'}: ${release}, ${mode}, ${machine}, in ${installed.folder}`);
        const added = newIn(installed.features);
        if (added !== undefined) print(added);
      } catch (error) {
        if (error instanceof TargetProblem) fail(error.message);
        throw error;
      }
    });
}
