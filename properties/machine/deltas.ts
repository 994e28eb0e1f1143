/** Sequences made short by what is to be shown alone: calls are taken out, alone and in pairs, and then named plainly. */
import type { Call } from '../../spec/machine.ts';
import type { PlainNames } from '../plain.ts';
import { withoutByReplacing } from '../shrink.ts';
import type { Shows } from '../shrink.ts';

/** Pairs are taken out of sequences up to this length; longer ones are rare once single calls are out. */
const pairsUpTo = 20;

/** Shrink to the shortest and plainest sequence that is found to show what is to be shown. */
export function shrinkTo(names: PlainNames, calls: readonly Call[], shows: Shows, idle: Idle): Call[] {
  const cut = shows(calls);
  if (cut === undefined) throw new Error('the sequence does not show what it is to show');
  let now = shortest(cut, shows, idle);
  for (;;) {
    const { length } = now;
    now = names.plainest(now, (candidate) => shows(candidate)?.length === length);
    const shorter = shortest(now, shows, idle);
    const next =
      shorter.length < length ? shorter : (withoutPair(now, shows) ?? withoutByReplacing(now, { names, shows }));
    if (next === undefined) return [...now];
    now = next;
  }
}

/** Which calls of a sequence did nothing, if the sequence breaks anything. */
export type Idle = (calls: readonly Call[]) => readonly boolean[] | undefined;

/** Take calls out while what is left still shows it. */
function shortest(calls: readonly Call[], shows: Shows, idle: Idle): readonly Call[] {
  let now = withoutIdle(withoutLast(calls, shows), shows, idle);
  for (;;) {
    const next = withoutChunks(now, shows, idle);
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
function withoutPair(calls: readonly Call[], shows: Shows): readonly Call[] | undefined {
  if (calls.length > pairsUpTo) return undefined;
  for (let second = calls.length - 2; second > 0; second--) {
    for (let first = second - 1; first >= 0; first--) {
      const left = shows(calls.filter((_, i) => i !== first && i !== second));
      if (left !== undefined) return left;
    }
  }
  return undefined;
}
