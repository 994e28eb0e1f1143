/** Some of the mutants, drawn by a seed. */
import { Random } from '../../search/generate/random.ts';

export function sampled<T>(all: readonly T[], size: number, seed: number): T[] {
  const random = new Random(seed);
  const left = [...all];
  const drawn: T[] = [];
  while (drawn.length < size && left.length > 0) drawn.push(...left.splice(random.below(left.length), 1));
  return drawn;
}
