/**
 * The dirty set: which pages, mappings, VMs, vCPUs and CPUs a step touched: what it wrote, and what stands in relation
 * to that.
 */
import { none } from '../../spec/config.ts';
import { fieldNames, fields } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import type { Layout, State } from '../../spec/state.ts';
import type { Entity } from '../../properties/property.ts';
import { LIFE } from '../../properties/view.ts';
import type { View } from '../../properties/view.ts';

/** A set of small numbers that is emptied in no time. */
export class Marks {
  readonly list: Int32Array;
  count = 0;
  private readonly seen: Int32Array;
  private epoch = 1;

  constructor(size: number) {
    this.list = new Int32Array(size);
    this.seen = new Int32Array(size);
  }

  add(number: number): void {
    if (number < 0 || number >= this.seen.length || this.seen[number] === this.epoch) return;
    this.seen[number] = this.epoch;
    this.list[this.count++] = number;
  }

  at(position: number): number {
    return this.list[position] as number;
  }

  clear(): void {
    this.count = 0;
    this.epoch++;
  }
}

const kinds = { other: 0, page: 1, mapping: 2, vm: 3, vcpu: 4, cpu: 5, nature: 6, nameOfPage: 7 } as const;
/** What a VM is: on these depends what its mappings and vCPUs may be. They change only as it comes and goes. */
const telling: ReadonlySet<string> = new Set<FieldName>(['life', 'protected', 'idRegs', 'createdVcpus']);

/** Fields of the machine that name a page: a step touches the page that is named, and the one that was. */
const naming: ReadonlySet<string> = new Set<FieldName>(['mailboxTx', 'mailboxRx']);

export class DirtySet {
  readonly page: Marks;
  readonly mapping: Marks;
  readonly vm: Marks;
  readonly vcpu: Marks;
  readonly cpu: Marks;
  /** The machine as a whole, touched by every step that writes. */
  readonly machine = new Marks(1);
  private readonly kind: Uint8Array;
  private readonly index: Int32Array;

  constructor(layout: Layout) {
    const { size, length } = layout;
    this.page = new Marks(size.host);
    this.mapping = new Marks(size.mapping);
    this.vm = new Marks(size.life);
    this.vcpu = new Marks(size.present);
    this.cpu = new Marks(size.loaded);
    this.kind = new Uint8Array(length);
    this.index = new Int32Array(length);
    for (const name of fieldNames) {
      const { over } = fields[name];
      for (let i = 0; i < size[name]; i++) {
        const cell = layout.base[name] + i;
        const [kind, index] = entityOf(layout, over, i);
        this.kind[cell] = telling.has(name) ? kinds.nature : naming.has(name) ? kinds.nameOfPage : kind;
        this.index[cell] = index;
      }
    }
  }

  of(entity: Entity): Marks {
    return this[entity];
  }

  clear(): void {
    this.page.clear();
    this.mapping.clear();
    this.vm.clear();
    this.vcpu.clear();
    this.cpu.clear();
    this.machine.clear();
  }

  /** Mark what the journal of a step names. */
  readJournal(state: State, now: View): void {
    const { journal, written } = state;
    if (written > 0) this.machine.add(0);
    for (let i = 0; i < written; i += 2) {
      const cell = journal[i] as number;
      const index = this.index[cell] as number;
      switch (this.kind[cell]) {
        case kinds.page:
          this.page.add(index);
          break;
        case kinds.mapping:
          this.mapping.add(index);
          break;
        case kinds.vm:
          this.vm.add(index);
          break;
        case kinds.nature:
          this.vm.add(index);
          this.addDependants(now, index);
          break;
        case kinds.vcpu:
          this.vcpu.add(index);
          this.vm.add(now.vmOfVcpu(index));
          break;
        case kinds.cpu:
          this.cpu.add(index);
          break;
        case kinds.nameOfPage:
          this.page.add(journal[i + 1] as number);
          this.page.add(state.at(cell));
          break;
        default:
      }
    }
  }

  /** What is true of a CPU, a vCPU or a mapping may depend on its VM; but when a VM begins to die, mappings stay. */
  private addDependants(now: View, vm: number): void {
    for (let cpu = 0; cpu < now.config.cpus; cpu++) this.cpu.add(cpu);
    for (let i = 0; i < now.vcpus; i++) this.vcpu.add(vm * now.vcpus + i);
    if (now.life(vm) === LIFE.DYING) return;
    for (let i = 0; i < now.frames; i++) this.mapping.add(vm * now.frames + i);
  }

  /** A mapping also touches the pages that it maps; and a block and its frames touch each other. */
  addPagesOf(view: View, mapping: number): void {
    const first = view.mapped(mapping);
    if (first < 0) return;
    const end = first + view.span(mapping);
    for (let page = first; page < end; page++) this.page.add(page);
  }

  /** A structure of the host that is left for another touches the pages of both. */
  addStructure(from: number, to: number, pages: number): void {
    if (from === to) return;
    for (let page = 0; page < pages; page++) {
      if (from !== none) this.page.add(from + page);
      if (to !== none) this.page.add(to + page);
    }
  }

  /** A page also touches the mapping at which the record says that it is owned. */
  addAnnotationOf(view: View, page: number): void {
    const annotation = view.annotation(page);
    if (annotation !== none) this.mapping.add(view.leaf(annotation));
  }
}

function entityOf(layout: Layout, over: (typeof fields)[keyof typeof fields]['over'], i: number): [number, number] {
  switch (over) {
    case 'page':
      return [kinds.page, i];
    case 'word':
      return [kinds.page, Math.floor(i / layout.config.words)];
    case 'mapping':
      return [kinds.mapping, i];
    case 'vm':
      return [kinds.vm, i];
    case 'table':
      return [kinds.vm, Math.floor(i / layout.config.tables)];
    case 'vcpu':
      return [kinds.vcpu, i];
    case 'cpu':
      return [kinds.cpu, i];
    default:
      return [kinds.other, 0];
  }
}
