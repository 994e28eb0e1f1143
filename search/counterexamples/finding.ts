/** What a real hypervisor does, as files: the calls, the answers that it gave, and what they mean. */
import { z } from 'zod';
import { UnreadableEvent } from '../conformance/calls.ts';
import { TranscriptChecker, settingOf } from '../conformance/check.ts';
import type { Difference } from '../conformance/difference.ts';
import { Survey } from '../conformance/survey.ts';
import { campaignHeader } from '../conformance/campaign/scope.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { TranscriptHeader } from '../../spec/transcript.ts';
import { parseFile } from './format.ts';
import type { FileFormat } from './format.ts';

const count = z.int().nonnegative();
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const answer = z.record(z.string(), z.union([scalar, z.record(z.string(), z.number())]));

/** More runs of pages no kernel's image has. */
const mostOwn = 64;

const pageRecord = z.strictObject({
  host: z.string(),
  hyp: z.string(),
  refcount: count.optional(),
  guestShares: count.optional(),
});

export const recording = z.strictObject({
  about: z.string().optional().describe('What is different in this one, where there are several'),
  target: z.strictObject({ hypervisor: z.string(), release: z.string(), machine: z.string(), mode: z.string() }),
  profile: z.string(),
  sizes: z.record(z.string(), count).optional(),
  features: z.strictObject({ ipaBits: count, hardwareAccessFlag: z.boolean() }).optional(),
  ownPages: z.strictObject({ code: count.max(mostOwn), data: count.max(mostOwn) }).optional(),
  calls: z
    .array(
      z.strictObject({
        op: z.string(),
        args: z.record(z.string(), z.union([scalar, z.array(z.number())])),
        answer,
      }),
    )
    .readonly(),
  states: z
    .strictObject({ state: z.record(z.string(), pageRecord), otherPagesChanged: count })
    .optional()
    .describe('The table of page states after the calls, where it was looked at'),
});

const shape = z.strictObject({
  name: z.string().describe('`<system>.<what goes wrong>`; also the name of the file'),
  title: z.string(),
  happens: z.string(),
  breaks: z
    .enum(['isolation', 'availability', 'nothing'])
    .describe('What is lost to an attacker, in a word and in full'),
  gains: z.string(),
  unknown: z.string(),
  clause: z.string().describe('The clause that speaks of it'),
  spec: z
    .enum(['says so', 'differs', 'has no such call'])
    .describe(
      'Does the spec of that release say so too, does the last answer differ from it, or does it not have the call?',
    ),
  reproduce: z.array(z.string()).optional().describe('The commands that show it, where no single sequence does'),
  recordings: z
    .array(recording.extend({ calls: recording.shape.calls.unwrap().min(1).readonly() }))
    .describe('What was asked, and what was answered; the first one is shown'),
});

export type Finding = z.infer<typeof shape>;
export type Recording = z.infer<typeof recording>;

export const findingFormat: FileFormat<Finding> = { name: 'finding', what: 'a finding', version: 1, shape };

/** The finding in a text, or what is wrong with it in one line. */
export const parseFinding = (text: string): Finding | string => parseFile(findingFormat, text);

/** Is a text meant as a finding? */
export const isFinding = (text: string): boolean => text.includes('"recordings"');

/** The scope in which a recording was made: that of a campaign. */
export function headerOf({ target, profile, sizes, features, ownPages }: Recording): TranscriptHeader {
  const by = profiles.get(profile);
  const calls = [...(by?.rules.keys() ?? [])];
  return campaignHeader({ target, profile, sizes, features, ownPages, calls }, by);
}

/** What the spec says of one recorded answer. */
export interface Verdict {
  readonly difference: Difference | undefined;
  /** The clause by which the call is refused, if it is. */
  readonly clause: ClauseId | undefined;
  /** The profile has no such call: nothing is expected of it. */
  readonly isUnknown?: true;
}

/** What the recordings of a finding show of its spec. */
export function specOf(verdict: Verdict | undefined): Finding['spec'] {
  if (verdict?.isUnknown) return 'has no such call';
  return verdict?.difference === undefined ? 'says so' : 'differs';
}

/**
 * A recording held against the spec of its profile, call by call, and at last its page states. `watch` sees the checker
 * before the first call and after each; `header`: the scope in which it was made, where that is not a campaign's.
 */
export function judge(
  of: Recording,
  watch: (checker: TranscriptChecker) => void = () => undefined,
  header = headerOf(of),
): Verdict[] {
  const profile = profiles.get(of.profile);
  if (profile === undefined) throw new Error(`no profile ${of.profile}`);
  const survey = new Survey();
  of.calls.forEach((call, i) => survey.add({ i, ...call }));
  const checker = new TranscriptChecker(settingOf(header, survey, profile));
  watch(checker);
  const verdicts = of.calls.map((call) => {
    const verdict = judgeCall(checker, call);
    watch(checker);
    return verdict;
  });
  return [...verdicts, ...judgeStates(checker, of)];
}

/** The same of a recording all of whose calls the profile has. Throws UnreadableEvent where it lacks one. */
export function judgeKnown(
  of: Recording,
  ...how: [((checker: TranscriptChecker) => void)?, TranscriptHeader?]
): Verdict[] {
  const verdicts = judge(of, ...how);
  const unknown = of.calls[verdicts.findIndex(({ isUnknown }) => isUnknown === true)];
  if (unknown !== undefined) throw new UnreadableEvent(`profile ${of.profile} has no call ${unknown.op}`);
  return verdicts;
}

function judgeStates(checker: TranscriptChecker, { states }: Recording): Verdict[] {
  if (states === undefined) return [];
  return [{ difference: checker.checkState({ i: 0, ...states }), clause: undefined }];
}

function judgeCall(checker: TranscriptChecker, call: Recording['calls'][number]): Verdict {
  if (!checker.system.rules.has(call.op)) return { difference: undefined, clause: undefined, isUnknown: true };
  if (checker.isStricter(call, call.answer)) return { difference: undefined, clause: undefined };
  const expected = checker.expect(call);
  const { outcome } = expected;
  return {
    difference: checker.compare(expected, call.answer),
    clause: outcome.kind === 'denied' ? outcome.clause : undefined,
  };
}
