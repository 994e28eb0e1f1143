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
    clauses: ['DETECT-LINE'],
    classify: takesFor(/^CPU features: detected: Protected KVM$/, 'protected nVHE'),
  },
  {
    id: 'el2-is-enough',
    title: 'a kernel that was started at EL2 is taken for one with protected KVM',
    clauses: ['DETECT-LINE'],
    classify: takesFor(/started at EL2$/, 'protected nVHE'),
  },
  {
    id: 'anywhere-in-the-line',
    title: 'what a process quotes is taken for what the kernel says',
    clauses: ['DETECT-SAID', 'DETECT-LAST-BOOT', 'DETECT-CUT-OFF'],
    classify: seesInstead((text) =>
      text.replace(/[^\r\n]{1,80}(?=kvm \[1\]: Protected [nh]VHE mode initialized successfully)/g, ''),
    ),
  },
  {
    id: 'nvhe-alone',
    title: 'only nVHE is known',
    clauses: ['DETECT-SAID'],
    classify: seesInstead((text) => text.replace(/Protected hVHE/g, 'Protected xVHE')),
  },
  {
    id: 'without-nested',
    title: 'the marks of newer kernels are not known',
    clauses: ['DETECT-SAID'],
    classify: seesInstead((text) => text.replace(/\+NV2/g, '+NV3')),
  },
  {
    id: 'plain-lines-alone',
    title: 'a line is read from its first character on',
    clauses: ['DETECT-SAID'],
    classify: seesInstead((text) => text.replace(/\u001b/g, '#')),
  },
  {
    id: 'failure-unseen',
    title: 'the line without the word kvm is filtered out',
    clauses: ['DETECT-NOT-FINAL'],
    classify: seesInstead((text) => text.replace(/Failed to finalize/g, 'Failed to fina1ize')),
  },
  {
    id: 'first-boot-counts',
    title: 'the first boot in the log decides',
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
    clauses: ['DETECT-CUT-OFF'],
    classify: (bytes) => {
      const detection = classify(bytes);
      return detection.class === 'unknown' ? { ...detection, class: 'none' } : detection;
    },
  },
  {
    id: 'property-is-enough',
    title: 'a property of Android is taken for the hypervisor',
    clauses: ['DETECT-PROPERTIES', 'DETECT-LINE'],
    classify: (bytes) => {
      const detection = classify(bytes);
      return detection.claimsProtectedVms ? { ...detection, class: 'protected nVHE' } : detection;
    },
  },
];
