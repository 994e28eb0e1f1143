/** A pair that is wrong, with fewer calls on the way to it. */
import { UnreadableEvent } from '../conformance/calls.ts';
import { NoScene } from './hunt.ts';
import type { PairFound, PairHunt } from './hunt.ts';
import type { PairScene } from './scenes.ts';

export interface InScene {
  readonly scene: PairScene;
  readonly found: PairFound;
}

/** What is wrong: of the first order, where it differs and in what. A pair is not shortened to another mistake. */
const kindOf = ({ followed, orders }: PairFound): string => {
  const [first] = orders ?? [];
  return first === undefined ? followed.end : `${first.at?.op ?? ''} ${first.difference.what}`;
};

/**
 * Leaves out one call of the way after the other, the last first, as long as the same schedule is wrong in the same way,
 * until that time of `performance.now()`. `huntIn`: a hunt in a scene, on a machine that it starts afresh.
 */
export async function shorter(from: InScene, huntIn: (scene: PairScene) => PairHunt, until: number): Promise<InScene> {
  const { pair, schedule } = from.found;
  let best: InScene = { ...from, scene: { ...from.scene, calls: [[pair[0]], [pair[1]]] } };
  for (let at = best.scene.prelude.length - 1; at >= 0 && performance.now() < until; at--) {
    const scene = { ...best.scene, prelude: best.scene.prelude.toSpliced(at, 1) };
    const found = await foundIn(huntIn(scene), pair, schedule);
    if (found !== undefined && kindOf(found) === kindOf(from.found)) best = { scene, found };
  }
  return best;
}

async function foundIn(
  hunt: PairHunt,
  pair: PairFound['pair'],
  schedule: PairFound['schedule'],
): Promise<PairFound | undefined> {
  try {
    await hunt.open();
    return (await hunt.run(pair, schedule)).found;
  } catch (error) {
    // Without that call the rest of the way cannot be asked for, or leads elsewhere.
    if (error instanceof NoScene || error instanceof UnreadableEvent) return undefined;
    throw error;
  }
}
