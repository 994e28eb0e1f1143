/** Builds the guest's module and agent against a kernel's build tree. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { placesOfFirmware, secureWorldFolder } from './firmware.ts';
import { guestFolder } from './installed.ts';
import { SetupProblem, must, run } from './packages.ts';

const compiler = 'aarch64-linux-gnu-gcc';

export interface GuestBinaries {
  readonly agent: Buffer;
  readonly module: Buffer;
  /** Type information of the structures that the module uses, where the kernel has none of its own. */
  readonly types: Buffer | undefined;
}

/**
 * Make the tree of Debian's header packages fit for use outside /usr/src, with the compiler at hand. Returns false if
 * its tools need libraries that are newer than the machine's.
 */
export function fitTree(root: string, release: string): { readonly tree: string; readonly runs: boolean } {
  const tree = join(root, 'usr/src', `linux-headers-${release}`);
  const common = join(root, 'usr/src', `linux-headers-${release.replace(/-cloud-arm64$/, '')}-common`);
  // Where the tree lies is asked each time: it is moved once it is fit.
  const here = '$(realpath $(dir $(lastword $(MAKEFILE_LIST))))';
  writeFileSync(
    join(tree, 'Makefile'),
    `KBUILD_OUTPUT := ${here}\ninclude $(KBUILD_OUTPUT)/../${basename(common)}/Makefile\n`,
  );
  const edit = (name: string, change: (text: string) => string): void => {
    const file = join(tree, name);
    if (existsSync(file)) writeFileSync(file, change(readFileSync(file, 'utf8')));
  };
  edit('.kernelvariables', (text) => text.replace(/gcc-\d+/g, 'gcc'));
  if (run(compiler, ['-fmin-function-alignment=8', '-E', '-x', 'c', '/dev/null']).status !== 0) {
    edit('include/config/auto.conf', (text) => text.replace(/^CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=.*\n/m, ''));
  }
  // Without it no type information is made for the module, which nobody needs.
  rmSync(join(tree, 'vmlinux'), { force: true });
  const tool = modpost(root);
  return { tree, runs: tool === undefined || !/GLIBC|not found|shared librar/.test(run(tool, []).stderr) };
}

/** The files that a name in each folder of `parent` leads to, where there is one. */
const inEach = (parent: string, folder: RegExp, name: string): string[] =>
  (existsSync(parent) ? readdirSync(parent) : [])
    .filter((one) => folder.test(one))
    .map((one) => join(parent, one, name))
    .filter((file) => existsSync(file));

/** The build tools' one program that is no script. */
const modpost = (root: string): string | undefined =>
  inEach(join(root, 'usr/lib'), /^linux-kbuild-/, 'scripts/mod/modpost.real-lsb-64')[0];

/** Run the tree's tools with the C library unpacked in `libraries`. */
export function wrapTools(root: string, libraries: string): void {
  const tool = modpost(root);
  const folders = ['usr/lib', 'lib'].flatMap((name) => inEach(join(libraries, name), /-linux-gnu$/, '.'));
  const loader = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name))).find(isLoader);
  if (!tool || !loader) throw new SetupProblem('the kernel build tools need a newer C library, and none was found');
  const real = `${tool}.wrapped`;
  renameSync(tool, real);
  const from = (file: string): string => `$here/${relative(dirname(tool), file)}`;
  const command = `"${from(loader)}" --library-path "${folders.map(from).join(':')}" "${from(real)}" "$@"`;
  writeFileSync(tool, `#!/bin/sh\nhere=$(dirname "$(readlink -f "$0")")\nexec ${command}\n`);
  chmodSync(tool, 0o755);
}

const isLoader = (file: string): boolean => /\/ld-linux[^/]*\.so\.\d+$/.test(file);

