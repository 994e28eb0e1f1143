/** The whole system that a state stands for. */
import type { Allocator, Host } from '../../model/cids/service.ts';
import { phoneCalls } from '../../model/phone/calls.ts';
import { answerOfSystem, systemCalls } from '../../model/system/system.ts';
import type { Started, System } from '../../model/system/system.ts';
import { initialState } from '../../spec/state.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { Cells } from './cells.ts';
import { hostOf, usualAllocator, writeHost } from './cids.ts';
import { phoneIn, writePhone } from './phone.ts';
import { twin } from './twin.ts';
import type { Twin } from './twin.ts';

export function systemTwin({ profile, layout, config }: TransitionSystem): Twin | undefined {
  const { phone } = config;
  if (phone === undefined || config.cids === 0 || !profile.rules.has('connect_cid')) return undefined;
  const start = initialState(layout).cells;
  return twin<System>({
    name: 'system',
    calls: [...new Set([...phoneCalls, ...systemCalls])],
    read: (cells) => systemIn(new Cells(layout, cells), phone.memProtect, usualAllocator),
    write: (things, cells) => {
      cells.set(start);
      writeSystem(new Cells(layout, cells), things);
    },
    answer: answerOfSystem,
  });
}

/** Whether anything is left of CIDs. */
const isKnown = ({ vms, held, granted, last }: Host): boolean =>
  vms.length + held.size + granted.length > 0 || last !== undefined;

/** Nothing for a state that no system has: CIDs without a host, a VM without a CID that the kernel has, a CID that is none. */
function systemIn(cells: Cells, hasMemProtect: boolean, allocator: Allocator): System | undefined {
  const [phone, host] = [phoneIn(cells, hasMemProtect), hostOf(cells, allocator)];
  if (phone === undefined || host === undefined) return undefined;
  const [cid, payload, learnt] = [cells.maybe('runCid'), cells.maybe('runVersion'), cells.maybe('learntCid')];
  const started: Started | undefined =
    phone.vm === undefined || cid === undefined || payload === undefined ? undefined : { vm: phone.vm, cid, payload };
  const isStrange =
    (phone.vm !== undefined && started === undefined) ||
    (started !== undefined && !host.vms.includes(started.cid)) ||
    (phone.runs !== 'system' && (isKnown(host) || learnt !== undefined)) ||
    (phone.keeper === undefined) !== (cells.maybe('keeperVersion') === undefined) ||
    (phone.sealed === undefined) !== (cells.maybe('sealedVersion') === undefined) ||
    (host.last ?? 0) >= host.range ||
    (learnt !== undefined && (learnt >= host.range || (cells.flag('learntRuns') && started?.cid !== learnt)));
  // Two VMs under one CID are what the laws exclude: whose it is then cannot be told.
  const areTwo = cells.each('cidHeld', (cid) => cells.get('cidHeld', cid)).some((count) => count > 1);
  if (isStrange || areTwo) return undefined;
  return {
    phone,
    host,
    started,
    note: learnt === undefined ? undefined : { cid: learnt, of: cells.flag('learntRuns') ? started : undefined },
    installed: cells.get('payload'),
    least: cells.maybe('keeperVersion'),
    sealedBy: cells.maybe('sealedVersion'),
  };
}

function writeSystem(cells: Cells, { phone, host, started, note, installed, least, sealedBy }: System): void {
  writePhone(cells, phone);
  writeHost(cells, host);
  cells.set('runCid', started?.cid);
  cells.set('runVersion', started?.payload);
  cells.set('learntCid', note?.cid);
  cells.set('learntRuns', note?.of !== undefined && note.of === started);
  cells.set('payload', installed);
  cells.set('keeperVersion', least);
  cells.set('sealedVersion', sealedBy);
}
