import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { appraise } from '../../properties/evidence/appraise.ts';
import { decisionOf, formatDecision } from '../../properties/evidence/decision.ts';
import { exhibits } from '../../search/evidence/exhibits.ts';
import { optionsNamed } from '../../search/evidence/option-sets.ts';
import type { Appraiser, Departure } from '../../spec/evidence/appraiser.ts';
import { asSpecified } from '../../spec/evidence/appraiser.ts';
import { appraisers } from '../../spec/evidence/appraisers/all.ts';
import type { Options } from '../../spec/evidence/options.ts';
import { defaultOptions } from '../../spec/evidence/options.ts';
import { bytesOf } from './fault.ts';
import { parseEvidence } from './file.ts';

interface Piece {
  readonly bytes: Uint8Array;
  readonly options: Options;
  /** What is specified, in words that name the clause. */
  readonly specified: string;
}

const folder = new URL('../../counterexamples/evidence/', import.meta.url);
const drawn = (): readonly Piece[] =>
  readdirSync(folder).flatMap((file) => {
    const one = parseEvidence(readFileSync(new URL(file, folder), 'utf8'));
    if (typeof one === 'string') throw new Error(`unreachable: ${one}`);
    return { bytes: bytesOf(one), options: optionsNamed(one.options), specified: one.specified };
  });
const made = exhibits.map(({ make, options: chosen }): Piece => {
  const [bytes, options] = [make('a device'), { ...defaultOptions, ...chosen }];
  return { bytes, options, specified: formatDecision(decisionOf(appraise(bytes, options))) };
});

const known = new Map<Appraiser, Map<Piece, string>>();

/** Decided once: each verifier is asked of one piece several times. */
function verdictOf(piece: Piece, appraiser: Appraiser): string {
  const own = known.get(appraiser) ?? new Map<Piece, string>();
  const verdict = own.get(piece) ?? decisionOf(appraise(piece.bytes, piece.options, appraiser)).verdict;
  known.set(appraiser, own.set(piece, verdict));
  return verdict;
}

/** Those first that are about its clauses. */
const promising = ({ unasked = [] }: Departure, pieces: readonly Piece[]): readonly Piece[] => {
  const isAbout = ({ specified }: Piece): boolean => unasked.some((clause) => specified.startsWith(clause));
  return [...pieces.filter(isAbout), ...pieces.filter((one) => !isAbout(one))];
};

/** Whether a verifier does anything otherwise for it. */
const isFollowed = ({ unasked, reading, sees, seesRequest }: Departure): boolean =>
  [unasked, reading, sees, seesRequest].some((way) => way !== undefined);

describe('the ways of verifiers', () => {
  // Short ones first, which are cheap.
  const pieces = [...made, ...drawn()].sort((one, other) => one.bytes.length - other.bytes.length);
  const all = appraisers.flatMap((appraiser) =>
    appraiser.departures.filter(isFollowed).map((departure) => ({ appraiser, departure })),
  );

  test('are each shown by evidence that is decided otherwise without it', () => {
    const unseen = all.filter(({ appraiser, departure }) => {
      const without = { ...appraiser, departures: appraiser.departures.filter((one) => one !== departure) };
      return promising(departure, pieces).every((one) => verdictOf(one, appraiser) === verdictOf(one, without));
    });
    expect(unseen.map(({ appraiser, departure }) => `${appraiser.name} ${departure.description}`)).toEqual([]);
  });

  test('are shown by evidence that divides verifiers', () => {
    const undivided = exhibits.filter((_, at) => {
      const [piece] = made.slice(at);
      return piece && new Set([asSpecified, ...appraisers].map((one) => verdictOf(piece, one))).size === 1;
    });
    expect(undivided.map(({ description }) => description)).toEqual([]);
  });
});
