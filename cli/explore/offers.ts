/** The calls that can be made in a state, by what they would answer: done, or refused by which guard. */
import { wordsOf } from '../../spec/language/words.ts';
import { argsLength, passedAt } from '../../spec/language/run.ts';
import type { Parameter } from '../../spec/parameters.ts';
import { done } from '../../spec/transition-system.ts';
import type { Call, CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import { allVisits } from '../../search/explore/calls-plain.ts';
import { visitsTo } from '../../search/explore/calls.ts';
import type { Visits } from '../../search/explore/calls.ts';
import { dependsOnCpu, targetsOf } from '../../search/generate/plan.ts';
import { formatVm, translate } from '../../search/judge/vm-symmetry.ts';
import { answered } from '../../search/judge/answered.ts';
import { readCall, writeCall } from '../../search/judge/written-call.ts';
import type { WrittenCall } from '../../search/judge/written-call.ts';
import { formatWritten } from '../explain/scenes.ts';
import type { Opened } from './opened.ts';

/** One call, by its name. */
export interface Offer {
  readonly call: string;
  readonly actor: string;
  readonly ends: readonly OfferedEnd[];
  /** The arguments, each with all that can be given for it. */
  readonly choices: readonly { readonly name: string; readonly values: readonly string[] }[];
}

/** An end that the call can come to now, and calls that do. */
export interface OfferedEnd {
  /** `done`, or the error. */
  readonly answer: string;
  /** The guard that refuses. */
  readonly clause?: string;
  readonly condition?: string;
  readonly calls: readonly WrittenCall[];
  /** There are more than these. */
  readonly hasMore: boolean;
}

/** So many are listed for one end of a call. */
const mostListed = 12;
/** So many are tried for it. */
const mostTried = 20_000;

export function offersOf(opened: Opened): Offer[] {
  const { system } = opened.place;
  return [...system.rules.values()].map((rule) => ({
    call: rule.rule.call,
    actor: rule.rule.actor,
    ends: [done, ...targetsOf(rule)].flatMap((end) => endOf(opened, rule, end)),
    choices: Object.entries(rule.rule.parameters).map(([name, parameter]) => ({
      name,
      values: valuesOf(opened, parameter),
    })),
  }));
}

function endOf(opened: Opened, rule: CompiledRule, end: number): OfferedEnd[] {
  const { system } = opened.place;
  const planned = callsTo(opened, rule, end, visitsTo(system, rule, end));
  // What is changed even on failure can bring a call to an end that no plan foresees: then all are tried.
  const isForeseen = planned.length > 0 || rule.rule.guards.every(({ kind }) => kind === 'must');
  const calls = isForeseen ? planned : callsTo(opened, rule, end, allVisits(system, rule));
  if (calls.length === 0) return [];
  const shown = { calls: calls.slice(0, mostListed), hasMore: calls.length > mostListed };
  const guard = rule.guards[end];
  if (guard === undefined) return [{ answer: 'done', ...shown }];
  const { error, clause, condition } = guard;
  return [{ answer: error, clause, condition: wordsOf(condition), ...shown }];
}

/** Those of the calls that are visited which come to this end, and one more than are listed. */
function callsTo(opened: Opened, rule: CompiledRule, end: number, visits: Visits): WrittenCall[] {
  const { system } = opened.place;
  const state = opened.state.fork();
  const calls: WrittenCall[] = [];
  let tried = 0;
  visits(state, new Int32Array(argsLength), (_, args) => {
    const isMeant = system.apply(state, rule, args) === end;
    state.undo();
    if (isMeant) calls.push(written(opened, rule, args));
    return calls.length <= mostListed && ++tried < mostTried;
  });
  return calls;
}

function written({ place: { system }, symmetry }: Opened, rule: CompiledRule, args: Int32Array): WrittenCall {
  const given = rule.names.map((_, i) => args[i + 1 + passedAt] as number);
  const call: Call = { call: rule.rule.call, cpu: args[0] as number, args: given };
  return writeCall(
    system,
    translate(system, call, (vm) => symmetry.toOrdinal(vm)),
  );
}

function valuesOf({ place: { system }, symmetry }: Opened, parameter: Parameter): string[] {
  const { config } = system;
  const words = parameter
    .values(config)
    .map((value) => (parameter.kind === 'vm' ? formatVm(symmetry.toOrdinal(value)) : parameter.format(config, value)));
  return [...new Set(words)];
}

/** What one call would answer. */
export function answerTo({ place: { system }, state, symmetry }: Opened, call: WrittenCall): string {
  const named = translate(system, readCall(system, call), (vm) => symmetry.toEntry(vm));
  const { answer, clause } = answered(system, named.call, system.step(state, named).outcome);
  return clause === undefined ? answer : `${answer} (${clause})`;
}

/** A call as it is listed below its name; on which CPU it is made is said where that can make a difference. */
export function labelOf({ place: { system } }: Opened, call: WrittenCall): string {
  const args = formatWritten(call, system.config.words).slice(call.call.length + 1, -1);
  const parts = [
    ...(args === '' ? [] : [args]),
    ...(hasCpu(system.rule(call.call), system) ? [`CPU ${call.cpu}`] : []),
  ];
  return parts.length === 0 ? 'make it' : parts.join(' · ');
}

/** Rules are read for it once. */
const withCpu = new WeakMap<CompiledRule, boolean>();
function hasCpu(rule: CompiledRule, { config }: TransitionSystem): boolean {
  const has = withCpu.get(rule) ?? (config.cpus > 1 && dependsOnCpu(rule));
  withCpu.set(rule, has);
  return has;
}
