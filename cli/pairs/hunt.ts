/** `pvm-spec hunt --cpus 2`: pairs of calls on two CPUs of a real hypervisor, on schedules that are drawn or are all. */
import { existsSync, writeFileSync } from 'node:fs';
import { UnreadableEvent } from '../../search/conformance/calls.ts';
import { NoScene, PairHunt } from '../../search/pairs/hunt.ts';
import type { PairFound } from '../../search/pairs/hunt.ts';
import { writtenText } from '../../search/counterexamples/format.ts';
import { pairFileOf, pairFormat, sceneOf } from '../../search/pairs/pair-file.ts';
import type { PairFile } from '../../search/pairs/pair-file.ts';
import { scenesFor } from '../../search/pairs/scenes.ts';
import type { PairScene } from '../../search/pairs/scenes.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { Profile } from '../../spec/profile.ts';
import type { EventTargetDescription } from '../../spec/target.ts';
import { TwoCpus } from '../../targets/linux-pkvm/two-cpus/target.ts';
import type { HuntFlags, Wanted } from '../hunt/options.ts';
import { exitStatus, fail, print } from '../output.ts';
import { formNames } from '../reports.ts';
import { quoted, selfCommand } from '../self.ts';
import { installedFor, withTargets } from '../targets.ts';
import type { TargetFlags } from '../targets.ts';
import { formatPair, headOfScenes, lineOf, seenOf } from './text.ts';

/** How long a scene is searched where nothing is said. */
const usualSeconds = 60;
const oftenMs = 500;

interface Subject {
  readonly target: TwoCpus;
  readonly description: EventTargetDescription;
  readonly profile: Profile;
}

async function subjectOf(target: TwoCpus, profile?: string): Promise<Subject> {
  const described = await target.describe();
  const name = profile ?? described.profile;
  const by = profiles.get(name) ?? fail(`no profile ${name}; there are ${[...profiles.keys()].join(', ')}`);
  return { target, description: { ...described, profile: name }, profile: by };
}

/** The scenes of which the target has every call; all of them, or the one that is named. */
function scenesOf({ description }: Subject, wanted: string | undefined): readonly PairScene[] {
  const { sizes, calls } = description;
  if (sizes === undefined) return fail('two CPUs need a release whose VMs are made in the hypervisor: 6.12 or newer');
  const all = scenesFor(sizes);
  const chosen = all.filter(({ name }) => wanted === undefined || name === wanted);
  if (chosen.length === 0)
    fail(`no scene “${wanted ?? ''}”; there are ${all.map(({ name }) => `“${name}”`).join(', ')}`);
  const lacks = ({ prelude, calls: [one, other], after }: PairScene): string | undefined =>
    [...prelude, ...one, ...other, ...after].find(({ op }) => !calls.includes(op))?.op;
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

interface Search {
  readonly seed: number;
  readonly seconds: number;
  readonly isExhaustive: boolean;
}

/** One scene; gives what was found. */
async function search(
  subject: Subject,
  scene: PairScene,
  { seed, seconds, isExhaustive }: Search,
): Promise<PairFound[]> {
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
  return found;
}

function saved(file: string, found: PairFound, scene: PairScene, subject: Subject, again: string): void {
  const of = pairFileOf(found, scene, subject.description, { seen: seenOf(found), found: again });
  writeFileSync(file, writtenText(pairFormat, of), { flag: 'wx' });
  print(`saved: ${selfCommand()} replay ${quoted(file)} --target linux-pkvm`);
}

/** Options of a campaign that say nothing of two CPUs. */
const elsewhere = ['record', 'path', 'from', 'length', 'jobs', 'shard', 'out', ...formNames];

export async function huntPairs(flags: HuntFlags, wanted: Wanted): Promise<number> {
  const beside = elsewhere.find((name) => name in flags);
  if (beside !== undefined) fail(`--${beside} is not for --cpus 2`);
  if (flags.cpus !== '2') fail(`--cpus takes 2, got ${flags.cpus ?? ''}`);
  if (flags.target !== 'linux-pkvm')
    fail('--cpus 2 is for linux-pkvm: of a program, pvm-spec does not control the CPUs');
  if (flags.save !== undefined && existsSync(flags.save))
    fail(`--save does not write over ${flags.save}; name another file, or remove it`);
  const target = new TwoCpus(installedFor(flags));
  return withTargets([target] as const, async () => {
    const subject = await subjectOf(target, flags.profile);
    const scenes = scenesOf(subject, flags.scene);
    const isExhaustive = flags.exhaustive === true;
    const seconds = wanted.time === Infinity && !isExhaustive ? usualSeconds : wanted.time;
    const { hypervisor, release, machine, mode } = subject.description.target;
    print(`${hypervisor} ${release}, ${mode}, ${machine}, two CPUs${isExhaustive ? '' : `, seed ${wanted.seed}`}`);
    print(headOfScenes);
    let isWrong = false;
    for (const scene of scenes) {
      const again = `${selfCommand()} hunt --cpus 2 --scene ${quoted(scene.name)}${isExhaustive ? ' --exhaustive' : ` --seed ${wanted.seed}`}`;
      for (const found of await search(subject, scene, { seed: wanted.seed, seconds, isExhaustive }).catch(noScene)) {
        print(['', ...formatPair(found), `  again: ${again}`].join('\n'));
        if (!isWrong && flags.save !== undefined) saved(flags.save, found, scene, subject, again);
        isWrong = true;
      }
    }
    return isWrong ? exitStatus.violated : exitStatus.holds;
  });
}

/** Also what a file asks for and nobody understands. */
function noScene(error: unknown): never {
  if (error instanceof NoScene || error instanceof UnreadableEvent) fail(error.message);
  throw error;
}

/** Exit status 1 if what is in the file still happens, 0 if it does not any more. */
export async function replayPair(file: PairFile, flags: TargetFlags): Promise<number> {
  const target = new TwoCpus(installedFor(flags));
  return withTargets([target] as const, async () => {
    const { description, profile } = await subjectOf(target, file.profile);
    const hunt = new PairHunt(target, description, sceneOf(file), profile);
    await hunt.open().catch(noScene);
    const { found } = await hunt.run(file.pair, file.schedule).catch(noScene);
    print(
      found === undefined
        ? `${file.scene}: some order of the two calls explains what came`
        : formatPair(found).join('\n'),
    );
    return found === undefined ? exitStatus.holds : exitStatus.violated;
  });
}
