/** Faults in what pvmfw starts, and in what it tells the guest: kernel, ramdisk, device tree. */
import { none } from '../../spec/config.ts';
import { attribute, choose, equals, first, quantity } from '../../spec/language/build.ts';
import { without } from '../../spec/profile.ts';
import { imageOf, vmArgued, vmCode, vmPolicy } from '../../spec/vocabulary/boot.ts';
import type { BootFault } from './fault.ts';
import { atTheEnd } from './alter.ts';

/** A kernel that nobody has signed, where there is one. */
const unsigned = first(0, quantity('kernels'), 'each kernel', attribute('kernelFlaw', 'each kernel').is('signature'));
const kernelElsewhere = choose(equals(unsigned, none), vmCode.value, imageOf(unsigned, 0));

const images: readonly BootFault[] = [
  {
    id: 'other-kernel',
    title: 'pvmfw jumps to another kernel than it has verified',
    loses: 'a kernel runs that pvmfw has not verified',
    clauses: ['BOOT-VERIFIED'],
    known: 'AOSP Virtualization b8e7cec0',
    story:
      'The host says twice where the kernel is: in the device tree and in a register. pvmfw verifies the first and jumps to the second, which nobody has signed. Code of the host’s runs with the secrets of the VM.',
    differences: [atTheEnd(vmCode.becomes(kernelElsewhere))],
  },
  {
    id: 'ramdisk-unlisted',
    title: 'whether a kernel has a ramdisk is left to the host',
    loses: 'a kernel runs without the ramdisk that is signed with it',
    clauses: ['BOOT-VERIFIED'],
    known: 'AOSP Virtualization 86383df1',
    story:
      'A kernel is signed together with its ramdisk, the first file system, which pins the system that may run. The host supplies the kernel alone. Where there is no ramdisk, pvmfw passes over what the signed description says of one, and the kernel starts without it.',
    differences: [without('AVB-RAMDISK-LISTED')],
  },
  {
    id: 'description-elsewhere',
    title: 'the description of a kernel may come from another partition',
    loses: 'a kernel runs under the signature of something else',
    clauses: ['BOOT-VERIFIED'],
    known: 'AOSP Virtualization 9dfb2968',
    story:
      'What vouches for a kernel is the signed description at its end. pvmfw did not ask where a description comes from. The host supplies a kernel that nobody has signed, and lets something else vouch for it: it starts, and has the secrets of the VM.',
    differences: [without('AVB-SIGNED')],
  },
];

const trees: readonly BootFault[] = [
  {
    id: 'arguments-through',
    title: 'the host’s boot arguments reach every guest',
    loses: 'the host sets the boot arguments of a signed kernel',
    clauses: ['BOOT-TREE-ARGUMENTS'],
    known: 'AOSP Virtualization c5d2ef2d, 32f37ef4 (b/283035363)',
    story:
      'Boot arguments tell a kernel what to do: open a console, start another first program, leave a protection out. The host writes them, and pvmfw is to cut them unless the guest is one for debugging. Here the host boots the signed kernel and commands it all the same. At first nothing was cut; then the condition was the wrong way round.',
    differences: [atTheEnd(vmArgued.becomes(1))],
  },
  {
    id: 'policy-when-locked',
    title: 'the debug policy is applied on a locked device',
    loses: 'the host debugs a VM on a locked device',
    clauses: ['BOOT-DEBUG-POLICY'],
    known: 'AOSP Virtualization 4db76eb5 (b/275424867)',
    story:
      'The debug policy, which lies beside the device’s secrets, opens logs and consoles of guests to the host. On a locked device it is to be dropped: no certificate of the chain says “debug”. pvmfw did not look at the chain. A VM boots on a locked device, and the host reads what only a developer was to read.',
    differences: [atTheEnd(vmPolicy.becomes(1))],
  },
  {
    id: 'device-over-pvmfw',
    title: 'a device may lie over pvmfw’s own memory',
    loses: 'a device lies over the memory of pvmfw',
    clauses: ['BOOT-TREE-CONFINED'],
    known: 'AOSP Virtualization 164a6f59, 49e26ce9 (b/316862665), 19b984fb',
    story:
      'The host gives a device to the VM, and says in the device tree where its registers are: where pvmfw lies. pvmfw does not ask the hypervisor whether there is such a device, and maps it over itself. What it and the guest take for memory of their own is the device’s, and what they write there goes to it.',
    differences: [without('TREE-ASSIGNED')],
  },
];

export const verifiedBoot: readonly BootFault[] = [...images, ...trees];
