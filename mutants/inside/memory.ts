/** Faults of the kernel and the policy that keep a payload from making code. */
import { has, without } from '../../spec/profile.ts';
import { guest15 } from '../../spec/profiles/guest-15.ts';
import { areaModified } from '../../spec/vocabulary/inside.ts';
import { payload } from '../../search/scopes/inside.ts';
import type { Rule } from '../../spec/rule.ts';
import type { BootFault } from '../boot/fault.ts';

const guest = { base: { profile: guest15, scopes: [payload] } };
const remap = guest15.rules.get('payload_remap') as Rule;

export const memoryFaults: readonly BootFault[] = [
  {
    ...guest,
    id: 'execmem-granted',
    title: 'the policy grants anonymous code when memory is mapped',
    loses: 'a payload maps memory, writes code into it and jumps there',
    clauses: ['GUEST-NO-ANONYMOUS-CODE'],
    story:
      'A runtime with a compiler wants memory that it can write and execute, and the policy of the guest was changed for it. Whoever finds a hole in the payload needs no other: it maps memory, copies its code there, and runs it.',
    differences: [without('MAP-ANONYMOUS')],
  },
  {
    ...guest,
    id: 'protect-unchecked',
    title: 'memory without a file is looked at when it is mapped, and not when it is protected anew',
    loses: 'a payload turns its data into code with one call',
    clauses: ['GUEST-NO-ANONYMOUS-CODE'],
    story:
      'Anonymous memory cannot be mapped as code, and it need not be: the payload maps it as data, fills it, and asks for another protection.',
    differences: [without('PROTECT-ANONYMOUS')],
  },
  {
    ...guest,
    id: 'execmod-granted',
    title: 'a changed page of a file may be executed again',
    loses: 'a payload rewrites a library in its memory and runs it',
    clauses: ['GUEST-NO-ANONYMOUS-CODE'],
    story:
      'A library with relocations in its code has to be written once and executed afterwards, and the policy was relaxed for it. The payload maps any library privately, takes its execute permission away, writes what it likes, and gives the permission back. The file is still as it was signed; what runs is not.',
    differences: [without('PROTECT-MODIFIED')],
  },
  {
    ...guest,
    id: 'remap-forgets',
    title: 'an area that is moved is taken for an unchanged one',
    loses: 'a changed library is code again where it was moved to',
    clauses: ['GUEST-NO-ANONYMOUS-CODE'],
    story:
      'Whether an area has been changed is noted with the area, and moving makes a new one. The payload changes a library, moves it by one page, and makes it executable: nobody knows of the change any more, but it is there.',
    differences: [
      has({ ...remap, effects: [...remap.effects, areaModified('to').becomes(0)] }, 'payload_remap forgets changes'),
    ],
  },
  {
    ...guest,
    id: 'noexec-forgotten',
    title: 'the encrypted store is mounted without noexec',
    loses: 'a payload downloads a program and starts it',
    clauses: ['GUEST-NO-WRITABLE-CODE', 'GUEST-W-XOR-X'],
    known: 'AOSP Virtualization 92789f1e (for extra APKs, on purpose)',
    story:
      'The store was mounted with the usual options. The payload, or whoever has taken it over, writes a program there and starts it, also after the next boot: the store is the one place that lasts.',
    differences: [without('MAP-MOUNT'), without('PROTECT-MOUNT'), without('EXECVE-MOUNT')],
  },
  {
    ...guest,
    id: 'started-where-not-mapped',
    title: 'the mount is asked when a file is mapped, and not when one is started',
    loses: 'a payload starts what it could not map',
    clauses: ['GUEST-NO-WRITABLE-CODE'],
    story:
      'Libraries cannot be loaded from the store, which was tested. Programs can be started from it, which was not.',
    differences: [without('EXECVE-MOUNT')],
  },
  {
    ...guest,
    id: 'memory-files-are-code',
    title: 'the policy lets memory files be executed',
    loses: 'a payload writes code into a file that is on no disk',
    clauses: ['GUEST-NO-WRITABLE-CODE', 'GUEST-W-XOR-X'],
    story:
      'All mounts to which the payload can write are non-executable. A memory file (`memfd_create`) lies on none of them. The payload writes its program into one and maps it as code; that it has a file makes it no anonymous memory.',
    differences: [without('MAP-EXECUTE')],
  },
  {
    ...guest,
    id: 'apk-writable',
    title: 'the APK is writable for the payload',
    loses: 'a payload changes the code that it runs',
    clauses: ['GUEST-NO-WRITABLE-CODE'],
    story:
      'The APK was verified block by block, and then unpacked to a file system in memory that the payload can write to. It writes into a library that it has mapped, and the next call lands in what it wrote.',
    differences: [without('WRITE-FILE')],
  },
  {
    ...guest,
    id: 'raw-secret-visible',
    title: 'the payload can open the DICE driver',
    loses: 'a payload has the sealing secret of its VM',
    clauses: ['GUEST-NO-RAW-SECRET'],
    known: 'AOSP Virtualization 102067a6, 4d262dc7',
    story:
      'The manager derives for the payload what it asks for. But the driver that holds the secrets of the guest can be opened by anybody in it. The payload reads them, and derives for itself whatever the guest derives for other purposes: the key of the store, and what a later, repaired version of itself will get.',
    differences: [without('READ-FILE')],
  },
];
