/** All laws of evidence, with the draws on which those of any evidence are tried. */
import { ofDetection } from '../../properties/detection/laws.ts';
import { ofDerivations } from '../../properties/dice/derivations.ts';
import { ofKeys } from '../../properties/evidence/keys-attested.ts';
import { ofImages } from '../../properties/images/laws.ts';
import { ofEntries } from '../../properties/images/config-laws.ts';
import { ofTrees } from '../../properties/images/trees.ts';
import { ofAnyEvidence } from '../../properties/evidence/any-evidence.ts';
import { ofChains } from '../../properties/evidence/chains.ts';
import type { Believes } from '../../properties/evidence/any-evidence.ts';
import type { EvidenceLaw } from '../../properties/evidence/law.ts';
import { sounds } from '../images/sounds.ts';
import { optionsNamed } from './option-sets.ts';
import { drawn, soundPlans } from './recipes/generator.ts';
import type { Edit } from './recipes/edit.ts';
import { makeEvidence } from './recipes/recipe.ts';

/** The claims of every certificate in the reverse order, whatever else is done to them. */
const reversedClaims: Edit = {
  description: 'the claims stand in the other order',
  everywhere: { claims: (fields) => new Map([...fields].reverse()) },
};

const reordered = drawn.map(({ recipe, options }) => ({
  bytes: makeEvidence(recipe),
  reversed: makeEvidence({ ...recipe, moves: [...recipe.moves, { edit: reversedClaims, at: 0 }] }),
  options: optionsNamed(options),
}));

/** Laws of any evidence, of this verifier or that. */
export const lawsOfEvidence = (believes?: Believes): readonly EvidenceLaw[] =>
  ofAnyEvidence({ reordered, soundPlans }, believes);

/** In the order of the chapters. */
export const evidenceLaws: readonly EvidenceLaw[] = [
  ...ofDerivations,
  ...ofChains,
  ...lawsOfEvidence(),
  ...ofKeys,
  ...ofDetection,
  ...ofImages(sounds),
  ...ofTrees,
  ...ofEntries,
];
