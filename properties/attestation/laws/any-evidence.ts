/** What holds of evidence of every kind, forged ones as well. */
import fc from 'fast-check';
import { appraise } from '../appraise.ts';
import { decisionOf } from '../difference.ts';
import { forgeChain, forgeRequestBytes } from '../forge.ts';
import type { Plan } from '../forge.ts';
import type { EvidenceLaw } from './law.ts';
import { optionsNamed } from '../option-sets.ts';
import { drawn, soundPlans } from '../recipes/draw.ts';
import type { Drawn } from '../recipes/draw.ts';
import type { Edit } from '../recipes/edit.ts';
import { makeEvidence } from '../recipes/recipe.ts';

const isBelieved = (bytes: Uint8Array, options = 'default'): boolean =>
  decisionOf(appraise(bytes, optionsNamed(options))).verdict !== 'denied';

/** The claims of every certificate in the other order, whatever else is done to them. */
const turned: Edit = {
  says: 'the claims stand in the other order',
  everywhere: { claims: (fields) => new Map([...fields].reverse()) },
};

const withMove = ({ recipe, options }: Drawn, edit: Edit): Drawn => ({
  recipe: { ...recipe, moves: [...recipe.moves, { edit, at: 0 }] },
  options,
});

export const ofAnyEvidence: readonly EvidenceLaw[] = [
  {
    kind: 'always',
    clause: 'ATTEST-ORDER-FREE',
    says: 'whatever else is wrong with evidence, it is believed in no other order of claims if it is not in this one',
    runs: 30,
    property: fc.property(drawn, (one) => {
      const both = [one, withMove(one, turned)].map(({ recipe, options }) => isBelieved(makeEvidence(recipe), options));
      return both[0] === both[1];
    }),
  },
  {
    kind: 'always',
    clause: 'ATTEST-EVERY-BYTE',
    says: 'a request with one bit flipped is not believed, unless in an unprotected header',
    runs: 30,
    property: fc.property(soundPlans, fc.nat(), fc.nat({ max: 7 }), (plan, place, bit) => {
      const bytes = forgeRequestBytes(plan);
      const at = place % bytes.length;
      const flipped = bytes.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte));
      return !isBelieved(flipped) || bytes[at] === 0xa0;
    }),
  },
  {
    kind: 'always',
    clause: 'ATTEST-NO-SPLICE',
    says: 'a request with the chain of another device is not believed',
    runs: 15,
    property: fc.property(soundPlans, (plan) => {
      const other: Plan = { ...plan, device: 'another device' };
      const spliced = forgeRequestBytes(plan, {
        request: ([version = null, vouched = null, , signed = null]) => [version, vouched, forgeChain(other), signed],
      });
      return isBelieved(forgeRequestBytes(plan)) && !isBelieved(spliced);
    }),
  },
];
