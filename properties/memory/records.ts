/** What the records and tables may say of a page: the table of legal combinations. */
import { none, protAll } from '../../spec/config.ts';
import type { Always, Property } from '../property.ts';
import { MAPPING, OWNER, PAGE, USE } from '../view.ts';
import type { View } from '../view.ts';
import { count, everHeld, everLent } from './counts.ts';

const isMapped = (state: number): boolean => state !== MAPPING.NOPAGE && state < MAPPING.POISON;

const onlyMemoryChangesHands: Always = {
  kind: 'always',
  clause: 'MEM-LEGAL',
  statement: 'what is not memory is never shared, given away or mapped',
  loss: 'what is no memory changes hands',
  over: 'page',
  holds: (view, page) => {
    if (view.isMemory(page)) return true;
    const kind = view.config.pages[page]?.kind;
    return (
      view.host(page) === (kind === 'carveout' ? PAGE.NOPAGE : PAGE.OWNED) &&
      view.hyp(page) === (kind === 'carveout' ? PAGE.OWNED : PAGE.NOPAGE) &&
      view.use(page) === USE.NONE &&
      view.pins(page) === 0 &&
      everLent(view, page) === 0 &&
      everHeld(view, page) === 0
    );
  },
};

/** The entry at which the record says that a page is owned does map it, in this state; a stranded one is forgiven. */
function isAnnotated(view: View, page: number, state: number): boolean {
  if (everHeld(view, page) !== 1) return false;
  if (count(view.ghost.strandedHeld, page) > 0) return true;
  const annotation = view.annotation(page);
  if (annotation === none) return false;
  const leaf = view.leaf(annotation);
  const first = view.mapped(leaf);
  return view.mapping(leaf) === state && first <= page && page < first + view.span(leaf);
}

function isLegal(view: View, page: number): boolean {
  const [host, hyp, owner] = [view.host(page), view.hyp(page), view.owner(page)];
  const notLent = everLent(view, page) === 0 && view.shares(page) === 0;
  const notHeld = everHeld(view, page) === 0;
  if (host === PAGE.OWNED) return hyp === PAGE.NOPAGE && owner === OWNER.NONE && notLent && notHeld;
  if (host === PAGE.SHARED_OWNED) {
    if (owner !== OWNER.NONE || !notHeld) return false;
    return hyp === PAGE.NOPAGE || (hyp === PAGE.SHARED_BORROWED && notLent);
  }
  if (!notLent) return false;
  if (host === PAGE.SHARED_BORROWED) return hyp === PAGE.NOPAGE && isAnnotated(view, page, MAPPING.SHARED_OWNED);
  if (owner === OWNER.HYP) return hyp === PAGE.OWNED && notHeld;
  if (owner === OWNER.VM) return hyp === PAGE.NOPAGE && isAnnotated(view, page, MAPPING.OWNED);
  return owner === OWNER.FFA && hyp === PAGE.NOPAGE && notHeld;
}

const viewsAreLegal: Always = {
  kind: 'always',
  clause: 'MEM-LEGAL',
  statement:
    'the views of the host, the hypervisor and the VMs of a page are one row of the table of legal combinations',
  loss: 'the records of a page contradict each other',
  over: 'page',
  holds: (view, page) => !view.isMemory(page) || isLegal(view, page),
};

function isWellFormedBlock(view: View, mapping: number): boolean {
  const vm = view.vmOfMapping(mapping);
  const head = mapping - vm * view.frames;
  if (view.config.gfns[head]?.head !== head) return false;
  if ((view.config.pages[view.mapped(mapping)]?.aligned ?? 0) < view.config.block) return false;
  for (let frame = 0; frame < view.frames; frame++) {
    if (frame === head || view.config.gfns[frame]?.head !== head) continue;
    if (view.mapping(vm * view.frames + frame) !== MAPPING.NOPAGE) return false;
  }
  return true;
}

const mappingsAreWellFormed: Always = {
  kind: 'always',
  clause: 'MEM-LEGAL',
  statement: 'an entry maps one page or one aligned block, inside the address range, with permissions that exist',
  loss: 'an entry maps what it cannot',
  over: 'mapping',
  holds: (view, mapping) => {
    const state = view.mapping(mapping);
    if (!isMapped(state))
      return view.mapped(mapping) === none && view.asBlock(mapping) === 0 && view.prot(mapping) === 0;
    const gfn = mapping % view.frames;
    const shape = view.config.gfns[gfn];
    const prot = view.prot(mapping);
    if (shape?.inRange !== true || shape.of !== gfn || prot < 0 || prot > protAll) return false;
    if (view.mapped(mapping) < 0) return false;
    return view.asBlock(mapping) === 0 || isWellFormedBlock(view, mapping);
  },
};

const vmsOwnOrBorrow: Always = {
  kind: 'always',
  clause: 'MEM-LEGAL',
  statement: 'a protected VM owns what it maps, another VM borrows it, and a VM that does not exist maps nothing',
  loss: 'a page is mapped the wrong way',
  over: 'mapping',
  holds: (view, mapping) => {
    const state = view.mapping(mapping);
    if (state === MAPPING.NOPAGE) return true;
    const vm = view.vmOfMapping(mapping);
    if (!view.isCreated(vm)) return false;
    return state === MAPPING.SHARED_BORROWED ? !view.isProtected(vm) : view.isProtected(vm);
  },
};

export const records: readonly Property[] = [
  onlyMemoryChangesHands,
  mappingsAreWellFormed,
  vmsOwnOrBorrow,
  viewsAreLegal,
];
