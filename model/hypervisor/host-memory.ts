/** The host's stage 2 and the host's and hypervisor's views of each page: the checks and changes that calls share. */
import type { Errno } from '../../spec/answers.ts';
import type { Board } from '../board.ts';
import { frameWrap } from '../board.ts';
import { owner, ownerHigh, ownerLow, protOf, prots, state, type PageState } from '../descriptor.ts';
import type { TranslationTable } from '../table.ts';
import { expect, Lock, type Run } from './locks.ts';
import type { PageRecords } from './page-records.ts';

export type Check = Errno | undefined;

export class HostMemory {
  readonly lock = new Lock('host');
  readonly table: TranslationTable;
  /** Counts changes of the host's view, as a table counts its own. */
  edits = 0;
  private readonly board: Board;
  private readonly pages: PageRecords;

  constructor(board: Board, pages: PageRecords, table: TranslationTable) {
    this.board = board;
    this.pages = pages;
    this.table = table;
  }

  /** What lies at the frame decides, never what the table happens to map: unused pages are not mapped. */
  isMemory(frame: number): boolean {
    return this.board.isRam(frame);
  }

  /** Whether a range of page numbers fits the physical address space without an overflow. */
  isRangeValid(pfn: number, pages: number): boolean {
    return pfn + pages <= 2 ** 36 && pfn + pages >= pfn;
  }

  isAllowed(pfn: number, pages: number): Check {
    if (!this.board.isOneRegion(pfn, pages)) return 'EINVAL';
    return this.isMemory(pfn) ? undefined : 'EPERM';
  }

  /** The host's view must be this one, on every page of the range. */
  checkHost(pfn: number, pages: number, wanted: PageState): Check {
    const bad = this.isAllowed(pfn, pages);
    if (bad !== undefined) return bad;
    for (let frame = pfn; frame < pfn + pages; frame++) if (this.pages.host[frame] !== wanted) return 'EPERM';
    return undefined;
  }

  checkHyp(pfn: number, pages: number, wanted: PageState): Check {
    for (let frame = pfn; frame < pfn + pages; frame++) if (this.pages.hyp[frame] !== wanted) return 'EPERM';
    return undefined;
  }

  /** Nobody relies on the page: no pin, no mapping for DMA. */
  checkUnreferenced(pfn: number, pages: number, error: Errno): Check {
    for (let frame = pfn; frame < pfn + pages; frame++) if (this.pages.refs[frame] !== 0) return error;
    return undefined;
  }

  setHost(frame: number, to: PageState): void {
    this.edits++;
    this.pages.host[frame] = to;
  }

  setHyp(frame: number, to: PageState): void {
    this.pages.hyp[frame] = to;
  }

  /** Take the page out of the host's stage 2, and annotate there whose it is from now on. */
  giveTo(frame: number, who: number, handle = 0, gfn = 0): void {
    expect(this.table.annotate(frame, ownerLow(who, handle, gfn), ownerHigh(gfn)), 'host table memory ran out');
    this.setHost(frame, state.NOPAGE);
  }

  /** The host is the owner again; its next access maps the page. */
  takeBack(frame: number): void {
    this.table.find(frame);
    this.table.remove(frame);
    this.setHost(frame, state.OWNED);
  }

  /** The host reaches the page again without owning it. */
  lend(frame: number): void {
    expect(this.table.map(frame, 0, frame, prots.all, 0), 'host table memory ran out');
    this.setHost(frame, state.SHARED_BORROWED);
  }

  /** The host may look at a page of the hypervisor's, to report where it stopped; to take it or to change it, no. */
  show(frame: number): void {
    this.table.find(frame);
    this.table.remove(frame);
    expect(this.table.map(frame, 0, frame, prots.R, 0), 'host table memory ran out');
  }

  /** The host gives pages to the hypervisor. */
  donateToHyp(pfn: number, pages: number): Check {
    const start = pfn % frameWrap;
    const bad =
      this.checkHost(start, pages, state.OWNED) ??
      this.checkUnreferenced(start, pages, 'EINVAL') ??
      this.checkHyp(start, pages, state.NOPAGE);
    if (bad !== undefined) return bad;
    for (let frame = start; frame < start + pages; frame++) {
      this.setHyp(frame, state.OWNED);
      this.giveTo(frame, owner.HYP);
    }
    return undefined;
  }

  /** The hypervisor gives a page back, scrubbed by whoever calls this. */
  donateToHost(frame: number): void {
    expect(this.checkHyp(frame, 1, state.OWNED) === undefined, 'a page to give back is not the hypervisor’s');
    expect(this.pages.host[frame] === state.NOPAGE, 'a page to give back is the host’s already');
    expect(this.checkUnreferenced(frame, 1, 'EBUSY') === undefined, 'a page to give back is in use');
    this.setHyp(frame, state.NOPAGE);
    this.takeBack(frame);
  }

  /** Pin pages that the host shares with the hypervisor: it cannot take them back while they are in use. */
  pin(pfn: number, pages: number): Check {
    const bad = this.checkHost(pfn, pages, state.SHARED_OWNED) ?? this.checkHyp(pfn, pages, state.SHARED_BORROWED);
    if (bad !== undefined) return 'EPERM';
    for (let frame = pfn; frame < pfn + pages; frame++) {
      expect(this.pages.refs[frame]! < 0xffff, 'too many pins');
      this.pages.refs[frame] = this.pages.refs[frame]! + 1;
    }
    return undefined;
  }

  unpin(pfn: number, pages: number): void {
    for (let frame = pfn; frame < pfn + pages; frame++) this.pages.refs[frame] = this.pages.refs[frame]! - 1;
  }

  /**
   * A fault in the host's stage 2. Its own pages are mapped when they are first used, a whole block where nothing in
   * the block has an annotation; a page of somebody else's gives the fault back to the host.
   */
  *fault(cpu: number, frame: number): Run<Check> {
    yield* this.lock.take(cpu);
    const answer = this.resolve(frame);
    this.lock.release();
    return answer;
  }

  resolve(frame: number): Check {
    if (!this.isMemory(frame) || !this.table.find(frame)) return 'EFAULT';
    // why: another CPU may have mapped it since; the access is simply tried again. What is shown only stays so.
    if (this.table.isValid) return protOf(this.table.low, this.table.high) === prots.R ? 'EFAULT' : undefined;
    if (!this.table.isEmpty) return 'EFAULT';
    const height = this.canMapBlock(frame) ? 1 : 0;
    const start = frame - (frame % this.table.spans[height]!);
    expect(this.table.map(start, height, start, prots.all, 0), 'host table memory ran out');
    return undefined;
  }

  /**
   * A block may only be put where no entry below it holds an annotation: an annotation that is mapped over is an owner
   * forgotten.
   */
  canMapBlock(frame: number): boolean {
    if (this.table.height < 1) return false;
    const start = frame - (frame % this.board.block);
    for (let i = start; i < start + this.board.block; i++) if (this.board.placeOf(i) !== 'memory') return false;
    return true;
  }
}
