/** Images made to order: sound ones, and such as are wrong in the one place that is named. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { ImageOptions } from '../../spec/images/image.ts';
import type { Piece } from '../../model/images/reader.ts';

export interface Sample {
  readonly format: string;
  readonly description: string;
  readonly options?: ImageOptions;
  /** The image, the smallest for 0, and growing with `scale`. */
  readonly make: (scale: number) => Piece;
}

export interface Forgery extends Sample {
  /** What it is refused by. */
  readonly clause: ClauseId;
}
