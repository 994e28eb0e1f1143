/** One world, searched by our engine and by others. */
import { performance } from 'node:perf_hooks';
import { countReachable } from '../../search/explore/count.ts';
import { Enumerate } from '../../search/explore/enumerate.ts';
import { nameOf, opened } from '../../search/export/world.ts';
import type { World } from '../../search/export/world.ts';
import { run, timed } from './engine.ts';
import type { Engine, Timed } from './engine.ts';
import { rumur } from './rumur.ts';
import { spin } from './spin.ts';

export const engines: readonly Engine[] = [rumur, spin];

export interface Compared {
  readonly world: string;
  readonly ours: Timed;
  /** For each engine that takes such a model: what it counts, or why it counts nothing. */
  readonly others: ReadonlyMap<Engine, Timed | string>;
}

/** Without times worth the name, every search is made once. */
export function compare(world: World, by = engines, times = timed): Compared {
  const others = by
    .map((engine) => [engine, engine.write(world)] as const)
    .filter(([engine, model]) => engine.takes(model))
    .map(([engine, model]) => [engine, run(engine, model, times)] as const);
  return { world: nameOf(world), ours: searched(world, times), others: new Map(others) };
}

/** While it is searched for the first time, JavaScript is compiled: it is searched for a while before times count. */
function searched(world: World, times: number): Timed {
  const { system, start } = opened(world);
  const enumerate = new Enumerate(system);
  const ready = performance.now() + (times > 1 ? warmUp : 0);
  while (performance.now() < ready) countReachable(system, start, world.most, enumerate);
  const searches = Array.from({ length: times }, (): Timed => {
    const began = performance.now();
    const counted = countReachable(system, start, world.most, enumerate);
    return { ...counted, seconds: (performance.now() - began) / 1000 };
  });
  return searches.reduce((quickest, one) => (one.seconds < quickest.seconds ? one : quickest));
}
/** In milliseconds. */
const warmUp = 2000;

export const isSame = (ours: Timed, other: Timed | string): other is Timed =>
  typeof other !== 'string' && other.states === ours.states && other.steps === ours.steps;

/** All engines that searched it, one at least, count what we count. */
export const agrees = ({ ours, others }: Compared): boolean =>
  others.size > 0 && [...others.values()].every((other) => isSame(ours, other));
