/**
 * The shrinker. It knows what the calls mean: it takes out what did nothing, then what is not needed, alone and in
 * pairs, and then gives pages, frames and arguments their plainest names. The same clause stays violated throughout.
 */
import type { Call, Machine } from '../spec/machine.ts';
import { protAll } from '../spec/world.ts';
import type { Parameter } from '../spec/parameters.ts';
import { valuesOf } from './plan.ts';
import type { Replay } from './sequence.ts';

/** Pairs are taken out of sequences up to this length; longer ones are rare once single calls are out. */
const pairsUpTo = 20;
/** Up to this length it is tried whether a call that is made a little different spares others. */
const replacedUpTo = 4;

/** Does this sequence still show what is to be shown? If so, the sequence up to there, without what did nothing. */
export type Shows = (calls: readonly Call[]) => readonly Call[] | undefined;

/** Shrink to the shortest and plainest sequence that is found to break the same clause. */
export function shrink(replay: Replay, calls: readonly Call[], clause: string): Call[] {
  const first = replay.run(calls)?.violation.property;
  const sampled = first?.kind === 'always' && first.sampled === true;
  const shows: Shows = (candidate) => {
    const broken = replay.run(candidate, sampled);
    if (broken?.violation.property.clause !== clause) return undefined;
    return candidate.slice(0, broken.length);
  };
  const cut = shows(calls);
  if (cut === undefined) throw new Error(`the sequence does not break ${clause}`);
  const idle: Idle = (all) => replay.run(all, sampled) && idleIn(replay);
  let now = plainest(replay.machine, shortest(cut, shows, idle), shows);
  for (;;) {
    const shorter = withoutByReplacing(replay.machine, now, shows);
    if (shorter === undefined) return now;
    now = plainest(replay.machine, shortest(shorter, shows, idle), shows);
  }
}

/** Which calls of a sequence did nothing, if the sequence breaks anything. */
type Idle = (calls: readonly Call[]) => readonly boolean[] | undefined;

/** Which calls of the last run did nothing. */
const idleIn = (replay: Replay): readonly boolean[] => replay.wrote.map((wrote) => !wrote);

/** Take calls out while what is left still shows it. */
function shortest(calls: readonly Call[], shows: Shows, idle: Idle): readonly Call[] {
  let now = withoutIdle(withoutLast(calls, shows), shows, idle);
  for (;;) {
    const next = withoutPair(withoutChunks(now, shows, idle), shows);
    if (next.length === now.length) return next;
    now = withoutIdle(next, shows, idle);
  }
}

/** A property that is judged only now and then may have been broken before the last call. */
function withoutLast(calls: readonly Call[], shows: Shows): readonly Call[] {
  const left = calls.length > 1 ? shows(calls.slice(0, -1)) : undefined;
  return left === undefined ? calls : withoutLast(left, shows);
}

function withoutIdle(calls: readonly Call[], shows: Shows, idle: Idle): readonly Call[] {
  const did = idle(calls);
  const busy = calls.filter((_, i) => i === calls.length - 1 || did?.[i] !== true);
  return busy.length < calls.length ? (shows(busy) ?? calls) : calls;
}

/** Chunks of halving length, from the end to the front. */
function withoutChunks(calls: readonly Call[], shows: Shows, idle: Idle): readonly Call[] {
  let now = calls;
  for (let size = Math.ceil(calls.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let end = now.length - 1; end > 0;) {
      const start = Math.max(0, end - size);
      const left = shows([...now.slice(0, start), ...now.slice(end)]);
      if (left !== undefined) now = size > 1 ? withoutIdle(left, shows, idle) : left;
      end = Math.min(start, now.length - 1);
    }
  }
  return now;
}

/** Two calls that are needed only for each other, such as sharing and unsharing. */
function withoutPair(calls: readonly Call[], shows: Shows): readonly Call[] {
  if (calls.length > pairsUpTo) return calls;
  for (let second = calls.length - 2; second > 0; second--) {
    for (let first = second - 1; first >= 0; first--) {
      const left = shows(calls.filter((_, i) => i !== first && i !== second));
      if (left !== undefined) return withoutPair(left, shows);
    }
  }
  return calls;
}

/** One call is made a little different, and with that others can be spared. */
function withoutByReplacing(machine: Machine, calls: readonly Call[], shows: Shows): readonly Call[] | undefined {
  if (calls.length < 2 || calls.length > replacedUpTo) return undefined;
  const pages = pagesWorthTrying(machine, calls);
  for (let at = calls.length - 1; at >= 0; at--) {
    for (const other of variantsOf(machine, calls[at] as Call, pages)) {
      for (const kept of keeping(calls.length, at)) {
        const left = shows(kept.map((i) => (i === at ? other : (calls[i] as Call))));
        if (left !== undefined) return left;
      }
    }
  }
  return undefined;
}

/** The proper subsets of the numbers below `length` that hold `at`: the smallest first, and of four no more than two. */
function keeping(length: number, at: number): readonly (readonly number[])[] {
  const all = Array.from({ length }, (_, i) => i);
  const sets = Array.from({ length: 2 ** length - 1 }, (_, set) => all.filter((i) => ((set >> i) & 1) === 1));
  const most = length > 3 ? 2 : length - 1;
  return sets.filter((set) => set.includes(at) && set.length <= most).sort((a, b) => a.length - b.length);
}

