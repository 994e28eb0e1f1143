/** Sequences for the machine made short and plain: fewer switches between CPUs first, then fewer calls, then plainer ones. */
import { State } from '../../spec/state.ts';
import { Cuts } from '../shrink/deletions.ts';
import { PlainNames, plainPages } from '../shrink/canonical.ts';
import { shrinkTo } from '../shrink/shrink.ts';
import type { Shows } from '../shrink/shrink.ts';
import type { Hold, Move } from './binder.ts';
import type { Lab } from './two-run.ts';

/** Shrink a sequence after which this clause is broken, as long as it is. */
export function shrinkMoves(lab: Lab, moves: readonly Move[], clause: string): Move[] {
  const upToBreach: Shows = (candidate) => {
    const broken = lab.run(candidate);
    return broken?.breach.clause === clause ? candidate.slice(0, broken.length) : undefined;
  };
  // why: a call that changed nothing in the abstract state can still matter, as a load that fills a TLB.
  const shows: Shows = (candidate) => {
    const cut = upToBreach(candidate);
    const busy = cut?.filter((_, i) => i === cut.length - 1 || lab.wrote[i] !== false);
    return busy === undefined || busy.length === cut?.length ? cut : (upToBreach(busy) ?? cut);
  };
  const start = new State(lab.spec.layout, lab.start);
  const cuts = new Cuts(lab.spec, lab.reserved.length, start);
  const tools = { shows, cuts, names: new PlainNames(lab.spec, plainPages(lab.spec, lab.start)) };
  let now: readonly Move[] = moves;
  for (let round = 0; round < 4; round++) {
    const before = JSON.stringify(now);
    now = fewerSwitches(now, upToBreach);
    now = shrinkTo(now, tools);
    now = fewerSwitches(now, upToBreach);
    if (JSON.stringify(now) === before) break;
  }
  return [...now];
}

/** Let calls run through; where one must be held, for as few steps and as few calls as will do. */
function fewerSwitches(moves: readonly Move[], shows: Shows): readonly Move[] {
  const bare = shows(moves.map((move) => withHold(move, undefined)));
  if (bare !== undefined) return bare;
  let now = moves;
  const attempt = (at: number, hold: Hold | undefined): boolean => {
    const shown = shows(now.map((move, i) => (i === at ? withHold(move, hold) : move)));
    now = shown ?? now;
    return shown !== undefined;
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
