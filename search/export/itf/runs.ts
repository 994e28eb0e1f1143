/** What can be written as a trace: a sequence of calls from the start of a scope, and a recording. */
import type { Call, TransitionSystem } from '../../../spec/transition-system.ts';
import { profiles } from '../../../spec/profiles/all.ts';
import type { TranscriptEvent, TranscriptHeader } from '../../../spec/transcript.ts';
import { isOfOwnership, settingOf, TranscriptChecker } from '../../conformance/check.ts';
import { Survey } from '../../conformance/survey.ts';
import { bound } from '../../judge/replay.ts';
import { writeCall } from '../../judge/written-call.ts';
import { begin } from '../../scopes/linux.ts';
import type { Scope } from '../../scopes/linux.ts';
import type { ItfRun, ItfStep } from './itf.ts';
import { cpuKey, variableOf } from '../names.ts';
import { itfNumber } from './shape.ts';
import type { ItfValue } from './shape.ts';

/** A sequence, in which VMs are named in order of reservation, by the rules of a system. */
export function runOfRules(
  system: TransitionSystem,
  scope: Scope,
  calls: readonly Call[],
  description: string,
): ItfRun {
  const { layout } = system;
  const taken = bound(system, scope, calls);
  function* steps(): Generator<ItfStep> {
    let { state } = begin(system, scope);
    for (const [i, call] of taken.entries()) {
      const next = system.step(state, call);
      state = next.state;
      const words = wordsOf(system, calls[i] as Call);
      yield { call: call.call, args: choicesOf(system, call), outcome: next.outcome, words, cells: state.cells };
    }
  }
  return { description, layout, start: begin(system, scope).state.cells, steps, sparse: false };
}

/** The numbers that a call passes, by the names that they have in models of the rules. */
const choicesOf = (system: TransitionSystem, { call, cpu, args }: Call): Record<string, ItfValue> =>
  Object.fromEntries([
    [variableOf(cpuKey), cpu],
    ...system.rule(call).names.map((name, i) => [variableOf(name), itfNumber(args[i] as number)] as const),
  ]);

function wordsOf(system: TransitionSystem, call: Call): string {
  const { args, cpu } = writeCall(system, call);
  return `${call.call}(${given(args)}) on CPU ${cpu}`;
}

const given = (args: Readonly<Record<string, unknown>>): string =>
  Object.entries(args)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');

/** A recording as the rules follow it; it ends before the first answer that the rules do not give. */
export function runOfRecording(
  header: TranscriptHeader,
  events: readonly TranscriptEvent[],
  description: string,
): ItfRun | string {
  const profile = profiles.get(header.profile);
  if (profile === undefined) return `no profile ${header.profile}; there are ${[...profiles.keys()].join(', ')}`;
  if (isOfOwnership(profile)) return `${profile.name} compares ownership alone, and follows no recording step by step`;
  const survey = new Survey();
  for (const event of events) survey.add(event);
  const setting = settingOf(header, survey, profile);
  function* steps(): Generator<ItfStep> {
    const checker = new TranscriptChecker(setting);
    for (const event of events) {
      const expected = checker.expect(event);
      if (checker.compare(expected, event.answer) !== undefined) return;
      const { outcome } = expected;
      const words = `${event.op}(${given(event.args)})`;
      yield { call: event.op, args: recorded(event), outcome, words, cells: checker.state.cells.slice() };
    }
  }
  const start = new TranscriptChecker(setting).state.cells;
  return { description, layout: setting.system.layout, start, steps, sparse: true };
}

/** The arguments as they were recorded: names of pages, numbers of frames. */
const recorded = ({ args }: TranscriptEvent): Record<string, ItfValue> =>
  Object.fromEntries(
    Object.entries(args).flatMap(([name, value]) => {
      if (value === null) return [];
      if (typeof value === 'number') return [[name, itfNumber(value)]];
      return [[name, typeof value === 'object' ? { '#tup': value.map(itfNumber) } : value]];
    }),
  );
