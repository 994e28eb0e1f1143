/**
 * A multi-level translation table that lies in physical memory and is walked there. Heights count from the last level:
 * entries of height 0 map pages, of height 1 blocks. A table page is counted as often as it has entries that are not
 * zero, so that it can be freed when the last one goes; annotations of owners and poison count as well.
 */
import {
  accessFlag,
  frameHigh,
  frameLow,
  leafHigh,
  leafLow,
  outputFrame,
  stateMask,
  tableOrPage,
  valid,
} from './descriptor.ts';
import type { Memory } from './memory.ts';

/** Where table pages come from and go to. `take` gives -1 when there is none. */
export interface TableSource {
  take(): number;
  give(frame: number): void;
}

export interface TableShape {
  /** Entries of a table. */
  readonly entries: number;
  /** Levels, the root included. */
  readonly levels: number;
  /** Pages of the root; on Arm up to 16 tables can stand in a row there. */
  readonly rootPages: number;
}

/** What a table needs from the outside to stay in step with TLBs. */
export type Invalidate = (ipa: number, pages: number) => void;

export class TranslationTable {
  readonly root: number;
  readonly shape: TableShape;
  /** Frames from here on are beyond the table's range. */
  readonly limit: number;
  /** How many pages an entry of each height maps. */
  readonly spans: readonly number[];
  /** Where the last walk ended. */
  height = 0;
  low = 0;
  high = 0;
  /** Counts changes, for those who watch the table and want to look only when there is something to see. */
  edits = 0;
  private readonly memory: Memory;
  private readonly counts: Uint16Array;
  private readonly source: TableSource;
  private readonly invalidate: Invalidate;
  private readonly path: Int32Array;
  private readonly places: Int32Array;

  constructor(
    memory: Memory,
    counts: Uint16Array,
    shape: TableShape,
    root: number,
    source: TableSource,
    invalidate: Invalidate,
  ) {
    this.memory = memory;
    this.counts = counts;
    this.shape = shape;
    this.root = root;
    this.source = source;
    this.invalidate = invalidate;
    this.spans = Array.from({ length: shape.levels }, (_, height) => shape.entries ** height);
    this.limit = shape.rootPages * shape.entries ** shape.levels;
    this.path = new Int32Array(shape.levels);
    this.places = new Int32Array(shape.levels);
  }

  /** Walk to the entry that decides about this frame; false beyond the range. */
  find(ipa: number): boolean {
    return this.walk(ipa, 0);
  }

  /** Walk no further than this height. */
  private walk(ipa: number, until: number): boolean {
    if (ipa >= this.limit) return false;
    const { entries, levels } = this.shape;
    const index = Math.floor(ipa / this.spans[levels - 1]!);
    let table = this.root + Math.floor(index / entries);
    let place = index & (entries - 1);
    for (let height = levels - 1; ; height--) {
      this.path[height] = table;
      this.places[height] = place;
      const low = this.memory.low(table, place);
      if (height === until || (low & (valid | tableOrPage)) !== (valid | tableOrPage)) {
        this.height = height;
        this.low = low;
        this.high = this.memory.high(table, place);
        return true;
      }
      table = outputFrame(low, this.memory.high(table, place));
      place = Math.floor(ipa / this.spans[height - 1]!) & (entries - 1);
    }
  }

  get isValid(): boolean {
    return (this.low & valid) !== 0;
  }

  get isEmpty(): boolean {
    return (this.low | this.high) === 0;
  }

  /** The physical frame that the walk's entry gives for the frame that was walked to. */
  frameFor(ipa: number): number {
    return outputFrame(this.low, this.high) + (ipa % this.spans[this.height]!);
  }

  /** Map a page (height 0) or a block (height 1). False if a table page was wanted and there was none. */
  map(ipa: number, height: number, frame: number, prot: number, pageState: number): boolean {
    return this.put(ipa, height, leafLow(frame, prot, height === 0), leafHigh(frame, prot, pageState));
  }

  /** Leave an annotation in an invalid entry of the last level. */
  annotate(ipa: number, low: number, high: number): boolean {
    return this.put(ipa, 0, low, high);
  }

  /** Change the entry where the last walk ended, without changing what it maps. */
  update(low: number, high: number): void {
    this.edits++;
    this.memory.store(this.path[this.height]!, this.places[this.height]!, low, high);
    this.low = low;
    this.high = high;
  }