/** The header that lists every hypercall of this kernel, from the kernel's own list. */
function hypercallsHeader(asmHeader: string): string {
  const list = /enum __kvm_host_smccc_func \{(.*?)\n\};/s.exec(readFileSync(asmHeader, 'utf8'))?.[1];
  if (list === undefined) throw new SetupProblem(`${asmHeader} lists no hypercalls`);
  const named = list.replace(/\/\*.*?\*\//gs, '').matchAll(/^\s*__KVM_HOST_SMCCC_FUNC_(\w+)/gm);
  const names = [...named].map(([_, name]) => name as string);
  const lines = names.map((name) => `\tHYPERCALL(${name})`).join(' \\\n');
  return `#define HYPERCALLS \\\n${lines}\n\n${names.map((name) => `#define HAVE_${name} 1\n`).join('')}`;
}

/** The kernel's own header with the numbers, in a build tree or in the sources that it was built from. */
function findAsmHeader(tree: string): string {
  const below = 'arch/arm64/include/asm/kvm_asm.h';
  const makefile = existsSync(join(tree, 'Makefile')) ? readFileSync(join(tree, 'Makefile'), 'utf8') : '';
  const included = /^include (.*)\/Makefile/m.exec(makefile)?.[1]?.replace('$(KBUILD_OUTPUT)', tree);
  const places = [tree, join(tree, 'source'), ...(included === undefined ? [] : [included])];
  const found = places.map((place) => join(place, below)).find((file) => existsSync(file));
  if (found === undefined) throw new SetupProblem(`${tree} is no arm64 kernel build tree: it has no ${below}`);
  return found;
}

export function buildGuest(tree: string, work: string): GuestBinaries {
  const folder = join(work, 'guest');
  mkdirSync(folder, { recursive: true });
  cpSync(guestFolder, folder, { recursive: true });
  writeFileSync(join(folder, 'hypercalls.h'), hypercallsHeader(findAsmHeader(tree)));
  const make = ['-s', '-C', tree, `M=${folder}`, 'ARCH=arm64', 'CROSS_COMPILE=aarch64-linux-gnu-', 'modules'];
  const config = join(tree, 'include/config/auto.conf');
  const hasTypes = existsSync(config) && /^CONFIG_DEBUG_INFO_BTF=y$/m.test(readFileSync(config, 'utf8'));
  const makesTypes = !hasTypes && run(compiler, ['-gbtf', '-E', '-x', 'c', '/dev/null']).status === 0;
  if (makesTypes) make.push('KCFLAGS=-gbtf');
  // A tree that was only prepared has no list of the kernel's symbols to look them up in.
  if (!existsSync(join(tree, 'Module.symvers'))) make.push('KBUILD_MODPOST_WARN=1');
  must('make', make);
  const module = join(folder, 'pkvm_target.ko');
  const types = makesTypes ? readFileSync(module) : undefined;
  // Nothing in the machine reads either.
  must('aarch64-linux-gnu-strip', ['--strip-debug', '--remove-section=.BTF', module]);
  return { agent: buildAgent(folder), module: readFileSync(module), types };
}

/** The machine's first process, written to a folder. */
export function buildAgent(folder: string): Buffer {
  const agent = join(folder, 'agent');
  const freestanding = ['-O2', '-static', '-nostdlib', '-ffreestanding', '-fno-stack-protector', '-Wall', '-Werror'];
  must(compiler, [...freestanding, '-fno-tree-loop-distribute-patterns', '-o', agent, join(guestFolder, 'agent.c')]);
  return readFileSync(agent);
}

/** What the flash of a machine with a secure world holds: code that EL3 runs from address 0, with its MMU off. */
export function buildFirmware(folder: string): Buffer {
  const sources = ['start.S', 'firmware.c', 'secure-world.c'].map((name) => join(secureWorldFolder, name));
  const [program, flash] = [join(folder, 'firmware'), join(folder, 'firmware.bin')];
  const freestanding = ['-O2', '-static', '-nostdlib', '-ffreestanding', '-fno-stack-protector', '-Wall', '-Werror'];
  // Without the MMU all accesses have to be aligned.
  const bare = ['-no-pie', '-fno-pie', '-mstrict-align', '-mgeneral-regs-only', '-fno-tree-loop-distribute-patterns'];
  const linked = ['-Wl,-e,_start', '-Wl,--build-id=none', ...placesOfFirmware];
  must(compiler, [...freestanding, ...bare, ...linked, '-o', program, ...sources]);
  must('aarch64-linux-gnu-objcopy', ['-O', 'binary', program, flash]);
  return readFileSync(flash);
}

/** The release that a build tree is of. */
export function releaseOf(tree: string): string {
  const file = join(tree, 'include/config/kernel.release');
  if (!existsSync(file)) throw new SetupProblem(`${tree} is not prepared: run "make modules_prepare" there first`);
  return readFileSync(file, 'utf8').trim();
}

/** The image in an unpacked kernel package. */
export function imageIn(root: string, release: string): string {
  const places = [`usr/lib/modules/${release}/vmlinuz`, `lib/modules/${release}/vmlinuz`, `boot/vmlinuz-${release}`];
  const found = places.map((place) => join(root, place)).find((file) => existsSync(file));
  if (found === undefined)
    throw new SetupProblem(`the package of ${release} holds no kernel in ${dirname(places[0] ?? '')}`);
  return found;
}

/** What the serial port needs, in the order in which it is loaded, where the kernel has it as modules. */
const portModules = [
  ...['virtio/virtio', 'virtio/virtio_ring', 'virtio/virtio_pci_legacy_dev', 'virtio/virtio_pci_modern_dev'],
  ...['virtio/virtio_pci', 'char/virtio_console'],
];

export function portModulesIn(root: string, release: string): Buffer[] {
  const drivers = ['usr/lib', 'lib'].map((lib) => join(root, lib, 'modules', release, 'kernel/drivers'));
  return portModules.flatMap((name) =>
    drivers
      .map((folder) => join(folder, `${name}.ko`))
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file)),
  );
}
