/**
 * Backward slices: of a long sequence, the calls on which its last one depends. What a call reads and writes is taken
 * from a run of the rules, cell by cell; whoever wrote last what is read later is needed, and so on to the front.
 */
import type { Call, TransitionSystem } from '../../spec/transition-system.ts';
import { State } from '../../spec/state.ts';
import { argsLength } from '../../spec/language/run.ts';

/** What one call read and wrote, as numbers of cells. */
export interface Access {
  readonly reads: ReadonlySet<number>;
  readonly writes: ReadonlySet<number>;
}

/** A copy of a state that tells the number of each cell that is read. */
function watched(from: State, onRead: (cell: number) => void): State {
  const cells = new Proxy(from.cells, {
    get(target, key) {
      const cell = typeof key === 'string' ? Number(key) : NaN;
      if (!Number.isNaN(cell)) {
        onRead(cell);
        return target[cell];
      }
      if (key === 'subarray') {
        return (first: number, end: number): Int32Array => {
          for (let at = first; at < end; at++) onRead(at);
          return target.subarray(first, end);
        };
      }
      const member: unknown = Reflect.get(target, key, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
  return new State(from.layout, cells);
}

/** Run calls, which name entries of the VM table, from a state, and keep what each read and wrote. */
export function accessesOf(system: TransitionSystem, start: State, calls: readonly Call[]): Access[] {
  let reads = new Set<number>();
  const state = watched(start.fork(), (cell) => reads.add(cell));
  const args = new Int32Array(argsLength);
  return calls.map((call) => {
    reads = new Set();
    const rule = system.rule(call.call);
    system.bind(rule, call, args);
    system.apply(state, rule, args);
    const read = reads;
    const writes = new Set<number>();
    for (let i = 0; i < state.written; i += 2) writes.add(state.journal[i] as number);
    state.settle();
    return { reads: read, writes };
  });
}

/** The numbers of the calls on which those in `roots` depend, themselves included, in order. */
export function backwardSlice(accesses: readonly Access[], roots: ReadonlySet<number>): number[] {
  const needed = new Set<number>();
  const kept: number[] = [];
  for (let at = accesses.length - 1; at >= 0; at--) {
    const { reads, writes } = accesses[at] as Access;
    const isNeeded = roots.has(at) || [...writes].some((cell) => needed.has(cell));
    if (!isNeeded) continue;
    kept.unshift(at);
    for (const cell of writes) needed.delete(cell);
    for (const cell of reads) needed.add(cell);
  }
  return kept;
}

/**
 * Slices of a sequence, the smallest first: for its last call alone, then also for the last few calls about the same
 * page, frame or VM, whether they were done or not.
 */
export function* slicesOf(system: TransitionSystem, start: State, calls: readonly Call[]): Iterable<readonly number[]> {
  const accesses = accessesOf(system, start, calls);
  const last = calls.length - 1;
  const related = relatedTo(system, calls, last);
  let length = 0;
  for (let count = 0; count <= related.length; count = count === 0 ? 1 : 2 * count) {
    const slice = backwardSlice(accesses, new Set([last, ...related.slice(0, count)]));
    if (slice.length > length && slice.length < calls.length) yield slice;
    length = slice.length;
  }
}

/** The calls that name something that this one names, the latest first. */
function relatedTo(system: TransitionSystem, calls: readonly Call[], at: number): number[] {
  const subjects = new Set(subjectsOf(system, calls[at] as Call));
  return calls
    .flatMap((call, i) => (i !== at && subjectsOf(system, call).some((one) => subjects.has(one)) ? [i] : []))
    .reverse();
}

const subjectKinds: Readonly<Record<string, string>> = { page: 'page', firstPage: 'page', gfn: 'gfn', vm: 'vm' };

const subjectsOf = (system: TransitionSystem, call: Call): string[] =>
  Object.values(system.rule(call.call).rule.parameters).flatMap(({ kind }, i) => {
    const subject = subjectKinds[kind];
    return subject === undefined ? [] : [`${subject} ${call.args[i] ?? 0}`];
  });
