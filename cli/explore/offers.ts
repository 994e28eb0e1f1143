/** The calls that can be made in a state, by what they would answer: done, or refused by which guard. */
import { wordsOf } from '../../spec/language/words.ts';
import { argsLength, passedAt } from '../../spec/language/run.ts';
import type { Parameter } from '../../spec/parameters.ts';
import { done } from '../../spec/transition-system.ts';
import type { Call, CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import { allVisits, plainVisitsTo } from '../../search/explore/calls-plain.ts';
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
  const values = new Map<Parameter, readonly string[]>();
  return [...system.rules.values()].map((rule) => ({
    call: rule.rule.call,
    actor: rule.rule.actor,
    ends: endsOf(opened, rule),
    choices: Object.entries(rule.rule.parameters).map(([name, parameter]) => {
      const known = values.get(parameter) ?? valuesOf(opened, parameter);
      values.set(parameter, known);
      return { name, values: known };
    }),
  }));
}

function endsOf(opened: Opened, rule: CompiledRule): OfferedEnd[] {
  const { all, to } = visitsIn(opened, rule);
  const calls = new Map<number, WrittenCall[]>();
  for (const [end, visits] of to) {
    const found: WrittenCall[] = [];
    collect(opened, rule, visits, new Map([[end, found]]));
    calls.set(end, found);
  }
  const missing = [...calls].filter(([, found]) => found.length === 0);
  // What is changed even on failure can bring a call to an end that no plan foresees: then all are tried.
  const isForeseen = rule.rule.guards.every(({ kind }) => kind === 'must');
  if (!isForeseen && missing.length > 0) collect(opened, rule, all, new Map(missing));
  return [...calls].flatMap(([end, found]) => (found.length === 0 ? [] : [offeredEnd(rule, end, found)]));
}

function offeredEnd(rule: CompiledRule, end: number, calls: readonly WrittenCall[]): OfferedEnd {
  const shown = { calls: calls.slice(0, mostListed), hasMore: calls.length > mostListed };
  const guard = rule.guards[end];
  if (guard === undefined) return { answer: 'done', ...shown };
  const { error, clause, condition } = guard;
  return { answer: error, clause, condition: wordsOf(condition), ...shown };
}

interface RuleVisits {
  readonly to: ReadonlyMap<number, Visits>;
  readonly all: Visits;
}
/** Plans are made once for each rule. */
const visitsKnown = new WeakMap<CompiledRule, RuleVisits>();
function visitsIn({ place: { system } }: Opened, rule: CompiledRule): RuleVisits {
  const known = visitsKnown.get(rule);
  if (known !== undefined) return known;
  const ends = [done, ...targetsOf(rule)];
  const made = {
    to: new Map(ends.map((end) => [end, plainVisitsTo(system, rule, end)])),
    all: allVisits(system, rule),
  };
  visitsKnown.set(rule, made);
  return made;
}

/** Those of the calls that are visited which come to one of these ends, and of each one more than are listed. */
function collect(opened: Opened, rule: CompiledRule, visits: Visits, ends: ReadonlyMap<number, WrittenCall[]>): void {
  const { system } = opened.place;
  const state = opened.state.fork();
  let [tried, open] = [0, ends.size];
  visits(state, new Int32Array(argsLength), (_, args) => {
    const calls = ends.get(system.apply(state, rule, args));
    state.undo();
    if (calls !== undefined && calls.length <= mostListed && calls.push(written(opened, rule, args)) > mostListed)
      open--;
    return open > 0 && ++tried < mostTried;
  });
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
