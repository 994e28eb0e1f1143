/** One scene of two CPUs after the other, on a target. */
import { PairHunt } from '../../search/pairs/hunt.ts';
import type { PairFound, PairTally } from '../../search/pairs/hunt.ts';
import { scenesFor } from '../../search/pairs/scenes.ts';
import { nameOfPair } from '../../search/pairs/trial.ts';
import type { PairScene } from '../../search/pairs/scenes.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { Profile } from '../../spec/profile.ts';
import type { EventTargetDescription } from '../../spec/target.ts';
import type { TwoCpus } from '../../targets/linux-pkvm/two-cpus/target.ts';
import { fail, print } from '../output.ts';
import { lineOf } from './text.ts';

const oftenMs = 500;

export interface Subject {
  readonly target: TwoCpus;
  readonly description: EventTargetDescription;
  readonly profile: Profile;
}

export async function subjectOf(target: TwoCpus, profile?: string): Promise<Subject> {
  const described = await target.describe();
  const name = profile ?? described.profile;
  const by = profiles.get(name) ?? fail(`no profile ${name}; there are ${[...profiles.keys()].join(', ')}`);
  return { target, description: { ...described, profile: name }, profile: by };
}

/** The scenes of which the target has every call; all of them, or the one that is named. */
export function scenesOf({ description }: Subject, wanted: string | undefined): readonly PairScene[] {
  const { sizes, hostFields, calls } = description;
  if (sizes === undefined) return fail('two CPUs need a release whose VMs are made in the hypervisor: 6.12 or newer');
  const all = scenesFor(sizes, hostFields);
  const chosen = all.filter(({ name }) => wanted === undefined || name === wanted);
  if (chosen.length === 0)
    fail(`no scene “${wanted ?? ''}”; there are ${all.map(({ name }) => `“${name}”`).join(', ')}`);
  const lacks = ({ prelude, calls: [one, other], after }: PairScene): string | undefined =>
    [...prelude, ...one, ...other, ...after].flat().find(({ op }) => !calls.includes(op))?.op;
  const fit = chosen.filter((scene) => lacks(scene) === undefined);
  for (const scene of chosen)
    if (!fit.includes(scene)) print(`${scene.name}: left out, for the target lacks ${lacks(scene) ?? ''}`);
  return fit;
}

/** A line that is written over, where somebody looks. */
function progress(hunt: PairHunt, scene: PairScene, started: number): () => void {
  if (!process.stderr.isTTY) return () => undefined;
  const show = (): void => {
    process.stderr.write(`\r${lineOf(scene.name, hunt.tally, (performance.now() - started) / 1000)}`);
  };
  const timer = setInterval(show, oftenMs);
  return () => {
    clearInterval(timer);
    process.stderr.write('\r\x1b[K');
  };
}

export interface Search {
  readonly seed: number;
  readonly seconds: number;
  readonly isExhaustive: boolean;
}

/** What came of one scene. */
export interface Searched {
  readonly found: readonly PairFound[];
  readonly tally: PairTally;
  /** Whether every schedule of at most two switches was run. */
  readonly isComplete: boolean;
}

/** One scene, with a line of how much was done. */
export async function search(
  subject: Subject,
  scene: PairScene,
  { seed, seconds, isExhaustive }: Search,
): Promise<Searched> {
  const hunt = new PairHunt(subject.target, subject.description, scene, subject.profile);
  await hunt.open();
  const started = performance.now();
  const done = progress(hunt, scene, started);
  const found: PairFound[] = [];
  const isLate = (): boolean => performance.now() - started > 1000 * seconds;
  try {
    if (isExhaustive) for await (const one of hunt.exhaustive(isLate)) found.push(one);
    else found.push(...[await hunt.sampled(seed, seconds, () => false)].flatMap((one) => one ?? []));
  } finally {
    done();
  }
  print(lineOf(scene.name, hunt.tally, (performance.now() - started) / 1000));
  if (isExhaustive && isLate()) print('  the time was up before every schedule was run');
  for (const pair of hunt.long) print(`  not run to the end, for it has too many points: ${nameOfPair(pair)}`);
  return { found, tally: hunt.tally, isComplete: isExhaustive && !isLate() && hunt.long.size === 0 };
}
