/** The hypervisor's own table of pages, held against the state of the spec. */
import { none } from '../../spec/config.ts';
import type { Config } from '../../spec/config.ts';
import { pageStates, uses } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import type { State } from '../../spec/state.ts';
import type { PageRecord, TranscriptState } from '../../spec/transcript.ts';
import { UnreadableEvent } from './calls.ts';
import type { Difference } from './difference.ts';
import type { Names } from './survey.ts';

export class PageTable {
  private readonly state: State;
  private readonly names: Names;
  private readonly config: Config;
  /** Only ownership counts. */
  private readonly isOfOwnership: boolean;
  /** First page of the hypervisor's VM structure, by entry of the VM table: it counts the references to the VM. */
  readonly vmStructure = new Map<number, number>();

  constructor(state: State, names: Names, isOfOwnership: boolean) {
    this.state = state;
    this.names = names;
    this.config = state.layout.config;
    this.isOfOwnership = isOfOwnership;
  }

  private cell(field: FieldName, index: number): number {
    return this.state.at(this.state.layout.base[field] + index);
  }

  /** The differences between the hypervisor's own table and the spec's state. */
  compare(line: TranscriptState): Difference | undefined {
    if (line.otherPagesChanged !== 0) {
      return { what: 'pages outside the trace that changed', expected: '0', got: String(line.otherPagesChanged) };
    }
    const recorded = new Map<number, PageRecord>();
    for (const [name, record] of Object.entries(line.state)) {
      for (const page of this.pagesNamed(name)) recorded.set(page, record);
    }
    for (const [page, shape] of this.config.pages.entries()) {
      if (shape.kind !== 'memory' || shape.of !== page) continue;
      const expected = this.pageWords(page);
      const got = this.recordWords(recorded.get(page), page);
      if (expected !== got) return { what: `state of ${shape.name}`, expected, got };
    }
    return undefined;
  }

  /** `P0`, `X+3`, or a run of a block: `X+3..7`. */
  private pagesNamed(name: string): number[] {
    const [from, to] = name.split('..');
    const first = this.names.pages.get(from ?? '');
    if (first === undefined || from === undefined) throw new UnreadableEvent(`the header declares no page ${name}`);
    if (to === undefined) return [first];
    const [block, start] = from.split('+');
    const last = this.names.pages.get(`${block ?? ''}+${to}`);
    if (start === undefined || last === undefined || last < first) {
      throw new UnreadableEvent(`the header declares no pages ${name}`);
    }
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  }

  private pageWords(page: number): string {
    const host = pageStates[this.cell('host', page)] ?? '?';
    const hyp = pageStates[this.cell('hyp', page)] ?? '?';
    const references = this.isTable(page) ? 0 : this.cell('pins', page) + this.references(page);
    return this.shownAs(host, hyp, references, this.cell('shares', page));
  }

  private recordWords(record: PageRecord | undefined, page: number): string {
    const { host = 'OWNED', hyp = 'NOPAGE', refcount = 0, guestShares = 0 } = record ?? {};
    return this.shownAs(host, hyp, this.isTable(page) ? 0 : refcount, guestShares);
  }

  /** What is counted besides is Linux's. */
  private shownAs(host: string, hyp: string, references: number, shares: number): string {
    const views = `host ${host}, hyp ${hyp}`;
    return !this.isOfOwnership ? `${views}, refcount ${references}, guestShares ${shares}` : views;
  }

  /** The hypervisor counts the entries of its page tables in the same place; the spec does not follow these. */
  isTable(page: number): boolean {
    return this.cell('use', page) === uses.indexOf('STAGE2');
  }

  private references(page: number): number {
    const { vcpus } = this.config;
    let count = 0;
    for (const [slot, first] of this.vmStructure) {
      if (first !== page || this.cell('use', page) === 0) continue;
      for (let i = 0; i < vcpus; i++) if (this.cell('loadedOn', slot * vcpus + i) !== none) count++;
    }
    return count;
  }
}
