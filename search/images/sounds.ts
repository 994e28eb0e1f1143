/** Sound images of every format, drawn. */
import fc from 'fast-check';
import { formatNamed } from '../../properties/images/formats.ts';
import type { Sound } from '../../properties/images/laws.ts';
import { samples } from './all.ts';

export const largestScale = 3;

export const sounds: fc.Arbitrary<Sound> = fc
  .tuple(fc.constantFrom(...samples), fc.nat({ max: largestScale }))
  .map(([{ format, options = {}, make }, scale]) => ({ format: formatNamed(format), piece: make(scale), options }));