  markYoung(): void {
    this.update(this.low | accessFlag, this.high);
  }

  private put(ipa: number, height: number, low: number, high: number): boolean {
    if (!this.walk(ipa, height)) return false;
    while (this.height > height) {
      if (!this.descend(ipa)) return false;
      this.walk(ipa, height);
    }
    const changed = (this.low ^ low) | ((this.high ^ high) & ~stateMask);
    if (this.isEmpty) this.count(height, 1);
    else if (this.isValid && changed !== 0) this.breakEntry(ipa);
    if ((low | high) === 0) throw new Error('unreachable: an empty entry is not put but removed');
    this.update(low, high);
    return true;
  }

  /** Break before make: the entry is gone for walks and for TLBs before anything else stands there. */
  private breakEntry(ipa: number): void {
    const { height } = this;
    if (height > 0 && (this.low & tableOrPage) !== 0) this.dropTable(this.low, this.high, height - 1);
    this.update(0, 0);
    const span = this.spans[height]!;
    this.invalidate(ipa - (ipa % span), span);
  }

  /** Put a table where an entry stands that is too high; what a block maps, the table maps page by page. */
  private descend(ipa: number): boolean {
    const table = this.source.take();
    if (table < 0) return false;
    const { height, low, high } = this;
    const span = this.spans[height - 1]!;
    this.counts[table] = 1;
    if (!this.isEmpty) {
      for (let i = 0; i < this.shape.entries; i++) {
        if (this.isValid) this.fillSplit(table, i, outputFrame(low, high) + i * span, height - 1);
        else this.memory.store(table, i, low, high);
      }
      this.counts[table] = 1 + this.shape.entries;
      if (this.isValid) this.breakEntry(ipa);
    } else {
      this.count(height, 1);
    }
    this.update(frameLow(table) | valid | tableOrPage, frameHigh(table));
    return true;
  }

  private fillSplit(table: number, place: number, frame: number, height: number): void {
    const attributes = this.low & 0xffc;
    const low = attributes | frameLow(frame) | valid | (height === 0 ? tableOrPage : 0);
    this.memory.store(table, place, low, (this.high & ~0xffff) | frameHigh(frame));
  }

  /** Empty the entry that the last walk ended at, and free the tables that this leaves empty. */
  remove(ipa: number): void {
    if (this.isEmpty) return;
    let { height } = this;
    if (this.isValid) this.breakEntry(ipa);
    else this.update(0, 0);
    this.count(height, -1);
    while (height < this.shape.levels - 1 && this.counts[this.path[height]!] === 1) {
      const table = this.path[height]!;
      height++;
      this.memory.store(this.path[height]!, this.places[height]!, 0, 0);
      this.count(height, -1);
      this.counts[table] = 0;
      this.source.give(table);
    }
  }

  private count(height: number, by: number): void {
    const table = this.path[height]!;
    // why: the pages of a root in a row live and die together, and are not counted.
    if (height < this.shape.levels - 1) this.counts[table] = this.counts[table]! + by;
  }

  private dropTable(low: number, high: number, height: number): void {
    const table = outputFrame(low, high);
    for (let i = 0; height > 0 && i < this.shape.entries; i++) {
      const entry = this.memory.low(table, i);
      if ((entry & (valid | tableOrPage)) === (valid | tableOrPage)) {
        this.dropTable(entry, this.memory.high(table, i), height - 1);
      }
    }
    this.counts[table] = 0;
    this.source.give(table);
  }

  /** All table pages below the root, from the top down. */
  tables(): number[] {
    const found: number[] = [];
    const { rootPages, levels } = this.shape;
    for (let page = 0; page < rootPages; page++) this.collect(this.root + page, levels - 1, found);
    return found;
  }

  private collect(table: number, height: number, found: number[]): void {
    for (let i = 0; height > 0 && i < this.shape.entries; i++) {
      const low = this.memory.low(table, i);
      if ((low & (valid | tableOrPage)) !== (valid | tableOrPage)) continue;
      const next = outputFrame(low, this.memory.high(table, i));
      found.push(next);
      this.collect(next, height - 1, found);
    }
  }

  /** The table that the last walk passed at this height, or -1 if it ended above. */
  passed(height: number): number {
    return height < this.height ? -1 : this.path[height]!;
  }
}
