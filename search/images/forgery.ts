/** Images made to order: sound ones, and such as are wrong in the one place that is named. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { ImageOptions } from '../../spec/images/image.ts';
import type { Bytes } from '../../model/bytes.ts';
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

/** What is made once for each step of the scale, for signing takes time. */
export function remembered<T extends object>(make: (scale: number) => T): (scale: number) => T {
  const known = new Map<number, T>();
  return (scale) => {
    const made = known.get(scale) ?? make(scale);
    known.set(scale, made);
    return made;
  };
}

/** Forgeries of a format that are bytes alone. */
export const forgedIn =
  (format: string) =>
  (clause: ClauseId, description: string, make: (scale: number) => Bytes, options?: ImageOptions): Forgery => {
    const once = remembered(make);
    return {
      format,
      clause,
      description,
      ...(options === undefined ? {} : { options }),
      make: (scale) => ({ bytes: once(scale) }),
    };
  };

/** Forgeries of a format, judged with the same options unless one has its own. */
export const forgedWith =
  (format: string, usual: ImageOptions) =>
  (clause: ClauseId, description: string, make: Sample['make'], options: ImageOptions = usual): Forgery => ({
    format,
    clause,
    description,
    make: remembered(make),
    options,
  });
