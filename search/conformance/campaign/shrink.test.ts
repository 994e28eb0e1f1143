import { expect, test } from 'vitest';
import { profile, without } from '../../../spec/profile.ts';
import type { Profile } from '../../../spec/profile.ts';
import { linux73 } from '../../../spec/profiles/linux-7.3.ts';
import type { EventTarget, EventTargetDescription, Question } from '../../../spec/target.ts';
import type { Answer } from '../../../spec/transcript.ts';
import { TranscriptChecker, settingOf } from '../check.ts';
import type { Setting } from '../check.ts';
import { hunt } from './campaign.ts';
import { Shrinker } from './shrink.ts';
import { huntSurvey } from './scope.ts';

const description: EventTargetDescription = {
  target: { hypervisor: 'the spec', release: '7.3', machine: 'none', mode: 'none' },
  profile: 'linux-7.3',
  calls: [...linux73.rules.keys()],
  sizes: { kvmPages: 2, vcpuPages: 3, hypVmPages: 2, hypVcpuPages: 3, pgdPages: 1, memcacheMin: 3 },
  features: { ipaBits: 48, hardwareAccessFlag: true },
};

/** A hypervisor that answers as a profile says. */
function answering(as: Profile): EventTarget {
  let setting: Setting | undefined;
  let checker: TranscriptChecker;
  return {
    describe: () => Promise.resolve(description),
    open: (header) => {
      setting ??= settingOf(header, huntSurvey(description), as);
      checker = new TranscriptChecker(setting);
      return Promise.resolve();
    },
    answerAll: (questions: readonly Question[]): Promise<Answer[]> =>
      Promise.resolve(questions.map((question) => checker.expect(question).answer)),
    close: () => Promise.resolve(),
  };
}

async function shrunk(clause: Parameters<typeof without>[0], seed: number) {
  const target = answering(profile('linux-7.3-broken', linux73, [without(clause)]));
  const options = { profile: linux73, seed, steps: 60_000, length: 400, statesEvery: 250, until: Infinity };
  const { divergence } = await hunt([target], options);
  if (divergence === undefined) throw new Error(`nothing was found without ${clause}`);
  return new Shrinker(target, description, linux73).shrink(divergence);
}

test('a difference is shrunk to few calls in plain words', async () => {
  const { questions } = await shrunk('DONATE-OWNED', 3);
  expect(questions.map(({ op }) => op).sort()).toEqual([
    'donate_guest',
    ...['host_share_hyp', 'host_share_hyp', 'host_share_hyp', 'host_share_hyp', 'host_share_hyp'],
    ...['init_vcpu', 'init_vm', 'reserve_vm', 'vcpu_load'],
  ]);
  const named = JSON.stringify(questions);
  expect(named).not.toMatch(/KVM[12]|HVM[12]|PGD[12]|"VM[12]"|409[78]|MC\d\.\d\+[1-9]/);
});
