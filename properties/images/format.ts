/** A format of images: how it is known, read, shown and judged. The model reads, the spec decides. */
import type { Unasked } from '../../spec/evidence/check.ts';
import type { ImageCheck, ImageOptions, ImageVerdict } from '../../spec/images/image.ts';
import { verdictOn } from '../../spec/images/image.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { Piece } from '../../model/images/reader.ts';
import type { Span } from '../../model/images/spans.ts';

/** A part of an image, as it is shown: where it is, what it is, what it says. */
export interface Row {
  readonly at: number;
  readonly size: number;
  readonly part: string;
  readonly value: string;
}

/** Bytes that may be others, from one offset up to another, and why. */
export interface Free extends Span {
  readonly why: string;
}

export interface Reader<F> {
  readonly name: string;
  /** Whether bytes are meant as an image of this format. */
  readonly isMeant: (bytes: Bytes) => boolean;
  readonly read: (piece: Piece) => F;
  readonly checks: readonly ImageCheck<F>[];
  readonly rows: (facts: F) => readonly Row[];
  readonly free: (facts: F, options: ImageOptions) => readonly Free[];
}

export interface Format extends Pick<Reader<unknown>, 'name' | 'isMeant'> {
  /** Never throws, whatever the bytes. */
  readonly judge: (piece: Piece, options?: ImageOptions, unasked?: Unasked) => ImageVerdict;
  readonly rows: (piece: Piece) => readonly Row[];
  readonly free: (piece: Piece, options?: ImageOptions) => readonly Free[];
}

export const formatOf = <F>({ name, isMeant, read, checks, rows, free }: Reader<F>): Format => ({
  name,
  isMeant,
  judge: (piece, options = {}, unasked) => verdictOn(checks, read(piece), options, unasked),
  rows: (piece) => rows(read(piece)),
  free: (piece, options = {}) => free(read(piece), options),
});
