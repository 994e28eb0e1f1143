/** What becomes of an image: it is accepted, or refused by the first check that does not hold, at the byte it is about. */
import type { ClauseId } from '../clauses.generated.ts';
import { firstBroken } from '../evidence/check.ts';
import type { Check, Unasked } from '../evidence/check.ts';

/** What whoever looks at images brings along. */
export interface ImageOptions {
  /** The public keys that are trusted, as hexadecimal digits of their encoding; without them any key is. */
  readonly keys?: readonly string[];
  /** The rollback indexes that the device has stored, in decimal digits by their location; where it has none, 0. */
  readonly stored?: Readonly<Record<string, string>>;
  /** The root digest of a tree of hashes, in hexadecimal digits; without it any is. */
  readonly root?: string;
  /** The release of Android that signatures of APKs are looked at for; without it, the latest. */
  readonly sdk?: number;
}

export type ImageVerdict =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly clause: ClauseId; readonly reason: string; readonly at: number | undefined };

export type ImageCheck<F> = Check<F, ImageOptions>;

export function verdictOn<F>(
  checks: readonly ImageCheck<F>[],
  facts: F,
  options: ImageOptions,
  unasked?: Unasked,
): ImageVerdict {
  const broken = firstBroken(checks, facts, options, unasked);
  if (broken === undefined) return { kind: 'accepted' };
  const { clause, reason, at } = broken;
  return { kind: 'refused', clause, reason, at: at?.(facts, options) };
}
