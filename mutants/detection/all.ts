/** Mistakes of tools that look for protected KVM in a log, each with the clause that it breaks. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Class, Detection } from '../../model/detection/classify.ts';
import { classify } from '../../model/detection/classify.ts';
import { linesOf } from '../../model/detection/lines.ts';
import type { Classifier } from '../../properties/detection/laws.ts';

export interface DetectionFault {
  readonly id: string;
  /** The mistake. */
  readonly title: string;
  /** What is lost by it, in a few words. */
  readonly loses: string;
  /** What the log shows, and what that is worth to an attacker. */
  readonly story: string;
  /** The first is the one that its counterexample shows. */
  readonly clauses: readonly ClauseId[];
  readonly classify: Classifier;
}

const textOf = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (one) => one.charCodeAt(0) & 0xff);

/** The log is changed before it is looked at; lines keep their numbers. */
const seesInstead =
  (change: (text: string) => string): Classifier =>
  (bytes) =>
    classify(bytesOf(change(textOf(bytes))));
const takesFor =
  (wanted: RegExp, found: Class): Classifier =>
  (bytes) => {
    const detection = classify(bytes);
    const line = linesOf(bytes).find(({ message }) => wanted.test(message));
    if (line === undefined) return detection;
    const decidedBy = { line: line.number, text: line.message, signal: { kind: 'no evidence', says: '' } } as const;
    return { ...detection, class: found, decidedBy } satisfies Detection;
  };

export const detectionFaults: readonly DetectionFault[] = [
  {
    id: 'capability-is-enough',
    title: 'that protection was asked for is taken for protection',
    loses: 'a device on which KVM has failed is taken for one with protected KVM',
    story:
      'The line says that the command line asks for protected KVM. The kernel prints it before it initialises KVM, and KVM can still fail. Whoever is told by such a tool that VMs are protected gives secrets to a device on which the host reads all of their memory.',
    clauses: ['DETECT-LINE'],
    classify: takesFor(/^CPU features: detected: Protected KVM$/, 'protected nVHE'),
  },
  {
    id: 'el2-is-enough',
    title: 'a kernel that was started at EL2 is taken for one with protected KVM',
    loses: 'a device without protected KVM is taken for one that has it',
    story:
      'The kernel was started at EL2, as it is on most servers and on many phones. VHE, plain nVHE and a kernel without KVM start there too, and in none of them is a VM protected: the host keeps access to every page of every VM.',
    clauses: ['DETECT-LINE'],
    classify: takesFor(/started at EL2$/, 'protected nVHE'),
  },
  {
    id: 'anywhere-in-the-line',
    title: 'what a process quotes is taken for what the kernel says',
    loses: 'any process of the device makes it look protected',
    story:
      'A process without privileges writes the sentence of the kernel to the log, in a line of its own. A tool that looks for the sentence anywhere believes it, so that malware on a device without protection decides how the device is classified.',
    clauses: ['DETECT-SAID', 'DETECT-LAST-BOOT', 'DETECT-CUT-OFF'],
    classify: seesInstead((text) =>
      text.replace(/[^\r\n]{1,80}(?=kvm \[1\]: Protected [nh]VHE mode initialized successfully)/g, ''),
    ),
  },
  {
    id: 'nvhe-alone',
    title: 'only nVHE is known',
    loses: 'protected KVM in hVHE is not found',
    story:
      'CPUs with VHE run protected KVM in hVHE mode. A tool that knows nVHE alone takes the newest devices for unprotected. No attacker is let in, but an operator who believes it turns protected VMs off, or ships secrets to devices that are worse.',
    clauses: ['DETECT-SAID'],
    classify: seesInstead((text) => text.replace(/Protected hVHE/g, 'Protected xVHE')),
  },
  {
    id: 'without-nested',
    title: 'the marks of newer kernels are not known',
    loses: 'protected KVM is not found where nested virtualisation is named',
    story:
      'Kernels add marks to the name of the mode. A tool that compares the whole line takes such a device for unprotected, and an operator who believes it does without protection.',
    clauses: ['DETECT-SAID'],
    classify: seesInstead((text) => text.replace(/\+NV2/g, '+NV3')),
  },
  {
    id: 'plain-lines-alone',
    title: 'a line is read from its first character on',
    loses: 'protected KVM is not found in a log in colours',
    story:
      '`dmesg --color` and `journalctl` put escape sequences and timestamps in front of what the kernel says. A tool that reads lines from their first character on finds nothing, and an operator who believes it does without protection.',
    clauses: ['DETECT-SAID'],
    classify: seesInstead((text) => text.replace(/\u001b/g, '#')),
  },
  {
    id: 'failure-unseen',
    title: 'the line without the word kvm is filtered out',
    loses: 'a kernel that could not put protection in force is taken for protected',
    story:
      'The kernel initialises protected KVM, and later says, in a line without the word kvm, that it could not finalise it. From then on the host has all of its rights. A tool that filters for kvm first never sees that line, and the host reads what is given to a VM.',
    clauses: ['DETECT-NOT-FINAL'],
    classify: seesInstead((text) => text.replace(/Failed to finalize/g, 'Failed to fina1ize')),
  },
  {
    id: 'first-boot-counts',
    title: 'the first boot in the log decides',
    loses: 'a device that was booted again without protection is taken for protected',
    story:
      'The log holds two boots. An attacker who may change the command line boots once with protection, and then without it. A tool that stops at the first hit reports what the device was, and not what it is.',
    clauses: ['DETECT-LAST-BOOT'],
    classify: (bytes) => {
      const detection = classify(bytes);
      const [first] = detection.boots;
      return first === undefined ? detection : { ...detection, ...first };
    },
  },
  {
    id: 'silence-is-none',
    title: 'a log that says nothing is taken for a kernel without KVM',
    loses: 'a log that has lost its beginning is taken for a device without KVM',
    story:
      "The kernel's buffer is a ring: on a device that has run for days the beginning of its boot is gone. A tool that takes silence for an answer calls protected devices unprotected, and an operator who believes it does without protection.",
    clauses: ['DETECT-CUT-OFF'],
    classify: (bytes) => {
      const detection = classify(bytes);
      return detection.class === 'unknown' ? { ...detection, class: 'none' } : detection;
    },
  },
  {
    id: 'property-is-enough',
    title: 'a property of Android is taken for the hypervisor',
    loses: 'a property that the host sets makes a device look protected',
    story:
      'Properties of Android are set by the host from what the bootloader says. An attacker with root on a device without protection sets one, and a tool that believes it vouches for the device.',
    clauses: ['DETECT-PROPERTIES', 'DETECT-LINE'],
    classify: (bytes) => {
      const detection = classify(bytes);
      return detection.claimsProtectedVms ? { ...detection, class: 'protected nVHE' } : detection;
    },
  },
];
