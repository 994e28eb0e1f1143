/** The host and its service that a state of CIDs stands for. */
import { answerOfHost, cidCalls } from '../../model/cids/service.ts';
import type { Allocator, Host } from '../../model/cids/service.ts';
import type { FieldName } from '../../spec/fields.ts';
import { initialState } from '../../spec/state.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { Cells } from './cells.ts';
import { twin } from './twin.ts';
import type { Twin } from './twin.ts';

export const usualAllocator: Allocator = { neverAgain: false, inTwoSteps: false, keepsLast: true, looksAtHeld: true };
const allocators: Readonly<Record<string, Allocator>> = {
  'cids-cyclic': usualAllocator,
  'cids-strict': { ...usualAllocator, neverAgain: true },
  'cids-split': { ...usualAllocator, inTwoSteps: true },
  'cids-forgetful': { ...usualAllocator, keepsLast: false },
  'cids-13': { ...usualAllocator, looksAtHeld: false },
};

export function cidTwin({ profile, layout, config }: TransitionSystem): Twin | undefined {
  const allocator = allocators[profile.name];
  if (allocator === undefined || config.cids === 0) return undefined;
  const start = initialState(layout).cells;
  return twin<Host>({
    name: 'cids',
    calls: cidCalls.filter((call) => profile.rules.has(call)),
    read: (cells) => hostOf(new Cells(layout, cells), allocator),
    write: (host, cells) => {
      cells.set(start);
      writeHost(new Cells(layout, cells), host);
    },
    answer: answerOfHost,
  });
}

/** Each CID as often as its cell counts. */
const listed = (cells: Cells, field: FieldName): number[] =>
  cells.each(field, (cid) => Array.from({ length: Math.max(0, cells.get(field, cid)) }, () => cid)).flat();

/** Who never grants a CID twice never has two VMs with one, and the service grants nothing beside what it counts. */
export function hostOf(cells: Cells, allocator: Allocator): Host | undefined {
  const host: Host = {
    allocator,
    range: cells.layout.size.cidHeld,
    vms: listed(cells, 'cidHeld'),
    held: new Set(cells.each('servicedCids', (cid) => cid).filter((cid) => cells.flag('servicedCids', cid))),
    granted: listed(cells, 'cidGranted'),
    open: listed(cells, 'cidPending'),
    last: cells.maybe('lastCid'),
  };
  const isStrict = !allocator.neverAgain || host.vms.every((cid) => host.granted.includes(cid));
  return isStrict && (allocator.inTwoSteps || host.open.length === 0) ? host : undefined;
}

export function writeHost(cells: Cells, { vms, held, granted, open, last, range }: Host): void {
  const count = (field: FieldName, cids: readonly number[]): void => {
    for (let cid = 0; cid < range; cid++) cells.set(field, cids.filter((one) => one === cid).length, cid);
  };
  count('cidHeld', vms);
  count('cidGranted', granted);
  count('cidPending', open);
  for (const cid of held) cells.set('servicedCids', 1, cid);
  cells.set('lastCid', last);
}
