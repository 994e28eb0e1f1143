/** What holds of every classification of a kernel log. */
import fc from 'fast-check';
import { concat } from '../../model/bytes.ts';
import { classes, classify } from '../../model/detection/classify.ts';
import type { Class, Detection } from '../../model/detection/classify.ts';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { EvidenceLaw } from '../evidence/law.ts';
import { anyBoot, anyDress, otherBoot, protectedBoot, protectedKernels, written } from './logs.ts';

export type Classifier = (bytes: Uint8Array) => Detection;

const isProtected = (found: Class): boolean => found === 'protected nVHE' || found === 'protected hVHE';
const fewBoots = fc.array(anyBoot, { maxLength: 2 });
const properties = (version: string, isSupported: boolean): string =>
  `[ro.boot.hypervisor.version]: [${version}]\n[ro.boot.hypervisor.protected_vm.supported]: [${isSupported}]\n`;
const someProperties = fc.constantFrom(
  '',
  properties('kvm.arm-protected', true),
  properties('gunyah', true),
  properties('', false),
);
const sentences = protectedKernels.map(({ says }) => (says.at(-1) ?? '').replace(/^kvm \[1\]: /, ''));

/** Lines as an editor counts them, apart from how the classifier takes them. */
const lineIn = (bytes: Uint8Array, number: number): string =>
  new TextDecoder('latin1').decode(bytes).replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n')[number - 1] ?? '';
const quotes = (bytes: Uint8Array, { decidedBy }: Detection): boolean =>
  decidedBy !== undefined && sentences.some((sentence) => lineIn(bytes, decidedBy.line).includes(sentence));

/** Any bytes, and among them the lines that matter, cut anywhere. */
const hostile = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom(
          'kvm [1]: ',
          'Protected nVHE',
          ' mode initialized successfully',
          '\n',
          '\r',
          '\u0000',
          '[    0.1] ',
        )
        .map((text) => utf8ToBytes(text)),
    ),
    { maxLength: 30 },
  )
  .map((parts) => concat(...parts));

/** The laws, of one who classifies. */
export const lawsOfDetection = (how: Classifier): readonly EvidenceLaw[] => [
  {
    kind: 'always',
    clause: 'DETECT-LINE',
    statement: 'whatever is called protected, the line that decided says that KVM was initialised so',
    runs: 300,
    property: fc.property(fewBoots, anyDress, hostile, someProperties, (boots, dress, rest, more) => {
      const bytes = concat(written(boots, dress), utf8ToBytes('\n'), rest, utf8ToBytes(`\n${more}`));
      const detection = how(bytes);
      return classes.includes(detection.class) && (!isProtected(detection.class) || quotes(bytes, detection));
    }),
  },
  {
    kind: 'always',
    clause: 'DETECT-SAID',
    statement: 'a kernel is what it says it is, whatever tool shows the log, and whatever lies between its lines',
    runs: 300,
    property: fc.property(anyBoot, anyDress, (boot, dress) => how(written([boot], dress)).class === boot.kernel.is),
  },
  {
    kind: 'always',
    clause: 'DETECT-LAST-BOOT',
    statement: 'of several boots the last decides',
    runs: 150,
    property: fc.property(anyBoot, anyBoot, anyDress, (earlier, last, dress) => {
      const bytes = written([earlier, last], dress);
      const { class: found, decidedBy } = how(bytes);
      const behind = written([earlier], dress).length;
      return found === last.kernel.is && (decidedBy === undefined || startOf(bytes, decidedBy.line) > behind);
    }),
  },
  {
    kind: 'always',
    clause: 'DETECT-NOT-FINAL',
    statement: 'a kernel that fails to put protection in force is not called protected',
    runs: 100,
    property: fc.property(protectedBoot, anyDress, fc.boolean(), (boot, dress, isNamed) => {
      const failed = `${isNamed ? 'kvm [1]: ' : ''}Failed to finalize Hyp protection: -22`;
      return !isProtected(how(written([{ ...boot, lines: [...boot.lines, failed] }], dress)).class);
    }),
  },
  {
    kind: 'always',
    clause: 'DETECT-CUT-OFF',
    statement: 'a log that has lost its beginning is of a kernel that it names, or unknown; silence counts as nothing',
    runs: 150,
    property: fc.property(anyBoot, anyDress, fc.nat(), (boot, dress, place) => {
      const lines = boot.lines.slice(1 + (place % (boot.lines.length - 1)));
      const { class: found } = how(written([{ ...boot, lines }], dress));
      const isSaid = boot.kernel.says.some((said) => lines.includes(said));
      return found === 'unknown' || (isSaid && found === boot.kernel.is);
    }),
  },
  {
    kind: 'always',
    clause: 'DETECT-PROPERTIES',
    statement: 'properties never make a kernel one with protected KVM, and never take that from it',
    runs: 150,
    property: fc.property(
      anyBoot,
      anyDress,
      fc.boolean(),
      fc.constantFrom('kvm.arm-protected', 'gunyah'),
      (boot, dress, isSupported, version) => {
        const bytes = concat(written([boot], dress), utf8ToBytes(`\n${properties(version, isSupported)}`));
        const expected =
          boot.kernel.is === 'none' && isSupported ? 'other hypervisor with protected VMs' : boot.kernel.is;
        return how(bytes).class === expected;
      },
    ),
  },
  {
    kind: 'permitted',
    clause: 'DETECT-FORGEABLE',
    statement: 'whoever may write to the log makes any kernel one with protected KVM',
    runs: 30,
    property: fc.property(
      otherBoot.filter(({ kernel }) => kernel.says.length === 0),
      anyDress,
      (boot, dress) => {
        const forged = { ...boot, lines: [...boot.lines, 'kvm [1]: Protected nVHE mode initialized successfully'] };
        return isProtected(how(written([forged], dress)).class);
      },
    ),
  },
];

/** How many bytes there are before a line. */
function startOf(bytes: Uint8Array, number: number): number {
  const text = new TextDecoder('latin1').decode(bytes);
  const ends = [...text.matchAll(/\r\n|\n|\r/g)];
  const before = ends[number - 2];
  return before === undefined ? 0 : before.index + before[0].length;
}

export const ofDetection: readonly EvidenceLaw[] = lawsOfDetection(classify);
