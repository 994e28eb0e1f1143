/** Sound images of every format, drawn. */
import fc from 'fast-check';
import { formatNamed } from '../../properties/images/formats.ts';
import type { Sound } from '../../properties/images/laws.ts';
import { samples } from './all.ts';
import type { Sample } from './forgery.ts';

export const largestScale = 3;

const drawnOf = (some: readonly Sample[]): fc.Arbitrary<Sound> =>
  fc
    .tuple(fc.constantFrom(...some), fc.nat({ max: largestScale }))
    .map(([{ format, options = {}, make }, scale]) => ({ format: formatNamed(format), piece: make(scale), options }));

export const sounds = drawnOf(samples);
export const soundsOf = (name: string): fc.Arbitrary<Sound> => drawnOf(samples.filter(({ format }) => format === name));
