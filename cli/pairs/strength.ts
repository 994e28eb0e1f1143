/**
 * `npm run strength:pairs [-- SCENE…]`: for each critical section of the real hypervisor, its locks are planted so that
 * nobody waits, and every pair of calls of which one enters it is run on all schedules of at most two switches.
 */
import { PairHunt } from '../../search/pairs/hunt.ts';
import type { PairFound } from '../../search/pairs/hunt.ts';
import { scenesFor } from '../../search/pairs/scenes.ts';
import type { PairScene } from '../../search/pairs/scenes.ts';
import { turnsOf } from '../../search/pairs/schedules.ts';
import { pairsOf } from '../../search/pairs/trial.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { EventTargetDescription, Pair } from '../../spec/target.ts';
import { TwoCpus } from '../../targets/linux-pkvm/two-cpus/target.ts';
import { formatQuestion } from '../format.ts';
import { exitStatus, fail, print } from '../output.ts';
import { installedFor, withTargets } from '../targets.ts';

async function strengthIn(target: TwoCpus, description: EventTargetDescription, scene: PairScene): Promise<void> {
  const profile = profiles.get(description.profile) ?? fail(`no profile ${description.profile}`);
  const hunt = (): PairHunt => new PairHunt(target, description, scene, profile);
  await hunt().open();
  const entered = new Map<string, Pair[]>();
  for (const pair of pairsOf(scene)) {
    const sections = [...(await target.sectionsIn(pair[0])), ...(await target.sectionsIn(pair[1]))];
    for (const section of new Set(sections)) entered.set(section, [...(entered.get(section) ?? []), pair]);
  }
  for (const [section, pairs] of entered) {
    await target.plant(section);
    const planted = hunt();
    await planted.open();
    const first = (await planted.exhaustive(() => false, pairs).next()).value;
    print(lineOf(scene, section, planted.tally.schedules, first ?? undefined));
    await target.plant(undefined);
  }
}

function lineOf({ name }: PairScene, section: string, schedules: number, found: PairFound | undefined): string {
  const start = `${name.padEnd(30)}${section.padEnd(10)}${String(schedules).padStart(8)}  `;
  if (found === undefined) return `${start}not found`;
  const turns = turnsOf(found.followed.steps);
  return `${start}${found.pair.map(formatQuestion).join(' beside ')}: ${turns.map(({ cpu, steps }) => `CPU ${cpu} × ${steps}`).join(', ')}`;
}

const words = process.argv.slice(2);
const target = new TwoCpus(installedFor({ target: 'linux-pkvm' }));
process.exitCode = await withTargets([target] as const, async () => {
  const description = await target.describe();
  const all = scenesFor(description.sizes ?? fail('two CPUs need a release whose VMs are made in the hypervisor'));
  const unknown = words.find((word) => all.every(({ name }) => name !== word));
  if (unknown !== undefined) fail(`no scene “${unknown}”; there are ${all.map(({ name }) => `“${name}”`).join(', ')}`);
  print(`${'scene'.padEnd(30)}${'section'.padEnd(10)}${'schedules'.padStart(8)}  found by`);
  for (const scene of all)
    if (words.length === 0 || words.includes(scene.name)) await strengthIn(target, description, scene);
  return exitStatus.holds;
});
