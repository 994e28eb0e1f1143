/**
 * A target that answers as the rules of a profile say, in a scope of its own: what is held against the spec in tests.
 */
import type { Profile } from '../../../spec/profile.ts';
import { linux73 } from '../../../spec/profiles/linux-7.3.ts';
import type { EventTarget, EventTargetDescription, Question } from '../../../spec/target.ts';
import type { Answer, TranscriptHeader } from '../../../spec/transcript.ts';
import { TranscriptChecker, settingOf } from '../check.ts';
import type { Survey } from '../survey.ts';
import { campaignSurvey } from './scope.ts';
import { fieldPlaces, offsetsOf } from './structures.ts';

/** A machine with a secure world has calls for it; most have none. */
const isOfSecureWorld = (call: string): boolean => /^(ffa|secure)_/.test(call);

export const describedAs = (profile: Profile, hasSecureWorld = false): EventTargetDescription => ({
  target: { hypervisor: 'the spec', release: profile.name, machine: 'none', mode: 'none' },
  profile: profile.name,
  calls: [...profile.rules.keys()].filter((call) => hasSecureWorld || !isOfSecureWorld(call)),
  sizes: { kvmPages: 2, vcpuPages: 3, hypVmPages: 2, hypVcpuPages: 3, pgdPages: 1, memcacheMin: 3 },
  features: { ipaBits: 48, hardwareAccessFlag: true },
});

/** It knows every frame and every word that a campaign may name, whatever calls it says that it has. */
const everythingOf = (description: EventTargetDescription): Survey =>
  campaignSurvey(describedAs(linux73, true), undefined, offsetsOf(fieldPlaces(description, linux73.name)));

/** `answers`: what it says in place of what the rules say. */
export function byTheRules(
  profile: Profile,
  description: EventTargetDescription = describedAs(profile),
  answers: (question: Question, right: Answer) => Answer = (_, right) => right,
): EventTarget {
  let checker: TranscriptChecker | undefined;
  return {
    describe: () => Promise.resolve(description),
    open: (header: TranscriptHeader) => {
      checker = new TranscriptChecker(settingOf(header, everythingOf(description), profile));
      return Promise.resolve();
    },
    answerAll: (questions) =>
      Promise.resolve(
        questions.map((question) => {
          if (!description.calls.includes(question.op)) throw new Error(`unreachable: asked for ${question.op}`);
          if (checker === undefined) throw new Error('unreachable: asked before it was opened');
          return answers(question, checker.expect(question).answer);
        }),
      ),
    close: () => Promise.resolve(),
  };
}
