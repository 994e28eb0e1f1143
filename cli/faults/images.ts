/** The faults of verifiers of images: searches for each in drawn images, and keeps the smallest that shows it. */
import { detectImageFault } from '../../mutants/images/fault.ts';
import type { DetectedImage, ImageFault } from '../../mutants/images/fault.ts';
import type { ImageCounterexample } from '../../mutants/images/file.ts';
import { ofImages } from '../../mutants/kinds.ts';
import { print } from '../output.ts';
import { columns } from './evidence.ts';
import { keepSmallest } from './files.ts';

const seeds = [1, 2];
/** Images after which a campaign is given up. */
const most = 1_000;

/** Searches for the wanted faults, or for all if none is wanted; gives those that were not found with every seed. */
export async function detectImageFaults(wanted: ReadonlySet<string>): Promise<readonly string[]> {
  const chosen = ofImages.faults.filter(({ id }) => wanted.size === 0 || wanted.has(id));
  if (chosen.length === 0) return [];
  print(columns('fault of a verifier of images', 'clause', 'found after', 'bytes'));
  const missed: string[] = [];
  for (const fault of chosen) if (!(await isAlwaysFound(fault))) missed.push(fault.id);
  print('');
  return missed;
}

async function isAlwaysFound(fault: ImageFault): Promise<boolean> {
  const found: DetectedImage[] = [];
  for (const seed of seeds) {
    const detected = await detectImageFault(fault, seed, most);
    if (detected !== undefined) found.push(detected);
  }
  const ends = found.map(({ counterexample }) => counterexample);
  const best = keepSmallest(ofImages, fault, ends, sizeOf);
  const draws = found.map((one) => one.draws).join(', ');
  print(best ? columns(fault.id, best.breaks, draws, String(sizeOf(best))) : columns(fault.id, 'not found', '', ''));
  return found.length === seeds.length;
}

const sizeOf = ({ image }: ImageCounterexample): number => image.join('').length / 2;
