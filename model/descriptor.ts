/**
 * Stage-2 descriptors of Arm (VMSAv8-64, 4 KiB granule), each held as two halves of 32 bits. The output address is in
 * bits 47 to 12; in a configuration with smaller pages it is still the frame number that stands there.
 */

/** Valid, and table (above the last level) or page (at the last level); a block has the first bit only. */
export const valid = 1;
export const tableOrPage = 2;
const memAttrNormal = 0xf << 2;
const innerShareable = 3 << 8;
/** S2AP, bits 7 and 6. */
const readable = 1 << 6;
const writable = 1 << 7;
/** AF, bit 10. */
export const accessFlag = 1 << 10;
/** XN, bits 54 and 53: 00 all may execute, 01 EL0 only, 10 nobody, 11 EL1 only. */
const xnShift = 53 - 32;
/** Bits 58 to 55 are software's: the page state of a valid entry is kept in the first two. */
const stateShift = 55 - 32;
export const stateMask = 3 << stateShift;

/** Permission bits of a mapping, as the host passes them. */
export const prots = { PX: 1, UX: 2, W: 4, R: 8, all: 15 } as const;
const execs = prots.PX | prots.UX;
const xnOfExec = [2, 3, 1, 0] as const;
const execOfXn = [prots.PX | prots.UX, prots.UX, 0, prots.PX] as const;

/** States of a page, by the numbers that software bits and page records hold. */
export const state = { OWNED: 0, SHARED_OWNED: 1, SHARED_BORROWED: 2, NOPAGE: 3 } as const;
export type PageState = (typeof state)[keyof typeof state];

/** Bits 63 to 60 of an invalid entry that is not zero say what kind of annotation it is. */
export const annotation = { donated: 1, poisoned: 2, guarded: 3 } as const;
const annotationShift = 60 - 32;
/** Whom the host's annotation names, in bits 3 to 1. */
export const owner = { HOST: 0, HYP: 1, GUEST: 2, SECURE: 3 } as const;

export const frameLow = (frame: number): number => (frame % 0x100000) << 12;
export const frameHigh = (frame: number): number => Math.floor(frame / 0x100000) & 0xffff;
export const outputFrame = (low: number, high: number): number => (high & 0xffff) * 0x100000 + (low >>> 12);

export const leafLow = (frame: number, prot: number, isPage: boolean): number =>
  frameLow(frame) |
  valid |
  (isPage ? tableOrPage : 0) |
  memAttrNormal |
  innerShareable |
  accessFlag |
  (prot & prots.R ? readable : 0) |
  (prot & prots.W ? writable : 0);
export const leafHigh = (frame: number, prot: number, pageState: number): number =>
  frameHigh(frame) | (xnOfExec[prot & execs]! << xnShift) | (pageState << stateShift);

export const protOf = (low: number, high: number): number =>
  (low & readable ? prots.R : 0) | (low & writable ? prots.W : 0) | execOfXn[(high >>> xnShift) & 3]!;
export const stateOf = (high: number): PageState => ((high & stateMask) >>> stateShift) as PageState;

/** The two halves with permissions added. Execution that is asked for takes the place of what there was of it. */
export const relaxedLow = (low: number, prot: number): number =>
  low | (prot & prots.R ? readable : 0) | (prot & prots.W ? writable : 0);
export const relaxedHigh = (high: number, prot: number): number => {
  const granted = prot & execs || execOfXn[(high >>> xnShift) & 3]!;
  return (high & ~(3 << xnShift)) | (xnOfExec[granted]! << xnShift);
};
export const withoutWrite = (low: number): number => low & ~writable;

/** An annotation of the host's table: the owner, and for a VM its handle (bits 19 to 4) and gfn (bits 59 to 20). */
export const ownerLow = (who: number, handle: number, gfn: number): number =>
  (who << 1) | (handle << 4) | ((gfn & 0xfff) << 20);
export const ownerHigh = (gfn: number): number =>
  (annotation.donated << annotationShift) | (Math.floor(gfn / 0x1000) & 0xfffffff);
export const ownerOf = (low: number): number => (low >>> 1) & 7;
export const handleOf = (low: number): number => (low >>> 4) & 0xffff;
export const gfnOf = (low: number, high: number): number => (high & 0xfffffff) * 0x1000 + (low >>> 20);

export const annotationOf = (low: number, high: number): number => (low & valid ? 0 : (high >>> annotationShift) & 15);
export const annotationHigh = (kind: number): number => kind << annotationShift;
