/** What one would write instead of terms: the guards of a call and two laws, over the cells of a state. */
import { LIFE, MAPPING, OWNER, PAGE } from '../../properties/view.ts';
import type { View } from '../../properties/view.ts';
import type { Args } from '../../spec/language/run.ts';
import type { Layout } from '../../spec/state.ts';

type Cells = Int32Array;
const at = (cells: ArrayLike<number>, place: number): number => cells[place] as number;

export function byHand(layout: Layout) {
  return { unshares: unshares(layout), comesBackWiped: comesBackWiped(layout), ownedIsPrivate: ownedIsPrivate(layout) };
}

/** Whether all guards of `unshare_guest` let the call through. */
function unshares({ base, config }: Layout): (c: Cells, args: Args) => boolean {
  const { slots, block, gfns } = config;
  const { life: lives, protected: isProtected, mapping, mapped, asBlock, host, shares } = base;
  const frames = gfns.length;
  const heads = Int32Array.from(gfns, ({ head }) => head);
  const offsets = Int32Array.from(gfns, ({ offset }) => offset);
  const isInRange = Uint8Array.from(gfns, ({ inRange }) => Number(inRange));
  const entryOf = (c: Cells, vm: number, gfn: number): number => {
    const own = vm * frames + gfn;
    const head = vm * frames + at(heads, gfn);
    const isCovered = head !== own && at(c, asBlock + head) === 1 && at(c, mapping + own) === MAPPING.NOPAGE;
    return isCovered && at(c, mapped + head) >= 0 ? head : own;
  };
  return (c, args) => {
    const [vm, gfn, count] = [at(args, 1), at(args, 2), at(args, 3)];
    if (vm < 0 || vm >= slots) return false;
    const life = at(c, lives + vm);
    if (life !== LIFE.LIVE && life !== LIFE.DYING) return false;
    if (at(c, isProtected + vm) !== 0) return false;
    if (count !== 1 && (count !== block || at(heads, gfn) !== gfn)) return false;
    if (at(isInRange, gfn) !== 1) return false;
    const entry = entryOf(c, vm, gfn);
    if (at(c, mapping + entry) !== MAPPING.SHARED_BORROWED) return false;
    const isBlock = at(c, asBlock + entry);
    if ((count === 1) !== (isBlock === 0)) return false;
    const first = at(c, mapped + entry) + isBlock * at(offsets, gfn);
    for (let page = first; page < first + count; page++) {
      if (at(c, host + page) !== PAGE.SHARED_OWNED || at(c, shares + page) <= 0) return false;
    }
    return true;
  };
}

/** MEM-WIPE. */
function comesBackWiped({ base, config }: Layout): (was: Cells, now: Cells, page: number) => boolean {
  const { words } = config;
  const { owner, host, word: contents } = base;
  return (was, now, page) => {
    if (at(was, owner + page) !== OWNER.VM || at(was, host + page) !== PAGE.NOPAGE) return true;
    const reach = at(now, host + page);
    if (reach === PAGE.NOPAGE || reach === PAGE.SHARED_BORROWED) return true;
    for (let word = 0; word < words; word++) if (at(now, contents + page * words + word) !== 0) return false;
    return true;
  };
}

/** MEM-PRIVATE. */
function ownedIsPrivate({ base, config }: Layout): (now: View, number: number) => boolean {
  const { mapping, mapped, asBlock, host, hyp, dmaMaps } = base;
  const { block } = config;
  return ({ cells, ghost }, number) => {
    if (at(cells, mapping + number) !== MAPPING.OWNED) return true;
    const first = at(cells, mapped + number);
    const end = first + (at(cells, asBlock + number) === 1 ? block : 1);
    for (let page = first; page < end; page++) {
      const isPrivate = at(cells, host + page) === PAGE.NOPAGE && at(cells, hyp + page) === PAGE.NOPAGE;
      if (!isPrivate || at(ghost.held, page) !== 1 || at(ghost.lent, page) !== 0) return false;
      if (at(cells, dmaMaps + page) !== 0) return false;
    }
    return true;
  };
}
