/** How evidence is made simpler: the adapter of the shrinker, whose parts are the edits. */
import type { Reductions, Smaller } from '../../shrink/shrink.ts';
import { optionSets } from '../option-sets.ts';
import type { Drawn } from './generator.ts';
import { allEdits } from './generator.ts';
import type { Edit } from './edit.ts';
import type { Recipe } from './recipe.ts';

const withoutOne = <T>(list: readonly T[]): readonly (readonly T[])[] =>
  list.map((_, at) => [...list.slice(0, at), ...list.slice(at + 1)]);

/** The edits of the same kind that stand before it: the lists begin with the simplest. */
function plainerThan(edit: Edit): readonly Edit[] {
  const kin = allEdits.find((edits) => edits.includes(edit)) ?? [];
  return kin.slice(0, kin.indexOf(edit));
}

const [defaultOptions = ''] = Object.keys(optionSets);

/** One step simpler with no edit less, each way that there is, the biggest steps first. */
function* simpler({ recipe, options }: Drawn): Generator<Drawn> {
  const { plan, moves } = recipe;
  const changed = (change: Partial<Recipe>): Drawn => ({ recipe: { ...recipe, ...change }, options });
  if (plan.kinds.length > 2) {
    for (const kinds of withoutOne(plan.kinds)) {
      yield changed({ plan: { ...plan, kinds } });
      yield changed({
        plan: { ...plan, kinds },
        moves: moves.map((move) => ({ ...move, at: Math.max(0, move.at - 1) })),
      });
    }
  }
  if (plan.profile !== 'android.16') yield changed({ plan: { ...plan, profile: 'android.16' } });
  if (plan.markers?.includes(true)) {
    for (const markers of [[], ...withoutOne(plan.markers)]) yield changed({ plan: { ...plan, markers } });
  }
  for (const [at, kind] of plan.kinds.entries()) {
    if (kind !== 'Ed25519') yield changed({ plan: { ...plan, kinds: plan.kinds.with(at, 'Ed25519') } });
  }
  for (const [i, move] of moves.entries()) {
    if (move.at > 0) yield changed({ moves: moves.with(i, { ...move, at: move.at - 1 }) });
    for (const edit of plainerThan(move.edit)) yield changed({ moves: moves.with(i, { ...move, edit }) });
  }
}

export const evidenceReductions: Reductions<Drawn> = {
  length: ({ recipe }) => recipe.moves.length,
  *relevant({ recipe, options }) {
    const chain: Recipe = { ...recipe, kind: 'chain' };
    if (recipe.kind !== 'chain' && options !== defaultOptions) yield { recipe: chain, options: defaultOptions };
    if (recipe.kind !== 'chain') yield { recipe: chain, options };
    if (options !== defaultOptions) yield { recipe, options: defaultOptions };
  },
  tidy: () => [],
  without: ({ recipe, options }, from, to) => ({
    recipe: { ...recipe, moves: [...recipe.moves.slice(0, from), ...recipe.moves.slice(to)] },
    options,
  }),
  *canonical(drawn): Smaller<Drawn> {
    for (let now = drawn; ;) {
      const next: Drawn | undefined = yield simpler(now);
      if (next === undefined) return now;
      now = next;
    }
  },
};
