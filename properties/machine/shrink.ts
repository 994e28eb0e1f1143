/** Sequences for the machine made short and plain: fewer switches between CPUs first, then fewer calls, then plainer ones. */
import type { Call } from '../../spec/machine.ts';
import { PlainNames, plainPages } from '../plain.ts';
import { shrinkTo } from './deltas.ts';
import type { Shows } from '../shrink.ts';
import type { Hold, Move } from './binder.ts';
import type { Lab } from './lab.ts';

/** Shrink a sequence after which this clause is broken, as long as it is. */
export function shrinkMoves(lab: Lab, moves: readonly Move[], clause: string): Move[] {
  const shows: Shows = (candidate) => {
    const broken = lab.run(candidate);
    return broken?.breach.clause === clause ? candidate.slice(0, broken.length) : undefined;
  };
  const idle = (all: readonly Call[]): readonly boolean[] | undefined => {
    const broken = lab.run(all);
    return broken && all.map((_, i) => lab.wrote[i] === false);
  };
  const names = new PlainNames(lab.spec, plainPages(lab.spec, lab.start));
  let now: Move[] = [...moves];
  for (let round = 0; round < 4; round++) {
    const before = JSON.stringify(now);
    now = fewerSwitches(now, shows);
    now = shrinkTo(names, now, shows, idle);
    now = fewerSwitches(now, shows);
    if (JSON.stringify(now) === before) break;
  }
  return now;
}

/** Let calls run through; where one must be held, for as few steps and as few calls as will do. */
function fewerSwitches(moves: readonly Move[], shows: Shows): Move[] {
  const bare = moves.map((move) => withHold(move, undefined));
  if (shows(bare)?.length === bare.length) return bare;
  const now = [...moves];
  const attempt = (at: number, hold: Hold | undefined): boolean => {
    const candidate = now.map((move, i) => (i === at ? withHold(move, hold) : move));
    if (shows(candidate)?.length !== candidate.length) return false;
    now[at] = candidate[at] as Move;
    return true;
  };
  for (let at = now.length - 1; at >= 0; at--) {
    const hold = now[at]?.hold;
    if (hold === undefined || attempt(at, undefined)) continue;
    for (let lets = 1; lets < hold.lets; lets++) if (attempt(at, { ...hold, lets })) break;
    const { lets } = now[at]?.hold ?? hold;
    for (let after = 1; after < hold.after; after++) if (attempt(at, { after, lets })) break;
  }
  return now;
}

function withHold(move: Move, hold: Hold | undefined): Move {
  const { call, cpu, args } = move;
  return hold === undefined ? { call, cpu, args } : { call, cpu, args, hold };
}
