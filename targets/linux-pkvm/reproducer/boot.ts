/** Builds a module against the headers of a set-up, and boots the set-up's kernel with it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildAgent } from '../build.ts';
import { Emulator, MachineDied } from '../driver.ts';
import { packInitramfs } from '../initramfs.ts';
import { treeOf } from '../installed.ts';
import type { Installed } from '../installed.ts';
import { SetupProblem, must, run } from '../packages.ts';

/** The module that the Makefile in a folder makes. Throws SetupProblem where it cannot be built. */
export function buildModule(installed: Installed, folder: string): string {
  const tree = treeOf(installed);
  if (tree === undefined) throw new SetupProblem('this release was set up from a build tree: run make KDIR=… there');
  must('make', ['-s', '-C', folder, `KDIR=${tree}`, 'ARCH=arm64', 'CROSS_COMPILE=aarch64-linux-gnu-']);
  return join(folder, 'pvm_reproducer.ko');
}

/** As one object of the hypervisor: its headers are not those of modules. */
const selftestMakefile = `\
obj-m := selftest.o
ccflags-y := -I$(srctree)/arch/arm64/kvm/hyp/include -D__KVM_NVHE_HYPERVISOR__ -D__DISABLE_EXPORTS -Werror
`;
/** What the function is for: nobody else calls it. */
const called = (text: string): string =>
  [...text.matchAll(/^static void (\w+)\(void \*base\)$/gm)]
    .map(([, name = '']) => `void (*const test_${name})(void *base) = ${name};\n`)
    .join('');

/** The self-test as a file of C, behind what the kernel's own has before it. */
export const selftestUnit = (text: string): string => `#include "selftest.h"\n\n${text}\n${called(text)}`;

/** Compiles a self-test against the headers of a set-up. Throws SetupProblem where the compiler does not take it. */
export function compileSelftest(installed: Installed, folder: string, text: string): void {
  const tree = treeOf(installed);
  if (tree === undefined) throw new SetupProblem('this release was set up from a build tree: its headers are not here');
  writeFileSync(join(folder, 'selftest.c'), selftestUnit(text));
  writeFileSync(join(folder, 'selftest.h'), readFileSync(join(import.meta.dirname, 'selftest.h')));
  writeFileSync(join(folder, 'Makefile'), selftestMakefile);
  const cross = ['ARCH=arm64', 'CROSS_COMPILE=aarch64-linux-gnu-'];
  const { status, stdout, stderr } = run('make', ['-s', '-C', tree, `M=${folder}`, ...cross, 'selftest.o']);
  if (status === 0) return;
  const lines = `${stderr}\n${stdout}`.trim().split('\n');
  const why = lines.find((line) => line.includes('error:')) ?? lines.at(-1) ?? '';
  throw new SetupProblem(`the self-test does not compile: ${why.replaceAll(`${folder}/`, '')}`);
}

/** How long the kernel may take until it counts as hung, in seconds: several times a boot. */
const patience = 60;

const said = /(?:^|\] )reproducer: (.*)$/;

/**
 * What the module says while the kernel boots. The machine ends after that in any case: the agent finds no device to
 * serve, or the kernel stops. One that hangs is given up.
 */
export async function bootModule({ hardware, boot, runs }: Installed, module: string): Promise<string[]> {
  const folder = join(module, '..');
  must('aarch64-linux-gnu-strip', ['--strip-debug', module]);
  const initramfs = join(folder, 'initramfs');
  writeFileSync(initramfs, packInitramfs(buildAgent(folder), [readFileSync(module)]));
  try {
    const emulator = await Emulator.boot(runs, hardware, { ...boot, initramfs }, undefined, patience);
    await emulator.stop();
  } catch (error) {
    if (error instanceof MachineDied) return error.console.flatMap((line) => said.exec(line)?.[1] ?? []);
    throw error;
  }
  throw new Error('unreachable: the machine came up without a device');
}
