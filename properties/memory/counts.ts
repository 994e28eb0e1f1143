/** How often a page is mapped, as the ledger counts it. */
import type { View } from '../view.ts';

export const count = (counts: Int32Array, index: number): number => counts[index] as number;

/** Mappings that borrow a page, those that own it, and either kind with the stranded ones. */
export const lent = (view: View, page: number): number => count(view.ledger.lent, page);
export const held = (view: View, page: number): number => count(view.ledger.held, page);
export const everLent = (view: View, page: number): number => lent(view, page) + count(view.ledger.strandedLent, page);
export const everHeld = (view: View, page: number): number => held(view, page) + count(view.ledger.strandedHeld, page);
