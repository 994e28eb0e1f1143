/** How often a page is mapped, as the ghost state counts it. */
import type { View } from '../view.ts';

export const count = (counts: Int32Array, index: number): number => counts[index] as number;

/** Mappings that borrow a page, those that own it, and either kind with the stranded ones. */
export const lent = (view: View, page: number): number => count(view.ghost.lent, page);
export const held = (view: View, page: number): number => count(view.ghost.held, page);
export const everLent = (view: View, page: number): number => lent(view, page) + count(view.ghost.strandedLent, page);
export const everHeld = (view: View, page: number): number => held(view, page) + count(view.ghost.strandedHeld, page);
