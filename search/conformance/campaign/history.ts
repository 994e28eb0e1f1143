/** What a sequence of calls did by the rules, call by call: which cells each read and wrote, and what they held. */
import type { Call, TransitionSystem } from '../../../spec/transition-system.ts';
import { fields } from '../../../spec/fields.ts';
import { initialState } from '../../../spec/state.ts';
import type { FieldShape } from '../../../spec/fields.ts';
import type { State } from '../../../spec/state.ts';
import { argsLength } from '../../../spec/language/run.ts';
import type { Sizes } from '../../../spec/config.ts';
import { accessesOf } from '../../shrink/slice.ts';

/** One write: the cell, and what it held before. */
type Write = readonly [cell: number, former: number];

/** How many pages a call takes from the one that it names on. */
const taken: Readonly<Record<string, keyof Sizes>> = {
  ...{ kvm: 'kvmPages', hostVcpu: 'vcpuPages', vmMem: 'hypVmPages', mem: 'hypVcpuPages', pgd: 'pgdPages' },
};
/** What calls of the hypervisor are about: the rest are tables and counters of its own. */
const subjects: ReadonlySet<string> = new Set(['page', 'word', 'mapping']);

export class History {
  readonly calls: readonly Call[];
  private readonly system: TransitionSystem;
  private readonly reads: readonly ReadonlySet<number>[];
  private readonly writes: readonly (readonly Write[])[];
  private readonly start: State;
  private readonly end: State;

  /** `alsoReads`: the cells that matter to a call besides those that its rule reads; `other`: a rule for the last call. */
  constructor(
    system: TransitionSystem,
    calls: readonly Call[],
    alsoReads: (at: number) => readonly number[],
    other?: TransitionSystem,
  ) {
    this.system = system;
    this.calls = calls;
    this.start = initialState(system.layout);
    this.end = initialState(system.layout);
    this.writes = calls.map((call) => this.run(call));
    // A VM has whichever entry of the table is free: those that have others are of no matter to it.
    const { base, size } = system.layout;
    const isEntry = (cell: number): boolean => cell >= base.life && cell < base.life + size.life;
    const last = calls.slice(-1);
    const byOther = other ? accessesOf(other, this.beforeLast(), last).flatMap(({ reads }) => [...reads]) : [];
    this.reads = accessesOf(system, this.start, calls).map(({ reads }, at) =>
      system.rule(calls[at]?.call ?? '').rule.answer === 'vm'
        ? new Set([...reads].filter((cell) => !isEntry(cell)))
        : new Set([...reads, ...alsoReads(at), ...(at === calls.length - 1 ? byOther : [])]),
    );
  }

  private run(call: Call): Write[] {
    const { system, end } = this;
    const args = new Int32Array(argsLength);
    const rule = system.rule(call.call);
    system.bind(rule, call, args);
    system.apply(end, rule, args);
    const writes = Array.from({ length: end.written / 2 }, (_, i): Write => {
      return [end.journal[2 * i] as number, end.journal[2 * i + 1] as number];
    });
    end.settle();
    return writes;
  }

  private beforeLast(): State {
    const state = this.end.fork();
    for (const [cell, former] of (this.writes.at(-1) ?? []).toReversed()) state.set(cell, former);
    state.settle();
    return state;
  }

  /**
   * The calls that those in `roots` depend on, themselves included, in order. What a cell holds at the start needs no
   * call to bring it about, except for those in `strict`, which get every cell from the call that wrote it last.
   */
  slice(roots: ReadonlySet<number>, strict: ReadonlySet<number>): number[] {
    const now = this.end.fork();
    const needed = new Set<number>();
    const kept: number[] = [];
    for (let at = this.calls.length - 1; at >= 0; at--) {
      const writes = this.writes[at] ?? [];
      const isKept = roots.has(at) || writes.some(([cell]) => needed.has(cell));
      for (const [cell, former] of writes.toReversed()) now.set(cell, former);
      now.settle();
      if (!isKept) continue;
      kept.unshift(at);
      for (const [cell] of writes) needed.delete(cell);
      for (const cell of this.reads[at] ?? []) {
        if (strict.has(at) || now.at(cell) !== this.start.at(cell)) needed.add(cell);
      }
    }
    return kept;
  }

  /** The calls that wrote last what this one reads. */
  sourcesOf(at: number): Set<number> {
    const reads = new Set(this.reads[at]);
    const sources = new Set<number>();
    for (let before = at - 1; before >= 0 && reads.size > 0; before--) {
      for (const [cell] of this.writes[before] ?? []) if (reads.delete(cell)) sources.add(before);
    }
    return sources;
  }

  /** The calls that have to do with what this one is about: that name it, or have written to it; the latest first. */
  related(at: number): number[] {
    const named = new Set(this.namedBy(this.calls[at] as Call));
    const cells = new Set([...(this.reads[at] ?? [])].filter((cell) => this.isSubject(cell)));
    return this.calls
      .flatMap((call, i) => {
        if (i === at) return [];
        const writes = this.writes[i] ?? [];
        return writes.some(([cell]) => cells.has(cell)) || this.namedBy(call).some((one) => named.has(one)) ? [i] : [];
      })
      .reverse();
  }

  /** The last call that names a page. */
  lastAbout(page: number): number {
    return this.calls.findLastIndex((call) => this.namedBy(call).includes(`page ${page}`));
  }

  private isSubject(cell: number): boolean {
    const { over }: FieldShape = fields[this.system.layout.fieldAt(cell).field];
    return subjects.has(over);
  }

  /** The pages, frames and VMs that a call names. */
  private namedBy(call: Call): string[] {
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
