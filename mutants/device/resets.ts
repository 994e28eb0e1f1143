/** Faults in what is left of VMs and of their firmware when a device starts again. */
import { all, when } from '../../spec/language/build.ts';
import type { Effect } from '../../spec/language/term.ts';
import {
  countDown,
  countUp,
  memProtect,
  privateCount,
  pvmfwMemory,
  ram,
  ramUse,
  startBootloader,
  startBootloaderWarm,
} from '../../spec/vocabulary/device.ts';
import type { BootFault } from '../boot/fault.ts';
import { instead, onDevice } from './alter.ts';

const becomesPrivate: Effect = all(ramUse('page').becomes('VM'), ram('page').becomes('PRESENT'), countUp);
const poison: Effect = pvmfwMemory.becomes('NOTHING');

export const resets: readonly BootFault[] = [
  {
    id: 'unshare-uncounted',
    title: 'a page that is unshared is not counted',
    loses: 'the next boot finds a page that a VM had shared for a while',
    clauses: ['DEVICE-VMS-GONE'],
    story:
      'A VM shares its only page and takes it back, as it does for every buffer. The first turns memory protection off, and the second does not turn it on again. When the watchdog bites, the firmware has nothing to clear.',
    base: onDevice,
    differences: [
      instead('unshare_page', becomesPrivate, all(ramUse('page').becomes('VM'), ram('page').becomes('PRESENT'))),
    ],
  },
  {
    id: 'share-still-counted',
    title: 'a page that is shared is still counted',
    loses: 'each later boot waits for memory to be cleared',
    clauses: ['DEVICE-PROTECTION-ON'],
    story:
      'Nothing leaks. But pages that a VM shared and the host took back are counted for ever: memory protection stays on with no VM there, and each boot takes as long as clearing all memory does.',
    base: onDevice,
    differences: [instead('share_page', countDown)],
  },
  {
    id: 'off-with-one-left',
    title: 'memory protection goes off one page too early',
    loses: 'the next boot finds the last page of a VM',
    clauses: ['DEVICE-VMS-GONE'],
    story:
      'The hypervisor looks at the count before it subtracts. With two pages, sharing one of them turns memory protection off; the other stays the VM’s own, and outlasts a reset.',
    base: onDevice,
    differences: [instead('share_page', countDown, all(when(privateCount.is(2), memProtect.becomes(0)), countDown))],
  },
  {
    id: 'reset2-passed-on',
    title: 'SYSTEM_RESET2 is passed on as it is',
    loses: 'the next boot finds the memory of VMs after a warm reset',
    clauses: ['DEVICE-VMS-GONE', 'MEM-RESET-WIPE'],
    known: 'Android common kernel, psci-relay.c turns it into SYSTEM_RESET',
    story:
      'A warm reset keeps memory as it is: that is what vendors use it for, to find the log of a crash. A compromised host asks for one while VMs run, and reads their memory after it.',
    base: onDevice,
    differences: [
      instead(
        'psci_system_reset2',
        when(privateCount.is(0), startBootloaderWarm, startBootloader),
        startBootloaderWarm,
      ),
    ],
  },
  {
    id: 'watchdog-clears-nothing',
    title: 'firmware clears memory only where it was asked for the reset',
    loses: 'the next boot finds the memory of VMs after a watchdog',
    clauses: ['DEVICE-VMS-GONE', 'MEM-RESET-WIPE'],
    story:
      'The firmware does what it was told in its handlers of SYSTEM_RESET and SYSTEM_OFF, and a watchdog takes another way. The host stops to feed it.',
    base: onDevice,
    differences: [instead('watchdog_reset', startBootloader, startBootloaderWarm)],
  },
  {
    id: 'cold-boot-clears-nothing',
    title: 'firmware forgets over a loss of power that it was to clear memory',
    loses: 'whoever takes out the battery reads the memory of VMs',
    clauses: ['DEVICE-VMS-GONE', 'MEM-RESET-WIPE'],
    story:
      'What the firmware was told lies in memory that loses it first. The battery is out for a second; memory has kept nearly all, and the firmware takes it for the first start of the day.',
    base: onDevice,
    differences: [instead('power_on', startBootloader, startBootloaderWarm)],
  },
  {
    id: 'off-poisons-nothing',
    title: 'pvmfw is wiped at resets and not when the device is switched off',
    loses: 'the secrets of pvmfw lie in a device that is off',
    clauses: ['DEVICE-PVMFW-WIPED'],
    story:
      'With no VM there, memory protection is off, and it is the hypervisor alone that wipes the memory of pvmfw. It does so for SYSTEM_RESET. For SYSTEM_OFF it does not, as if power were gone at once.',
    base: onDevice,
    differences: [instead('psci_system_off', poison)],
  },
  {
    id: 'taken-back-unwiped',
    title: 'pages that come back from a VM are not wiped',
    loses: 'the host reads a page that a VM has lost',
    clauses: ['DEVICE-VMS-GONE', 'DEVICE-LOCKED-PRIVATE'],
    story:
      'The page is counted down as it should be, and is the host’s again, with all that the VM had in it. The host reads it at once, and so does whoever boots next.',
    base: onDevice,
    differences: [instead('reclaim_page', ram('page').becomes('NOTHING'))],
  },
];
