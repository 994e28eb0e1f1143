/**
 * Of a long sequence, the calls that can have brought about what its last one met: slices of what the rules read and
 * wrote.
 */
import type { Call, TransitionSystem } from '../../../spec/transition-system.ts';
import { fields, initialState } from '../../../spec/state.ts';
import type { FieldName, FieldShape } from '../../../spec/state.ts';
import type { Sizes } from '../../../spec/config.ts';
import { accessesOf, backwardSlice } from '../../shrink/slice.ts';
import type { Access } from '../../shrink/slice.ts';

/** What a page or a frame once was can matter to a hypervisor that is wrong, also where it was overwritten since. */
const remembered: ReadonlySet<string> = new Set(['page', 'word', 'mapping', 'table']);

/** How many pages a call takes from the one that it names on. */
const taken: Readonly<Record<string, keyof Sizes>> = {
  kvm: 'kvmPages',
  hostVcpu: 'vcpuPages',
  vmMem: 'hypVmPages',
  mem: 'hypVcpuPages',
  pgd: 'pgdPages',
};

export class Relevance {
  private readonly system: TransitionSystem;
  private readonly calls: readonly Call[];
  private readonly accesses: readonly Access[];

  constructor(system: TransitionSystem, calls: readonly Call[]) {
    this.system = system;
    this.calls = calls;
    // A VM has whichever entry of the table is free: those that have others are of no matter to it.
    const { base, size } = system.layout;
    const isEntry = (cell: number): boolean => cell >= base.life && cell < base.life + size.life;
    this.accesses = accessesOf(system, initialState(system.layout), calls).map((access, i) =>
      system.rule(calls[i]?.call ?? '').rule.answer === 'vm'
        ? { ...access, reads: new Set([...access.reads].filter((cell) => !isEntry(cell))) }
        : access,
    );
  }

  /** Numbers of calls, the fewest first: for the last call, and for those before it that name what it names. */
  slices(): (readonly number[])[] {
    const last = this.calls.length - 1;
    const subjects = new Set(this.subjectsOf(this.calls[last] as Call));
    return this.around(last, this.about(subjects, last));
  }

  /** The same for whatever has named a page. */
  slicesOfPage(page: number): (readonly number[])[] {
    const about = this.about(new Set([`page ${page}`]), this.calls.length);
    const [last] = about;
    return last === undefined ? [] : this.around(last, about);
  }

  private around(last: number, related: readonly number[]): (readonly number[])[] {
    const overwritten = this.accesses.map((access) => ({ ...access, writes: access.writes }));
    const slices = new Map<string, readonly number[]>();
    for (let count = 0; count <= related.length; count = count === 0 ? 1 : 2 * count) {
      const roots = new Set([last, ...related.slice(0, count)]);
      for (const slice of [backwardSlice(overwritten, roots), this.longSlice(roots)]) {
        slices.set(slice.join(), slice);
      }
    }
    return [...slices.values()].filter(({ length }) => length < this.calls.length).sort((a, b) => a.length - b.length);
  }

  /** The slice that also holds what was overwritten since. */
  private longSlice(roots: ReadonlySet<number>): number[] {
    const needed = new Set<number>();
    const kept: number[] = [];
    for (let at = this.accesses.length - 1; at >= 0; at--) {
      const { reads, writes } = this.accesses[at] as Access;
      if (!roots.has(at) && ![...writes].some((cell) => needed.has(cell))) continue;
      kept.unshift(at);
      for (const cell of writes) if (!this.isRemembered(cell)) needed.delete(cell);
      for (const cell of reads) needed.add(cell);
    }
    return kept;
  }

  private isRemembered(cell: number): boolean {
    const { over }: FieldShape = fields[this.system.layout.fieldAt(cell).field satisfies FieldName];
    return remembered.has(over);
  }

  /** The calls that name one of these, the latest first. */
  private about(subjects: ReadonlySet<string>, before: number): number[] {
    const named = this.calls.flatMap((call, i) =>
      i < before && this.subjectsOf(call).some((one) => subjects.has(one)) ? [i] : [],
    );
    return named.reverse();
  }

  /** The pages, frames and VMs that a call names. */
  private subjectsOf(call: Call): string[] {
    const { sizes } = this.system.config;
    return Object.entries(this.system.rule(call.call).rule.parameters).flatMap(([name, { kind }], i) => {
      const value = call.args[i] ?? 0;
      if (kind === 'gfn' || kind === 'vm') return [`${kind} ${value}`];
      if (kind !== 'page' && kind !== 'firstPage') return [];
      const size = taken[name];
      const count = size === undefined ? 1 : sizes[size];
      return Array.from({ length: count }, (_, page) => `page ${value + page}`);
    });
  }
}
