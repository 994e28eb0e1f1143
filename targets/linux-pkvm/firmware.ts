/**
 * A machine with an EL3 and a secure world of ours (secure-world/): the firmware starts from the flash, finds Linux where
 * the emulator has put it, and goes on in it at EL2.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Boot, Hardware } from './driver.ts';
import { TargetProblem } from '../problem.ts';

export const secureWorldFolder = fileURLToPath(new URL('secure-world', import.meta.url));

/** Where in the machine's memory all lies when the firmware starts. */
const kernelAt = 0x40200000;
const deviceTreeAt = 0x48000000;
const initramfsAt = 0x4c000000;
/** Its variables and, below them, its stack are in the machine's secure RAM. */
const variablesAt = 0x0e010000;

const hex = (address: number): string => `0x${address.toString(16)}`;

/** How the compiler is told where all lies. */
export const placesOfFirmware = [
  `-DKERNEL=${hex(kernelAt)}`,
  `-DDEVICE_TREE=${hex(deviceTreeAt)}`,
  ...['-Ttext=0', `-Tbss=${hex(variablesAt)}`].map((one) => `-Wl,${one}`),
];

/** The part of the command line that says what sort of machine it is. */
export const withSecureWorld = 'secure=on,acpi=off';

/** What starts Linux below the firmware. The device tree is that of the same machine without one, with its PSCI. */
export function startedByFirmware(
  emulator: string,
  { cpu, megabytes }: Hardware,
  { kernel, initramfs, firmware = '' }: Boot,
  append: string,
  folder: string,
): string[] {
  const tree = join(folder, 'device-tree');
  const machine = `virt,virtualization=on,gic-version=3,acpi=off,dumpdtb=${tree}`;
  const initrd = `initrd=${hex(initramfsAt)},${statSync(initramfs).size}`;
  const { status, stderr } = spawnSync(
    emulator,
    [
      ...['-M', machine, '-cpu', cpu, '-m', String(megabytes), '-smp', '1', '-display', 'none', '-nodefaults'],
      ...['-kernel', kernel, '-append', `${append} ${initrd}`],
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new TargetProblem(`the emulator wrote no device tree: ${stderr.trim()}`);
  const loaded = (file: string, at: number): string[] => [
    '-device',
    `loader,file=${file},addr=${hex(at)},force-raw=on`,
  ];
  return [
    ...['-bios', firmware],
    ...loaded(kernel, kernelAt),
    ...loaded(tree, deviceTreeAt),
    ...loaded(initramfs, initramfsAt),
  ];
}
