/** The abstract state of a machine as cells in the order of the specification's, kept up to date where it changes. */
import { names, parts } from '../../model/abstraction.ts';
import type { MachineField } from '../../model/abstraction.ts';
import { LiveAbstraction } from '../../model/live-abstraction.ts';
import type { Machine } from '../../model/machine.ts';
import { none } from '../../spec/config.ts';
import { fields } from '../../spec/fields.ts';
import type { FieldShape } from '../../spec/fields.ts';
import type { Layout } from '../../spec/state.ts';

interface Source {
  readonly list: Float64Array;
  readonly base: number;
  /** Cells for each page, where the field has some for each page. */
  readonly width: number;
  /** By the number that the machine's list holds: the state's, where the field has names. */
  readonly codes: readonly number[] | undefined;
}

export class Mirror {
  readonly cells: Int32Array;
  /** Cells that were written since `settle`, some of them more than once. */
  readonly changed: number[] = [];
  private readonly live: LiveAbstraction;
  private readonly sources: Readonly<Record<keyof typeof parts, readonly Source[]>>;

  constructor(machine: Machine, layout: Layout) {
    this.live = new LiveAbstraction(machine);
    this.cells = new Int32Array(layout.length);
    const of = (wanted: readonly MachineField[]): Source[] =>
      wanted.map((field) => ({
        list: this.live.lists[field],
        base: layout.base[field],
        width: layout.size[field] / layout.config.pages.length,
        codes: codesOf(field),
      }));
    this.sources = { page: of(parts.page), vms: of(parts.vms), lists: of(parts.lists), devices: of(parts.devices) };
    this.reset();
  }

  /** Forget what was seen, as after `restore`. */
  reset(): void {
    this.live.reset();
    this.live.refresh();
    for (const sources of Object.values(this.sources)) this.takeAll(sources);
    this.settle();
  }

  refresh(): void {
    const { live, sources } = this;
    live.refresh();
    for (const page of live.pages) {
      for (const source of sources.page) this.take(source, page * source.width, (page + 1) * source.width);
    }
    if (live.hasVms) this.takeAll(sources.vms);
    if (live.hasLists) this.takeAll(sources.lists);
    if (live.hasDevices) this.takeAll(sources.devices);
  }

  settle(): void {
    this.changed.length = 0;
  }

  private takeAll(sources: readonly Source[]): void {
    for (const source of sources) this.take(source, 0, source.list.length);
  }

  private take({ list, base, codes }: Source, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const found = list[i] as number;
      const code = codes === undefined ? found : (codes[found] as number);
      if (this.cells[base + i] === code) continue;
      this.cells[base + i] = code;
      this.changed.push(base + i);
    }
  }
}

/** Machine and state name the same values, each in an order of its own. */
function codesOf(field: MachineField): number[] | undefined {
  const { values }: FieldShape = fields[field];
  return names[field]?.map((name) => values?.indexOf(name) ?? none);
}
