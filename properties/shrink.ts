/**
 * The shrinker. It knows what the calls mean: it takes out what did nothing, then what is not needed, alone and in
 * pairs, and then gives pages, frames and arguments their plainest names. The same clause stays violated throughout.
 */
import type { Call, Machine } from '../spec/machine.ts';
import { protAll } from '../spec/world.ts';
import type { Parameter } from '../spec/parameters.ts';
import type { Replay } from './sequence.ts';

/** Pairs are taken out of sequences up to this length; longer ones are rare once single calls are out. */
const pairsUpTo = 40;

/** Does this sequence still show what is to be shown? If so, the sequence up to there, without what did nothing. */
export type Shows = (calls: readonly Call[]) => readonly Call[] | undefined;

/** Shrink to the shortest and plainest sequence that is found to break the same clause. */
export function shrink(replay: Replay, calls: readonly Call[], clause: string): Call[] {
  const shows: Shows = (candidate) => {
    const broken = replay.run(candidate);
    if (broken?.violation.property.clause !== clause) return undefined;
    return candidate.slice(0, broken.length);
  };
  const cut = shows(calls);
  if (cut === undefined) throw new Error(`the sequence does not break ${clause}`);
  return plainest(
    replay.machine,
    shortest(cut, shows, (all) => replay.run(all) && idleIn(replay)),
    shows,
  );
}

/** Which calls of the last run did nothing. */
const idleIn = (replay: Replay): readonly boolean[] => replay.wrote.map((wrote) => !wrote);

/** Take calls out while what is left still shows it. */
function shortest(
  calls: readonly Call[],
  shows: Shows,
  idle: (calls: readonly Call[]) => readonly boolean[] | undefined,
): readonly Call[] {
  let now = withoutIdle(calls, shows, idle);
  for (;;) {
    const next = withoutPair(withoutChunks(now, shows, idle), shows);
    if (next.length === now.length) return next;
    now = withoutIdle(next, shows, idle);
  }
}

function withoutIdle(
  calls: readonly Call[],
  shows: Shows,
  idle: (calls: readonly Call[]) => readonly boolean[] | undefined,
): readonly Call[] {
  const did = idle(calls);
  const busy = calls.filter((_, i) => i === calls.length - 1 || did?.[i] !== true);
  return busy.length < calls.length ? (shows(busy) ?? calls) : calls;
}

/** Chunks of halving length, from the end to the front. */
function withoutChunks(
  calls: readonly Call[],
  shows: Shows,
  idle: (calls: readonly Call[]) => readonly boolean[] | undefined,
): readonly Call[] {
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

/** Values from the plainest to the strangest. */
function ranked(machine: Machine, parameter: Parameter): readonly number[] {
  if (parameter.kind === 'vm') return Array.from({ length: machine.world.slots }, (_, vm) => vm);
  const values = parameter.values(machine.world);
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
