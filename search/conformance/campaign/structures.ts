/** The host writes to its own structures for VMs and vCPUs, of which the hypervisor reads some: before calls, between them. */
import { written } from '../../../spec/profiles/host-memory-7.3.ts';
import type { HostField } from '../../../spec/profiles/host-memory-7.3.ts';
import { none } from '../../../spec/config.ts';
import type { EventTargetDescription } from '../../../spec/target.ts';
import type { TranscriptChecker } from '../check.ts';
import { pointerMark } from '../calls.ts';
import type { Choices } from '../write.ts';
import { blocksOf, codeGfn, sets } from './scope.ts';
import { vmAt } from './shares.ts';
import type { Turn } from './turn.ts';

/** A field that is written, and how many bytes from the start of its structure this hypervisor has it. */
export interface FieldPlace extends Pick<HostField, 'stops'> {
  readonly structure: 'kvm' | 'kvm_vcpu';
  readonly at: number;
}

const [pageBytes, wordBytes] = [4096, 8];
const wordOf = (at: number): number => (at % pageBytes) - (at % wordBytes);

/** Those that a target says it has; which of them EL2 reads is known of Linux 7.3. */
export function fieldPlaces({ hostFields }: EventTargetDescription, profile: string): FieldPlace[] {
  if (hostFields === undefined || profile !== 'linux-7.3') return [];
  return written.flatMap(({ of, path, stops }): FieldPlace[] => {
    const structure = of === 'kvm' ? 'kvm' : 'kvm_vcpu';
    const at = hostFields[structure][path];
    return at === undefined ? [] : [{ structure, at, ...(stops && { stops }) }];
  });
}

/** The words of pages in which they lie. */
export const offsetsOf = (places: readonly FieldPlace[]): number[] => places.map(({ at }) => wordOf(at));

/** On both sides of where lengths, counts, pages, halves and signs end. */
const edges = [
  ...[0xffn, 0x100n, 0x1ffn, 0x200n, 0xfffn, 0x1000n, 0x1001n, 0xffffn, 0x10000n],
  ...[(1n << 31n) - 1n, 1n << 31n, (1n << 32n) - 1n, 1n << 32n, 1n << 47n, 1n << 63n, -1n, -4095n, -(1n << 31n)],
];
/** Numbers of vCPUs, their indexes and flags are below the first; most lengths below the second. */
const small = [4, 32] as const;
/** Memory of the host, of a guest, of EL2 and of a device. */
const pointers = ['P0', 'C0', 'KVM0+0', 'HVM0+0', 'CARVE0', 'DATA0', 'TEXT0', 'MMIO0'];

const oneOf = <T>(choices: Choices, values: readonly T[]): T => values[choices.below(values.length)] as T;

/** What is written to the word in which a field lies. */
function valueFor({ at, stops }: FieldPlace, checker: TranscriptChecker, choices: Choices): string {
  const kind = choices.below(4);
  const known = pointers.filter((name) => checker.names.pages.has(name));
  if (stops === undefined && kind === 0) return choices.word();
  if (stops === undefined && kind === 1 && known.length > 0) return `${pointerMark}${oneOf(choices, known)}`;
  const number = kind < 3 ? BigInt(choices.below(oneOf(choices, small))) : oneOf(choices, edges);
  const half = Number(BigInt.asUintN(32, number));
  const value = stops !== undefined && half >= stops.from && half <= stops.to ? 0n : number;
  return `0x${BigInt.asUintN(64, value << BigInt((at % wordBytes) * 8)).toString(16)}`;
}

/** The blocks that hold the host's structures for a VM and for one of its vCPUs. */
interface Structures {
  readonly kvm: string;
  readonly kvm_vcpu: string;
}

/** A field of one structure, if there is one that is written. */
export function writeField(
  places: readonly FieldPlace[],
  structure: FieldPlace['structure'],
  block: string,
  checker: TranscriptChecker,
  choices: Choices,
): Turn[] {
  const known = places.filter((place) => place.structure === structure);
  if (known.length === 0) return [];
  const place = oneOf(choices, known);
  const page = `${block}+${Math.floor(place.at / pageBytes)}`;
  const value = valueFor(place, checker, choices);
  return [() => ({ op: 'host_write', args: { page, offset: wordOf(place.at), value } })];
}

/** Those of the vCPU that is loaded, where each begins a block. */
function structuresInUse(checker: TranscriptChecker): Structures | undefined {
  const { vcpus, pages } = checker.system.config;
  const loaded = checker.cell('loaded', 0);
  if (loaded === none) return undefined;
  const blockAt = (page: number): string | undefined => /^(.+)\+0$/.exec(pages[page]?.name ?? '')?.[1];
  const kvm = blockAt(checker.cell('kvm', Math.floor(loaded / vcpus)));
  const vcpu = blockAt(checker.cell('hostVcpu', loaded));
  return kvm === undefined || vcpu === undefined ? undefined : { kvm, kvm_vcpu: vcpu };
}

/** Any that a VM could use, whether one does or not. */
function anyStructures(choices: Choices): Structures {
  const { kvm, hostVcpu } = blocksOf(oneOf(choices, sets), choices.below(2));
  return { kvm, kvm_vcpu: hostVcpu };
}

/** Of so many times that fields are written, once those of any structures are; else of those in use. */
const anyOneIn = 4;

/** Some fields are written, mostly of what is in use; then the vCPU that is loaded runs. */
export function rewriteStructures(places: readonly FieldPlace[], checker: TranscriptChecker, choices: Choices): Turn[] {
  const inUse = choices.below(anyOneIn) === 0 ? undefined : structuresInUse(checker);
  const structures = inUse ?? anyStructures(choices);
  const writes = Array.from({ length: 1 + choices.below(3) }, () => {
    const structure = oneOf(choices, ['kvm', 'kvm_vcpu', 'kvm_vcpu'] as const);
    return writeField(places, structure, structures[structure], checker, choices);
  });
  const run: Turn = () => {
    const { vcpus } = checker.system.config;
    const loaded = checker.cell('loaded', 0);
    if (loaded === none) return undefined;
    const args = { ...vmAt(checker, Math.floor(loaded / vcpus)), vcpu: loaded % vcpus, gfn: codeGfn, offset: 0 };
    return { op: 'guest_read', args };
  };
  return [...writes.flat(), run];
}
