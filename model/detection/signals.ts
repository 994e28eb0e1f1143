/** What a line of a log says about the hypervisor: of the kernel's own lines, and of the properties of Android. */

/** How KVM was initialised. */
export type Mode = 'protected nVHE' | 'protected hVHE' | 'KVM nVHE' | 'KVM hVHE' | 'KVM VHE';

export type Signal =
  /** KVM was initialised in this mode; `since`: the first release, or the year, in which a kernel says it so. */
  | { readonly kind: 'initialised'; readonly mode: Mode; readonly since?: string }
  /** KVM was not initialised, and why. */
  | { readonly kind: 'not initialised'; readonly why: string }
  /** Protection was not put in force, whatever was said before. */
  | { readonly kind: 'not finalised' }
  /** Says nothing of what came of it. */
  | { readonly kind: 'no evidence'; readonly says: string }
  | { readonly kind: 'property'; readonly name: PropertyName; readonly value: string };

const propertyNames = ['version', 'vm.supported', 'protected_vm.supported'] as const;
export type PropertyName = (typeof propertyNames)[number];

/** The kernel names the process; `logcat` puts its number, and a blank, before the colon. */
const kvm = String.raw`^kvm \[\d{1,9}\] *(?:\( *\d{1,9}\) *)?: *`;
const initialised = new RegExp(
  `${kvm}(Protected nVHE|Protected hVHE|Hyp nVHE|Hyp hVHE|VHE|Hyp)(\\+NV2)? mode initialized successfully$`,
);
const modes: Readonly<Record<string, Mode>> = {
  'Protected nVHE': 'protected nVHE',
  'Protected hVHE': 'protected hVHE',
  'Hyp nVHE': 'KVM nVHE',
  'Hyp hVHE': 'KVM hVHE',
  Hyp: 'KVM nVHE',
  VHE: 'KVM VHE',
};
/** Before 6.5 there was no hVHE, and `Hyp mode` was said of nVHE. */
const newer = ['Protected hVHE', 'Hyp nVHE', 'Hyp hVHE'];

const refusals: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`${kvm}HYP mode not available$`), 'the kernel was not started at EL2'],
  [/^KVM is not available\. Ignoring kvm-arm\.mode$/, 'the kernel was not started at EL2'],
  [new RegExp(`${kvm}KVM disabled from command line$`), 'it was switched off on the command line'],
  [new RegExp(`${kvm}[Ee]rror initializing Hyp mode: -?\\d{1,9}$`), 'its initialisation failed'],
  [/^(?:kvm[^:]{0,40}: *)?VHE protected mode unsupported, not initializing$/, 'protection does not go with VHE'],
];
const notFinalised = /^(?:kvm[^:]{0,40}: *)?Failed to finalize Hyp protection(?:: -?\d{1,9})?$/;

const noEvidence: readonly (readonly [RegExp, string])[] = [
  [/^CPU features: detected: Protected KVM$/, 'protection was asked for'],
  [/^CPU: All CPU\(s\) started at EL2$/, 'the kernel was started at EL2'],
  [/^Kernel command line:.*\bkvm-arm\.mode=protected\b/, 'protection was asked for'],
];
const property = /^\[ro\.boot\.hypervisor\.([a-z_.]{1,40})\]: *\[([^\]]{0,200})\]$/;

/** What a line says, if it is one that says something. */
export function signalOf(message: string): Signal | undefined {
  const [, said, nested] = initialised.exec(message) ?? [];
  const mode = said === undefined ? undefined : modes[said];
  if (mode !== undefined) {
    const since = nested !== undefined ? '2025' : newer.includes(said ?? '') ? '6.5' : undefined;
    return { kind: 'initialised', mode, ...(since === undefined ? {} : { since }) };
  }
  if (notFinalised.test(message)) return { kind: 'not finalised' };
  const why = refusals.find(([form]) => form.test(message))?.[1];
  if (why !== undefined) return { kind: 'not initialised', why };
  const says = noEvidence.find(([form]) => form.test(message))?.[1];
  if (says !== undefined) return { kind: 'no evidence', says };
  const [, key, value = ''] = property.exec(message) ?? [];
  const name = propertyNames.find((one) => one === key);
  return name === undefined ? undefined : { kind: 'property', name, value };
}

/** Values that Android takes for true. */
export const isTrue = (value: string): boolean => ['1', 'y', 'yes', 'on', 'true'].includes(value);
