/** `pvm-spec hunt --cpus 2`: pairs of calls on two CPUs of a real hypervisor, on schedules that are drawn or are all. */
import { existsSync, writeFileSync } from 'node:fs';
import { UnreadableEvent } from '../../search/conformance/calls.ts';
import { NoScene, PairHunt } from '../../search/pairs/hunt.ts';
import type { PairFound } from '../../search/pairs/hunt.ts';
import { writtenText } from '../../search/counterexamples/format.ts';
import { pairFileOf, pairFormat, sceneOf } from '../../search/pairs/pair-file.ts';
import type { PairFile } from '../../search/pairs/pair-file.ts';
import type { PairScene } from '../../search/pairs/scenes.ts';
import { shorter } from '../../search/pairs/shorter.ts';
import type { InScene } from '../../search/pairs/shorter.ts';
import { TwoCpus } from '../../targets/linux-pkvm/two-cpus/target.ts';
import type { HuntFlags, Wanted } from '../hunt/options.ts';
import { TargetProblem } from '../../targets/problem.ts';
import { exitStatus, fail, print, warn } from '../output.ts';
import { formNames } from '../reports.ts';
import { quoted, selfCommand } from '../self.ts';
import { installedFor, setUpOptions, withTargets } from '../targets.ts';
import type { TargetFlags } from '../targets.ts';
import { scenesOf, search, subjectOf } from './search.ts';
import type { Subject } from './search.ts';
import { formatPair, headOfScenes, seenOf } from './text.ts';

/** How long a scene is searched where nothing is said. */
const usualSeconds = 60;
function saved(flags: HuntFlags, file: string, found: PairFound, scene: PairScene, subject: Subject, again: string) {
  const of = pairFileOf(found, scene, subject.description, { seen: seenOf(found), found: again });
  writeFileSync(file, writtenText(pairFormat, of), { flag: 'wx' });
  const words = [selfCommand(), 'replay', quoted(file), '--target linux-pkvm', ...setUpOptions(flags)];
  print(`saved: ${words.join(' ')}`);
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
    let isWhole = true;
    for (const scene of scenes) {
      const how = isExhaustive ? '--exhaustive' : `--seed ${wanted.seed}`;
      const words = [selfCommand(), 'hunt --cpus 2 --scene', quoted(scene.name), how, ...setUpOptions(flags)];
      const again = words.join(' ');
      const searched = await search(subject, scene, { seed: wanted.seed, seconds, isExhaustive }).catch(notRun);
      isWhole &&= searched !== undefined;
      for (const found of searched?.found ?? []) {
        print(['', ...formatPair(found), `  again: ${again}`].join('\n'));
        if (!isWrong && flags.save !== undefined) {
          const shortened = await shortenedIn(subject, { scene, found }, wanted.shrink);
          saved(flags, flags.save, shortened.found, shortened.scene, subject, again);
        }
        isWrong = true;
      }
    }
    if (isWrong) return exitStatus.violated;
    return isWhole ? exitStatus.holds : exitStatus.usage;
  });
}

/** What is saved needs no more calls on the way than it takes, as far as there is time. */
async function shortenedIn({ target, description, profile }: Subject, from: InScene, seconds: number) {
  const huntIn = (scene: PairScene): PairHunt => new PairHunt(target, description, scene, profile);
  const found = await shorter(from, huntIn, performance.now() + 1000 * seconds);
  const [before, after] = [from, found].map(({ scene: { prelude } }) => prelude.length);
  if (before !== after) print(`  saved with ${after ?? 0} of ${before ?? 0} calls on the way`);
  return found;
}

/** A scene that cannot be run does not end the others. */
function notRun(error: unknown): undefined {
  if (!(error instanceof TargetProblem)) return noScene(error);
  warn(error.message);
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
      found === undefined ? `${file.scene}: some order of the calls explains what came` : formatPair(found).join('\n'),
    );
    return found === undefined ? exitStatus.holds : exitStatus.violated;
  });
}
