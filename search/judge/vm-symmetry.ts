/**
 * Symmetry of VMs: they are named by the order in which they were reserved. A sequence that names its VMs so keeps its
 * meaning when calls are taken out of it, or when an entry of the VM table is given to another VM.
 */
import type { Call, CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import { none } from '../../spec/config.ts';

/** What a sequence has in the place of a VM where it means none: a handle below the first, or beyond the last. */
const belowFirst = -1;
const beyondLast = -2;
/** An entry that was never reserved, where its number is taken as an ordinal by another. */
const firstUnused = -3;

export class VmSymmetry {
  private readonly slots: number;
  private readonly entries: number[] = [];
  private readonly latest: Int32Array;

  constructor(slots: number) {
    this.slots = slots;
    this.latest = new Int32Array(slots).fill(none);
  }

  clear(): void {
    this.entries.length = 0;
    this.latest.fill(none);
  }

  /** The next VM has this entry. */
  reserve(entry: number): void {
    if (entry >= 0 && entry < this.slots) this.latest[entry] = this.entries.length;
    this.entries.push(entry);
  }

  /** As they were before the last so many had been reserved. */
  before(last: number): VmSymmetry {
    const then = new VmSymmetry(this.slots);
    for (const entry of this.entries.slice(0, this.entries.length - last)) then.reserve(entry);
    return then;
  }

  toEntry(ordinal: number): number {
    if (ordinal === belowFirst) return none;
    if (ordinal === beyondLast) return this.slots;
    if (ordinal <= firstUnused) return firstUnused - ordinal;
    const entry = this.entries[ordinal];
    if (entry !== undefined) return entry;
    return this.latest[ordinal] === none ? ordinal : this.slots;
  }

  toOrdinal(entry: number): number {
    if (entry === none) return belowFirst;
    if (entry >= this.slots) return beyondLast;
    const ordinal = this.latest[entry] ?? none;
    if (ordinal !== none) return ordinal;
    return entry >= this.entries.length ? entry : firstUnused - entry;
  }
}

/** How a sequence says a VM, and how that is read. */
export function formatVm(ordinal: number): string {
  if (ordinal === belowFirst) return 'no VM';
  if (ordinal === beyondLast) return 'beyond the VM table';
  return ordinal <= firstUnused ? `unused entry ${firstUnused - ordinal}` : `VM${ordinal}`;
}
export function readVm(text: string): number {
  if (text === 'no VM') return belowFirst;
  if (text === 'beyond the VM table') return beyondLast;
  const [_, words, digits] = /^(VM|unused entry )(\d+)$/.exec(text) ?? [];
  if (words === undefined) throw new Error(`${text} is no VM`);
  return words === 'VM' ? Number(digits) : firstUnused - Number(digits);
}

/** Whether a VM of this name can be there, in a table of so many entries of which so many were reserved. */
export const canBeVm = (ordinal: number, slots: number, reserved: number): boolean =>
  ordinal <= firstUnused ? firstUnused - ordinal < slots : ordinal < Math.max(slots, reserved);

/** Positions of the arguments that name a VM. */
const vmPositions = new WeakMap<CompiledRule, readonly number[]>();
export function vmsIn(rule: CompiledRule): readonly number[] {
  const known = vmPositions.get(rule);
  if (known) return known;
  const found = Object.values(rule.rule.parameters).flatMap(({ kind }, i) => (kind === 'vm' ? [i] : []));
  vmPositions.set(rule, found);
  return found;
}

/** The arguments of a call, with its VMs named the other way. */
export function translateArgs(system: TransitionSystem, call: Call, name: (vm: number) => number): readonly number[] {
  const positions = vmsIn(system.rule(call.call));
  if (positions.length === 0) return call.args;
  const args = call.args.slice();
  for (const i of positions) args[i] = name(args[i] as number);
  return args;
}

/** The same call, with its VMs named the other way. */
export const translate = <C extends Call>(system: TransitionSystem, call: C, name: (vm: number) => number): C => ({
  ...call,
  args: translateArgs(system, call, name),
});
