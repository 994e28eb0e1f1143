import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imageVerifiers } from '../../spec/images/verifiers.ts';
import { formatNamed, formats } from '../../properties/images/formats.ts';
import { ofImages } from '../../properties/images/laws.ts';
import { imageForgeries, samples } from './all.ts';
import { imageRuns } from './runs.ts';
import { largestScale, soundsOf } from './sounds.ts';

const scales = Array.from({ length: largestScale + 1 }, (_, scale) => scale);

test.each(samples)('$format › $description is accepted', ({ format, make, options = {} }) => {
  for (const scale of scales) {
    expect(formatNamed(format).judge(make(scale), options)).toEqual({ kind: 'accepted' });
  }
});

test.each(imageForgeries)('$clause › $description', ({ format, clause, make, options = {} }) => {
  for (const scale of scales) {
    expect(formatNamed(format).judge(make(scale), options)).toMatchObject({ kind: 'refused', clause });
  }
});

describe('each check', () => {
  const asked = new Set(imageVerifiers.flatMap(({ checks }) => checks.map(({ clause }) => clause)));

  test('refuses some forgery', () => {
    const refused = new Set(imageForgeries.map(({ clause }) => clause));
    expect([...asked].filter((clause) => !refused.has(clause))).toEqual([]);
  });

  test('is needed: without it some forgery is accepted', () => {
    const accepted = new Set(
      imageForgeries
        .filter(
          ({ format, clause, make, options = {} }) =>
            formatNamed(format).judge(make(0), options, new Set([clause])).kind === 'accepted',
        )
        .map(({ clause }) => clause),
    );
    expect([...asked].filter((clause) => !accepted.has(clause))).toEqual([]);
  });
});

describe(`${imageRuns} changed images`, () => {
  test.each(formats)('of the format $name get a verdict', { timeout: 10_000_000 }, ({ name }) => {
    const [verdict] = ofImages(soundsOf(name)).filter(({ clause }) => clause === 'IMAGE-VERDICT');
    expect(verdict && fc.check(verdict.property, { numRuns: imageRuns })).toMatchObject({
      failed: false,
      numRuns: imageRuns,
    });
  });
});
