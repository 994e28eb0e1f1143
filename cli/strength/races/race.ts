/** Two CPUs of a hypervisor that has a patch in it, in the scene of the patch, until something is found. */
import { PairHunt } from '../../../search/pairs/hunt.ts';
import type { PairFound } from '../../../search/pairs/hunt.ts';
import { scenesFor } from '../../../search/pairs/scenes.ts';
import { profiles } from '../../../spec/profiles/all.ts';
import type { Installed } from '../../../targets/linux-pkvm/installed.ts';
import type { Patch } from '../../../targets/linux-pkvm/kernel/patch.ts';
import { SetupProblem } from '../../../targets/linux-pkvm/packages.ts';
import { TwoCpus } from '../../../targets/linux-pkvm/two-cpus/target.ts';
import { machineOf } from '../workshop.ts';
import { raceResultOf } from './result.ts';
import type { RaceResult } from './result.ts';

/** A fault may hang the machine. */
const patience = 10;

/** `limit`: how many seconds to search at most. Throws TargetProblem, and NoScene where the patch changes more. */
export async function raced(
  installed: Installed,
  { name, scene: wanted }: Patch,
  setting: Pick<RaceResult, 'source' | 'limit'>,
): Promise<RaceResult> {
  const target = new TwoCpus(installed, { seconds: patience });
  try {
    const description = await target.describe();
    const profile = profiles.get(description.profile);
    const scene = scenesFor(description.sizes ?? {}, description.hostFields).find((one) => one.name === wanted);
    if (scene === undefined || profile === undefined) throw new SetupProblem(`${name}: no scene “${wanted ?? ''}”`);
    const hunt = new PairHunt(target, description, scene, profile);
    await hunt.open();
    const until = performance.now() + 1000 * setting.limit;
    const isLate = (): boolean => performance.now() > until;
    const found: PairFound | undefined = (await hunt.exhaustive(isLate).next()).value ?? undefined;
    const isComplete = found !== undefined || !isLate();
    const date = new Date().toISOString().slice(0, 10);
    return raceResultOf(hunt.tally, found, {
      date,
      machine: machineOf(installed),
      scene: scene.name,
      isComplete,
      ...setting,
    });
  } finally {
    await target.close();
  }
}
