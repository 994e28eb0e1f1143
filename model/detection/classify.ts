/** Which hypervisor a device runs, by its kernel log and its properties: a verdict, and the line that decided. */
import type { Bytes } from '../bytes.ts';
import { linesOf } from './lines.ts';
import type { LogLine } from './lines.ts';
import { isTrue, signalOf } from './signals.ts';
import type { Mode, PropertyName, Signal } from './signals.ts';

export const classes = [
  'protected nVHE',
  'protected hVHE',
  'KVM nVHE',
  'KVM hVHE',
  'KVM VHE',
  'other hypervisor with protected VMs',
  'none',
  'unknown',
] as const;
export type Class = (typeof classes)[number];

export interface Seen {
  readonly line: number;
  readonly text: string;
  readonly signal: Signal;
}

/** What is known of one boot. */
export interface Boot {
  readonly from: number;
  readonly to: number;
  /** The beginning is there: a log that rotates has lost it. */
  readonly isWhole: boolean;
  readonly kernel?: string;
  readonly class: Class;
  readonly decidedBy?: Seen;
  /** The first release, or the year, in which a kernel puts it so. */
  readonly since?: string;
  readonly because: string;
  readonly seen: readonly Seen[];
}

export interface Detection {
  /** Of the last boot, and the properties. */
  readonly class: Class;
  readonly decidedBy?: Seen;
  readonly because: string;
  /** Whether the properties say that protected VMs are supported, by whatever hypervisor. */
  readonly claimsProtectedVms: boolean;
  readonly boots: readonly Boot[];
  readonly properties: readonly Seen[];
}

const beginsBoot = /^Booting Linux on physical CPU /;
const nameOfKernel = /^Linux version (\d{1,3}\.\d{1,4}\S{0,80})/;
/** By then the kernel has said all that it says of KVM. */
const endsBoot = /^(?:Run \S{1,100} as init process|Freeing unused kernel memory: )/;
/** Time stamps of several CPUs are not quite in order. */
const slack = 1;

/** The lines, boot by boot: a new one begins with its first line, or where time starts again. */
function bootsIn(lines: readonly LogLine[]): readonly (readonly LogLine[])[] {
  const boots: LogLine[][] = [];
  let last = -Infinity;
  for (const line of lines) {
    const isNew = beginsBoot.test(line.message) || (line.time !== undefined && line.time < last - slack);
    if (isNew || boots.length === 0) {
      boots.push([]);
      last = -Infinity;
    }
    boots.at(-1)?.push(line);
    last = Math.max(last, line.time ?? last);
  }
  return boots;
}

const seenIn = (lines: readonly LogLine[]): readonly Seen[] =>
  lines.flatMap(({ number, message }) => {
    const signal = signalOf(message);
    return signal === undefined ? [] : [{ line: number, text: message, signal }];
  });

const withoutProtection: Readonly<Record<Mode, Class>> = {
  'protected nVHE': 'KVM nVHE',
  'protected hVHE': 'KVM hVHE',
  'KVM nVHE': 'KVM nVHE',
  'KVM hVHE': 'KVM hVHE',
  'KVM VHE': 'KVM VHE',
};

type Decision = Pick<Boot, 'class' | 'because'> & { readonly decidedBy?: Seen; readonly since?: string };

function decide(seen: readonly Seen[], lines: readonly LogLine[], isWhole: boolean): Decision {
  const said = seen.filter(({ signal }) => signal.kind === 'initialised');
  const failed = seen.find(({ signal }) => signal.kind === 'not finalised');
  const refused = seen.find(({ signal }) => signal.kind === 'not initialised');
  const [first] = said;
  if (first?.signal.kind === 'initialised') {
    const { mode, since } = first.signal;
    const other = [...said, ...(refused === undefined ? [] : [refused])].find(
      ({ signal }) => signal.kind !== 'initialised' || signal.mode !== mode,
    );
    if (other !== undefined)
      return { class: 'unknown', because: `lines ${first.line} and ${other.line} contradict each other` };
    const found = { ...(since === undefined ? {} : { since }) };
    return failed === undefined
      ? { class: mode, decidedBy: first, because: 'the kernel says so', ...found }
      : { class: withoutProtection[mode], decidedBy: failed, because: 'protection was not put in force', ...found };
  }
  if (refused?.signal.kind === 'not initialised')
    return { class: 'none', decidedBy: refused, because: refused.signal.why };
  const end = lines.find(({ message }) => endsBoot.test(message));
  if (!isWhole || end === undefined)
    return { class: 'unknown', because: 'no line says how KVM was initialised, and lines may be missing' };
  const decidedBy: Seen = { line: end.number, text: end.message, signal: { kind: 'not initialised', why: 'silence' } };
  return { class: 'none', decidedBy, because: 'the kernel has started all it has, and has said nothing of KVM' };
}

function bootOf(lines: readonly LogLine[]): Boot {
  const [first] = lines;
  const seen = seenIn(lines).filter(({ signal }) => signal.kind !== 'property');
  const isWhole = first !== undefined && beginsBoot.test(first.message);
  const kernel = lines.map(({ message }) => nameOfKernel.exec(message)?.[1]).find((name) => name !== undefined);
  return {
    from: first?.number ?? 1,
    to: lines.at(-1)?.number ?? 1,
    isWhole,
    ...(kernel === undefined ? {} : { kernel }),
    ...decide(seen, lines, isWhole),
    seen,
  };
}

/** Hypervisors that name themselves so are KVM, and have nothing to say that the kernel does not say better. */
const isKvm = (version: string | undefined): boolean => version !== undefined && /kvm/i.test(version);

/** Classifies any bytes. Never throws. */
export function classify(bytes: Bytes): Detection {
  const lines = linesOf(bytes);
  const properties = seenIn(lines).filter(({ signal }) => signal.kind === 'property');
  const boots = bootsIn(lines.filter(({ message }) => signalOf(message)?.kind !== 'property')).map(bootOf);
  const last = boots.at(-1) ?? bootOf([]);
  const property = (wanted: PropertyName): string | undefined => {
    const found = properties.findLast(({ signal }) => signal.kind === 'property' && signal.name === wanted);
    return found?.signal.kind === 'property' ? found.signal.value : undefined;
  };
  const claim = properties.findLast(
    ({ signal }) => signal.kind === 'property' && signal.name === 'protected_vm.supported',
  );
  const claimsProtectedVms = isTrue(property('protected_vm.supported') ?? '');
  const all = { claimsProtectedVms, boots, properties };
  const version = property('version');
  const isSilent = last.class === 'unknown' && last.seen.every(({ signal }) => signal.kind === 'no evidence');
  const isOther = last.class === 'none' || (isSilent && version !== undefined && !isKvm(version));
  if (claimsProtectedVms && claim !== undefined && isOther)
    return {
      class: 'other hypervisor with protected VMs',
      decidedBy: claim,
      because: 'protected VMs are supported, and not by KVM',
      ...all,
    };
  const { class: found, decidedBy, because } = last;
  return { class: found, because, ...(decidedBy === undefined ? {} : { decidedBy }), ...all };
}
