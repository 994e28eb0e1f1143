/** Kernel logs whose truth is known, as they are drawn: boots with noise, in the dress of the tools that show them. */
import fc from 'fast-check';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Class } from '../../model/detection/classify.ts';

/** What a kernel was, and what it says when it starts. The lines are those of its source. */
export interface Kernel {
  readonly is: Class;
  readonly says: readonly string[];
}

const asked = ['Kernel command line: console=ttyAMA0 kvm-arm.mode=protected', 'CPU features: detected: Protected KVM'];
const initialised = (is: Class, mode: string, ...before: readonly string[]): Kernel => ({
  is,
  says: [...before, 'CPU: All CPU(s) started at EL2', `kvm [1]: ${mode} mode initialized successfully`],
});
const lost = 'Failed to finalize Hyp protection: -22';
const failing = ({ says }: Kernel, is: Class): Kernel => ({ is, says: [...says, lost] });

export const protectedKernels: readonly Kernel[] = [
  initialised('protected nVHE', 'Protected nVHE', ...asked),
  initialised('protected hVHE', 'Protected hVHE', ...asked),
  initialised('protected nVHE', 'Protected nVHE+NV2', ...asked),
  initialised('protected hVHE', 'Protected hVHE+NV2', ...asked),
];
const [nvhe, hvhe] = protectedKernels as readonly [Kernel, Kernel];
const otherKernels: readonly Kernel[] = [
  initialised('KVM nVHE', 'Hyp'),
  initialised('KVM nVHE', 'Hyp nVHE'),
  initialised('KVM hVHE', 'Hyp hVHE'),
  initialised('KVM VHE', 'VHE'),
  initialised('KVM VHE', 'VHE+NV2'),
  failing(nvhe, 'KVM nVHE'),
  failing(hvhe, 'KVM hVHE'),
  { is: 'none', says: [...asked, 'kvm [1]: HYP mode not available'] },
  { is: 'none', says: ['KVM is not available. Ignoring kvm-arm.mode'] },
  { is: 'none', says: ['kvm [1]: KVM disabled from command line'] },
  {
    is: 'none',
    says: [...asked, 'kvm [1]: Failed to init hyp memory protection', 'kvm [1]: error initializing Hyp mode: -22'],
  },
  { is: 'none', says: [...asked, 'VHE protected mode unsupported, not initializing'] },
  { is: 'none', says: [] },
];

/** Lines of others, some of which look like the ones that matter. */
const noise = [
  'Machine model: linux,dummy-virt',
  'kvm [1]: IPA Size Limit: 44 bits',
  'kvm [1]: GICv3: no GICV resource entry',
  'audit: type=1400 msg="kvm [1]: Protected nVHE mode initialized successfully"',
  'init: kvm [1]: Protected hVHE mode initialized successfully',
  'kvm [1]: Protected nVHE mode initialized successfully?',
  'vmm[1042]: Failed to finalize Hyp protection',
  'kvm [1]: Reserved 8 MiB at 0x5f600000',
  '',
  '\u0000\u0001',
  'x'.repeat(5000),
] as const;
const someNoise = fc.array(fc.constantFrom(...noise), { maxLength: 3 });

export interface DrawnBoot {
  readonly kernel: Kernel;
  readonly lines: readonly string[];
}

/** One boot from its first line to its first process. */
const bootOf = (kernels: readonly Kernel[]): fc.Arbitrary<DrawnBoot> =>
  fc.constantFrom(...kernels).chain((kernel) =>
    fc.array(someNoise, { minLength: kernel.says.length + 1, maxLength: kernel.says.length + 1 }).map((between) => ({
      kernel,
      lines: [
        'Booting Linux on physical CPU 0x0000000000 [0x411fd070]',
        'Linux version 6.12.117 (build@host) #1 SMP PREEMPT',
        ...(between[0] ?? []),
        ...kernel.says.flatMap((line, at) => [line, ...(between[at + 1] ?? [])]),
        'Run /init as init process',
        ...(between.at(-1) ?? []),
      ],
    })),
  );
export const anyBoot = bootOf([...protectedKernels, ...otherKernels]);
export const protectedBoot = bootOf(protectedKernels);
export const otherBoot = bootOf(otherKernels);

type Dress = (line: string, at: number) => string;
const seconds = (at: number): string => `${String(Math.floor(at / 10)).padStart(5)}.${String(at % 10).padEnd(6, '0')}`;
/** How a tool shows a line of the kernel. */
const dresses: readonly Dress[] = [
  (line) => line,
  (line, at) => `[${seconds(at)}] ${line}`,
  (line, at) => `<6>[${seconds(at)}] ${line}`,
  (line, at) => `[${seconds(at)}][    T1] ${line}`,
  (line, at) => `\u001b[32m[${seconds(at)}] \u001b[0m\u001b[33m${line}\u001b[0m`,
  (line, at) => `6,${100 + at},${at}00000,-;${line}`,
  (line) => `[Sun Nov 29 08:01:31 2026] ${line}`,
  (line) => `Nov 29 08:01:31 phone kernel: ${line}`,
  (line, at) => `2026-11-29T08:01:31+00:00 phone kernel: [${seconds(at)}] ${line}`,
  (line) => `11-29 08:01:31.123     0     0 I ${line.replace(/^(kvm \[1\]):/, '$1 :')}`,
  (line) => `I/${line.replace(/^(kvm \[1\]):/, '$1 (    0):')}`,
];
const lineEnds = ['\n', '\r\n', '\r'] as const;
export const anyDress = fc.record({ dress: fc.constantFrom(...dresses), end: fc.constantFrom(...lineEnds) });

/** The boots one after the other, as the tool shows them. */
export const written = (boots: readonly DrawnBoot[], { dress, end }: { dress: Dress; end: string }): Uint8Array =>
  utf8ToBytes(boots.flatMap(({ lines }) => lines.map((line, at) => dress(line, at))).join(end));
