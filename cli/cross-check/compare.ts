/** One world, searched by our engine and by another one. */
import { performance } from 'node:perf_hooks';
import { countReachable } from '../../search/explore/count.ts';
import { murphi } from '../../search/export/murphi/model.ts';
import { nameOf, opened } from '../../search/export/world.ts';
import type { World } from '../../search/export/world.ts';
import { runRumur } from './rumur.ts';
import type { Timed } from './rumur.ts';

export interface Compared {
  readonly world: string;
  readonly ours: Timed;
  /** What the other engine counts, or why it counts nothing. */
  readonly rumur: Timed | string;
}

/** `model` is the world in Murphi, unless another one is to be compared with it. */
export function compare(world: World, model = murphi(world)): Compared {
  return { world: nameOf(world), ours: searched(world), rumur: runRumur(model) };
}

function searched(world: World): Timed {
  const { system, start } = opened(world);
  const began = performance.now();
  const counted = countReachable(system, start, world.most);
  return { ...counted, seconds: (performance.now() - began) / 1000 };
}

export const agrees = ({ ours, rumur }: Compared): boolean =>
  typeof rumur !== 'string' && rumur.states === ours.states && rumur.steps === ours.steps;
