/** Draws evidence: mostly sound but for one thing, under options that mostly are the default. */
import fc from 'fast-check';
import type { KeyKind } from '../../../spec/evidence/facts.ts';
import type { Plan } from '../../../model/forge/chain.ts';
import { optionSets } from '../option-sets.ts';
import { carrierEdits, chainEdits } from './chain-edits.ts';
import type { Edit } from './edit.ts';
import { claimEdits, descriptorEdits, headerEdits, keyEdits, rootKeyEdits } from './map-edits.ts';
import { payloadEdits, signatureEdits } from './message-edits.ts';
import type { Move, Recipe } from './recipe.ts';
import { formatRecipe } from './recipe.ts';
import { handoverEdits, requestEdits, vouched } from './request-edits.ts';

export interface Drawn {
  readonly recipe: Recipe;
  /** The name of the options under which it is judged. */
  readonly options: string;
}

/** What is drawn by a later choice is shrunk to the first one where that will do. */
const toFirst = { withCrossShrink: true } as const;

const oftenFirst = <T>(first: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof(toFirst, { weight: 4, arbitrary: fc.constant(first) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

// P-384 is several times slower than the others, so it is drawn less often.
const kinds: fc.Arbitrary<readonly KeyKind[]> = fc.array(
  fc.oneof(
    toFirst,
    { weight: 9, arbitrary: fc.constantFrom<KeyKind>('Ed25519', 'P-256') },
    { weight: 1, arbitrary: fc.constant<KeyKind>('P-384') },
  ),
  { minLength: 2, maxLength: 4, size: 'max' },
);

/** Plans that are sound under the default options. */
export const soundPlans: fc.Arbitrary<Plan> = fc.record({
  kinds,
  profile: fc.constantFrom('android.16', 'android.15'),
});

/** Which entries have the marker of an RKP VM. */
const markerPatterns: readonly (readonly boolean[])[] = [
  [true, true, true],
  [true, true, false],
  [true, false, true],
  [false, true, true],
  [false, false, true],
];

const plans: fc.Arbitrary<Plan> = fc.record({
  kinds,
  profile: oftenFirst<string | undefined>(
    'android.16',
    'android.15',
    'android.14',
    undefined,
    'widevine.20',
    'android.17',
  ),
  markers: fc.oneof(
    toFirst,
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.constantFrom(...markerPatterns) },
  ),
});

/** The edits, by what they are made in. */
export const allEdits: readonly (readonly Edit[])[] = [
  ...[claimEdits, descriptorEdits, keyEdits, headerEdits, payloadEdits, signatureEdits],
  ...[chainEdits, carrierEdits, rootKeyEdits, requestEdits, handoverEdits],
];

const movesOf = (
  ...groups: readonly { readonly weight: number; readonly edits: readonly Edit[] }[]
): fc.Arbitrary<readonly Move[]> => {
  const edit = fc.oneof(
    toFirst,
    ...groups.map(({ weight, edits }) => ({ weight, arbitrary: fc.constantFrom(...edits) })),
  );
  return fc.array(fc.record({ edit, at: fc.nat({ max: 3 }) }), { maxLength: 2, size: 'max' });
};

const ofMessages = [
  { weight: 6, edits: claimEdits },
  { weight: 2, edits: descriptorEdits },
  { weight: 2, edits: keyEdits },
  { weight: 2, edits: headerEdits },
  { weight: 3, edits: payloadEdits },
  { weight: 3, edits: signatureEdits },
  { weight: 2, edits: chainEdits },
  { weight: 2, edits: carrierEdits },
  { weight: 1, edits: rootKeyEdits },
];

const ofRequests = movesOf(...ofMessages, { weight: 24, edits: requestEdits });
/** A third of the requests come with certificates for the root key, whatever else is done to them. */
const perhapsVouched = fc.oneof(
  toFirst,
  { weight: 2, arbitrary: ofRequests },
  { weight: 1, arbitrary: ofRequests.map((moves) => [{ edit: vouched, at: 0 }, ...moves]) },
);

const recipesOf = (kind: Recipe['kind'], moves: fc.Arbitrary<readonly Move[]>): fc.Arbitrary<Recipe> =>
  fc.record({ kind: fc.constant(kind), plan: plans, moves });

const recipes: fc.Arbitrary<Recipe> = fc.oneof(
  toFirst,
  { weight: 6, arbitrary: recipesOf('chain', movesOf(...ofMessages)) },
  { weight: 3, arbitrary: recipesOf('request', perhapsVouched) },
  { weight: 1, arbitrary: recipesOf('handover', movesOf(...ofMessages, { weight: 10, edits: handoverEdits })) },
);

// why: the rules of some options are seen only where the evidence is special too.
const [first = '', ...others] = [
  ...Object.keys(optionSets),
  ...['RKP VM', 'RKP VM', 'RKP VM', 'markers anywhere', 'markers anywhere', 'in 2052', 'in 2052'],
];

/** With words of its own for whoever prints it. */
const withWords = (one: Drawn): Drawn =>
  Object.assign(one, {
    [fc.toStringMethod]: () => [...formatRecipe(one.recipe), `options: ${one.options}`].join('; '),
  });

export const drawn: fc.Arbitrary<Drawn> = fc
  .record({ recipe: recipes, options: oftenFirst(first, ...others) })
  .map(withWords);