/** The pages in use, one that is not, and those that are no memory: the other pages are like the one. */
function pagesWorthTrying(machine: Machine, calls: readonly Call[]): ReadonlySet<number> {
  const used = calls.flatMap((call) =>
    call.args.filter((_, i) => pageLike.has(parametersOf(machine, call)[i]?.kind ?? '')),
  );
  const { pages } = machine.world;
  const unused = pages.findIndex((page, number) => page.kind === 'memory' && !used.includes(number));
  return new Set([...used, unused, ...pages.flatMap((page, number) => (page.kind === 'memory' ? [] : [number]))]);
}

/** The call on another CPU, or with one other argument. */
function* variantsOf(machine: Machine, call: Call, pages: ReadonlySet<number>): IterableIterator<Call> {
  for (let cpu = 0; cpu < machine.world.cpus; cpu++) if (cpu !== call.cpu) yield { ...call, cpu };
  for (const [position, parameter] of parametersOf(machine, call).entries()) {
    if (parameter.kind === 'prot') continue;
    for (const value of ranked(machine, parameter)) {
      if (value === call.args[position] || (pageLike.has(parameter.kind) && !pages.has(value))) continue;
      yield { ...call, args: call.args.map((arg, i) => (i === position ? value : arg)) };
    }
  }
}

/** Values from the plainest to the strangest. */
function ranked(machine: Machine, parameter: Parameter): readonly number[] {
  if (parameter.kind === 'vm') return Array.from({ length: machine.world.slots }, (_, vm) => vm);
  const values = valuesOf(machine, parameter);
  return parameter.kind === 'prot' ? [protAll, ...values.filter((value) => value !== protAll)] : values;
}

const pageLike = new Set(['page', 'firstPage']);
const frameLike = new Set(['gfn']);

/** Give everything its plainest name, as long as the sequence still shows the same, in no more calls. */
function plainest(machine: Machine, calls: readonly Call[], shows: Shows): Call[] {
  const still = (candidate: readonly Call[]): boolean => shows(candidate)?.length === calls.length;
  let now = [...calls];
  for (let round = 0; round < 4; round++) {
    const before = JSON.stringify(now);
    now = exchangeCpus(machine, now, still);
    now = exchange(machine, now, pageLike, machine.world.pages.length, still);
    now = exchange(machine, now, frameLike, machine.world.gfns.length, still);
    now = plainArguments(machine, now, still);
    if (JSON.stringify(now) === before) break;
  }
  return now;
}

const parametersOf = (machine: Machine, call: Call): readonly Parameter[] =>
  Object.values(machine.rule(call.call).rule.parameters);

const exchanged = (value: number, one: number, other: number): number =>
  value === one ? other : value === other ? one : value;

/** Numbers of one kind, in order of first use, change places with smaller ones. */
function exchange(
  machine: Machine,
  calls: Call[],
  kinds: ReadonlySet<string>,
  count: number,
  still: (calls: readonly Call[]) => boolean,
): Call[] {
  let now = calls;
  const swap = (all: readonly Call[], one: number, other: number): Call[] =>
    all.map((call) => {
      const parameters = parametersOf(machine, call);
      const args = call.args.map((arg, i) => (kinds.has(parameters[i]?.kind ?? '') ? exchanged(arg, one, other) : arg));
      return { ...call, args };
    });
  const used = (): number[] => [
    ...new Set(
      now.flatMap((call) => call.args.filter((_, i) => kinds.has(parametersOf(machine, call)[i]?.kind ?? ''))),
    ),
  ];
  for (let position = 0; position < Math.min(used().length, count); position++) {
    const page = used()[position] as number;
    const settled = new Set(used().slice(0, position));
    for (let smaller = 0; smaller < page; smaller++) {
      if (settled.has(smaller)) continue;
      const candidate = swap(now, page, smaller);
      if (!still(candidate)) continue;
      now = candidate;
      break;
    }
  }
  return now;
}

function exchangeCpus(machine: Machine, calls: Call[], still: (calls: readonly Call[]) => boolean): Call[] {
  let now = calls;
  for (let cpu = 1; cpu < machine.world.cpus; cpu++) {
    const all = now.map((call) => ({ ...call, cpu: exchanged(call.cpu, 0, cpu) }));
    if (now[0]?.cpu === cpu && still(all)) now = all;
  }
  return now;
}

/** Each argument by itself, and the CPU of each call. */
function plainArguments(machine: Machine, calls: Call[], still: (calls: readonly Call[]) => boolean): Call[] {
  let now = calls;
  const attempt = (at: number, call: Call): boolean => {
    const candidate = now.map((one, i) => (i === at ? call : one));
    if (!still(candidate)) return false;
    now = candidate;
    return true;
  };
  for (let at = 0; at < calls.length; at++) {
    const call = now[at] as Call;
    if (call.cpu !== 0) attempt(at, { ...call, cpu: 0 });
    parametersOf(machine, call).forEach((parameter, position) => {
      for (const value of ranked(machine, parameter)) {
        const current = now[at] as Call;
        if (value === current.args[position]) break;
        const args = current.args.map((arg, i) => (i === position ? value : arg));
        if (attempt(at, { ...current, args })) break;
      }
    });
  }
  return now;
}
