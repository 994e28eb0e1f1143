/**
 * The board: what lies at which physical page number. Everything that has bytes is one range of frames: the
 * configuration's pages in their order, then the memory that the hypervisor keeps from boot. Devices and holes lie
 * beyond.
 */
import type { Config, PageShape } from '../spec/config.ts';

/** A frame number is shifted left by 12 in 64 bits: what lies above 2^52 is lost. */
export const frameWrap = 2 ** 52;
const farAway = 2 ** 40;
const smallestPage = 16;

export type Place = 'memory' | 'hypervisor' | 'device' | 'nothing';

/** How many frames the hypervisor keeps for itself: its own tables must always fit. */
function ownFrames(config: Config, frames: number): number {
  let tables = 0;
  for (let covered = frames; covered > 1; covered = Math.ceil(covered / config.block)) tables += covered;
  return Math.ceil(tables / config.block) + 8 + config.devices * (2 + Math.ceil(config.iovas / config.block) * 3);
}

/**
 * Structures for all VMs that there can be, with all their vCPUs, and for one more VM on every CPU: one that ends, and
 * whose handle is taken already, or one that is refused.
 */
const heapFrames = ({ slots, vcpus, cpus, sizes }: Config): number =>
  (slots + cpus) * (sizes.hypVmPages + vcpus * sizes.hypVcpuPages);

export class Board {
  readonly config: Config;
  /** Entries of a translation table, and pages of a block. */
  readonly block: number;
  readonly pageBytes: number;
  readonly pageWords: number;
  /** The first frame that has bytes, and the first beyond the last one. */
  readonly first: number;
  readonly end: number;
  /**
   * The hypervisor's own frames, up to `end`: what it never touches, its code, its allocator's if it has one, and its
   * pool.
   */
  readonly ownStart: number;
  readonly codeStart: number;
  readonly heapStart: number;
  readonly poolStart: number;
  /** Beyond all devices and holes: what the host's stage 2 has to be able to name. */
  readonly limit: number;
  /**
   * The pages of the configuration that the records know, and where they lie; aliases and pages far away are not there.
   */
  readonly recordedPages: readonly { readonly page: number; readonly frame: number }[];
  private readonly frames: Float64Array;
  private readonly pages: Int32Array;

  constructor(config: Config, hasHeap = false) {
    this.config = config;
    this.block = config.block;
    // why: a table fills a page on Arm, so the number of entries decides how large a page is; a small configuration has
    // small pages, which makes wiping, comparing and copying machines cheap, and a table walk no less real.
    this.pageWords = Math.max(config.block, config.words, smallestPage);
    this.pageBytes = 8 * this.pageWords;
    this.first = config.block;
    this.frames = new Float64Array(config.pages.length);
    let next = this.first;
    config.pages.forEach((page, number) => {
      if (page.kind !== 'memory' || page.of !== number) return;
      if (page.aligned >= config.block) next = Math.ceil(next / config.block) * config.block;
      this.frames[number] = next++;
    });
    // why: the hypervisor's memory starts at a block of its own, so that the host's last block can be whole.
    this.ownStart = Math.ceil(next / config.block) * config.block;
    next = this.ownStart;
    this.codeStart = this.place(['carveout'], next);
    next = this.place(['hypcode'], this.codeStart);
    this.heapStart = next;
    next += hasHeap ? heapFrames(config) : 0;
    this.poolStart = next;
    this.end = next + ownFrames(config, next + config.pages.length + 2 * config.block);
    this.limit = this.place(['mmio', 'hole'], this.end + 1);
    config.pages.forEach((page, number) => {
      if (page.kind === 'beyond') this.frames[number] = farAway + number;
      if (page.kind === 'wrapping') this.frames[number] = frameWrap - 1;
    });
    config.pages.forEach((page, number) => {
      if (page.of !== number) this.frames[number] = this.frames[page.of]! + frameWrap;
    });
    this.pages = new Int32Array(this.limit).fill(-1);
    this.frames.forEach((frame, number) => {
      if (frame < this.limit) this.pages[frame] = number;
    });
    this.recordedPages = Array.from(this.frames, (frame, page) => ({ page, frame })).filter(
      ({ frame }) => frame < this.limit,
    );
  }

  private place(kinds: readonly PageShape['kind'][], from: number): number {
    let next = from;
    this.config.pages.forEach((page, number) => {
      if (kinds.includes(page.kind) && page.of === number) this.frames[number] = next++;
    });
    return next;
  }

  /**
   * The page number that a caller passes for a page of the configuration; far away for one that the configuration does
   * not have.
   */
  pfnOf(page: number): number {
    return this.frames[page] ?? farAway;
  }

  /** The frame that a page of the configuration really is: that of the page that it is an alias of. */
  frameOf(page: number): number {
    return this.pfnOf(page) % frameWrap;
  }

  /** The page of the configuration that lies at this frame, or -1. */
  pageAt(frame: number): number {
    return frame < this.limit ? this.pages[frame]! : -1;
  }

  placeOf(frame: number): Place {
    if (frame < this.first || frame >= this.limit) return 'nothing';
    if (frame >= this.ownStart && frame < this.end) return 'hypervisor';
    const { kind } = this.config.pages[this.pages[frame] ?? -1] ?? {};
    if (kind === undefined) return 'nothing';
    return kind === 'memory' ? 'memory' : kind === 'mmio' ? 'device' : 'nothing';
  }

  /** Whether this frame starts an aligned run of so many. */
  isAligned(frame: number, pages: number): boolean {
    if (pages === 1) return true;
    // why: single pages of a configuration lie in a row for convenience; only `aligned` tells how they would lie.
    const page = this.pageAt(frame);
    return page >= 0 && this.config.pages[page]!.aligned % pages === 0;
  }

  /** Whether all of so many frames are of one kind, memory or not. */
  isOneRegion(frame: number, pages: number): boolean {
    if (frame + pages > frameWrap - 1) return false;
    const place = this.isRam(frame);
    for (let i = 1; i < pages; i++) if (this.isRam(frame + i) !== place) return false;
    return true;
  }

  isRam(frame: number): boolean {
    const place = this.placeOf(frame);
    return place === 'memory' || place === 'hypervisor';
  }
}
