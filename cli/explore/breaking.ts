/** The shortest continuation that breaks a law. */
import { allProperties } from '../../properties/chapters.ts';
import { exploring } from '../../search/explore/explore.ts';
import type { Explored, Progress } from '../../search/explore/explore.ts';
import { countsAsLoss } from '../../search/judge/losses.ts';
import { writeCall } from '../../search/judge/written-call.ts';
import type { WrittenCall } from '../../search/judge/written-call.ts';
import type { Opened } from './opened.ts';

/** A page keeps so many states, and no more numbers of them than this. */
const [mostStates, mostNumbers] = [200_000, 200_000_000];

export interface Continuation {
  readonly calls: readonly WrittenCall[];
  readonly clause: string;
  readonly loss: string;
}

/** Looks breadth first, behind the calls that were made, in parts that can be left off. */
export function breaking({ place: { system, scope }, ran }: Opened): Generator<Progress, Explored> {
  const states = Math.min(mostStates, Math.ceil(mostNumbers / ran.start.length));
  const bounds = { states, depth: Infinity };
  return exploring({ system, scope, after: ran.calls }, allProperties(system), bounds, countsAsLoss(system));
}

export function continuationIn({ place: { system } }: Opened, { found }: Explored): Continuation | undefined {
  if (found === undefined) return undefined;
  const { clause, loss } = found.violation.property;
  return { clause, loss, calls: found.sequence.map((call) => writeCall(system, call)) };
}
