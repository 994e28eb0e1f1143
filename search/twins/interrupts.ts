/** The machine that a state of interrupts stands for. */
import { answerOfMachine, interruptCalls } from '../../model/interrupts/calls.ts';
import { decodeLine, encodeLine } from '../../model/interrupts/gic.ts';
import {
  bytes,
  dataBytes,
  deviceIntid,
  hcr,
  otherIntid,
  pageBytes,
  pstateI,
  secretByte,
  takenAt,
  waitsAt,
} from '../../model/interrupts/machine.ts';
import type { Machine, Vm } from '../../model/interrupts/machine.ts';
import type { FieldName } from '../../spec/fields.ts';
import { initialState } from '../../spec/state.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { Cells } from './cells.ts';
import { twin } from './twin.ts';
import type { Twin } from './twin.ts';

export function interruptTwin({ profile, layout, config }: TransitionSystem): Twin | undefined {
  if (config.interrupts === undefined || !profile.rules.has('host_timer_irq')) return undefined;
  const start = initialState(layout).cells;
  return twin<Machine>({
    name: 'interrupts',
    calls: interruptCalls,
    read: (cells) => machineOf(new Cells(layout, cells)),
    write: (machine, cells) => {
      cells.set(start);
      writeMachine(new Cells(layout, cells), machine);
    },
    answer: answerOfMachine,
  });
}

const lives = ['none', 'live', 'dying'] as const;
const intids = [deviceIntid, otherIntid];
/** Bytes for the numbers of what a page or a register holds. */
const bytesOf = (vms: number): number[] => [
  bytes.zeros,
  bytes.host,
  bytes.request,
  ...Array.from({ length: vms }, (_, vm) => secretByte(vm)),
];

/** Nothing where a VM runs that is not live, or where a number is that of nothing. */
function machineOf(cells: Cells): Machine | undefined {
  const { guest: vms, listRegister: lines } = cells.layout.dimensions;
  const [bytesThere, running] = [bytesOf(vms), cells.maybe('irqRunning')];
  const byte = (field: FieldName, at = 0): number => bytesThere[cells.get(field, at)] ?? NaN;
  const line = (state: FieldName, number: FieldName, at: number): bigint => {
    const bits = cells.get(state, at);
    return encodeLine({ isPending: bits % 2 === 1, isActive: bits > 1, intid: intids[cells.get(number, at)] ?? NaN });
  };
  const vmAt = (vm: number): Vm => {
    const page = new Uint8Array(pageBytes).fill(byte('irqPage', vm), 0, dataBytes);
    [page[takenAt], page[waitsAt]] = [cells.get('irqTaken', vm), cells.get('irqWaits', vm)];
    const handled = cells.maybe('irqHandled', vm);
    return {
      life: lives[cells.get('irqPhase', vm)] ?? 'none',
      page,
      x0: byte('irqSaved', vm),
      pstate: cells.flag('irqMasked', vm) ? pstateI : 0,
      handles: handled === undefined ? undefined : intids[handled],
      loops: cells.flag('irqSpins', vm),
      host: {
        lrs: Array.from({ length: lines }, (_, at) => line('copyState', 'copyNumber', vm * lines + at)),
        data: byte('irqShown', vm),
        status: cells.get('irqReady', vm),
      },
      injected: new Set(intids.filter((_, number) => cells.flag('irqInjected', vm * intids.length + number))),
    };
  };
  if (!isWhole(cells, bytesThere.length)) return undefined;
  const there = cells.each('irqPhase', vmAt);
  const guest = running === undefined ? undefined : there[running];
  if (running !== undefined && guest?.life !== 'live') return undefined;
  return {
    vms: there,
    cpu: {
      lrs: cells.each('lineState', (at) => line('lineState', 'lineNumber', at)),
      x0: byte('irqRegister'),
      pstate: guest?.pstate ?? 0,
      hcr: guest === undefined ? 0n : hcr.VM | hcr.FMO | hcr.IMO | hcr.AMO,
      guest: running,
    },
    seen: new Set(cells.each('irqSeen', (vm) => vm).filter((vm) => cells.flag('irqSeen', vm))),
  };
}

/** Every number is that of something, and a list register has one where it is in use. */
function isWhole(cells: Cells, contents: number): boolean {
  const all = (field: FieldName, holds: (value: number, at: number) => boolean): boolean =>
    cells.each(field, (at) => holds(cells.get(field, at), at)).every(Boolean);
  const isContent = (value: number): boolean => value >= 0 && value < contents;
  const hasNumber = (number: FieldName) => (state: number, at: number) =>
    state === 0 || intids[cells.get(number, at)] !== undefined;
  return (
    (['irqPage', 'irqSaved', 'irqShown', 'irqRegister'] as const).every((field) => all(field, isContent)) &&
    all('irqHandled', (value) => value < intids.length) &&
    all('copyState', hasNumber('copyNumber')) &&
    all('lineState', hasNumber('lineNumber'))
  );
}

function writeMachine(cells: Cells, { vms, cpu, seen }: Machine): void {
  const bytesThere = bytesOf(vms.length);
  const content = (field: FieldName, byte: number | undefined, at = 0): void =>
    cells.set(field, bytesThere.indexOf(byte ?? NaN), at);
  const line = (state: FieldName, number: FieldName, word: bigint, at: number): void => {
    const { isPending, isActive, intid } = decodeLine(word);
    cells.set(state, Number(isPending) + 2 * Number(isActive), at);
    cells.set(number, word === 0n ? undefined : intids.indexOf(intid), at);
  };
  vms.forEach(({ life, page, x0, pstate, handles, loops, host, injected }, vm) => {
    const isMasked = ((cpu.guest === vm ? cpu.pstate : pstate) & pstateI) !== 0;
    const held = page.subarray(0, dataBytes);
    content('irqPage', held.every((byte) => byte === held[0]) ? held[0] : undefined, vm);
    content('irqSaved', x0, vm);
    content('irqShown', host.data, vm);
    cells.set('irqPhase', lives.indexOf(life), vm);
    cells.set('irqTaken', page[takenAt], vm);
    cells.set('irqWaits', page[waitsAt], vm);
    cells.set('irqMasked', isMasked, vm);
    cells.set('irqSpins', loops, vm);
    cells.set('irqHandled', handles === undefined ? undefined : intids.indexOf(handles), vm);
    cells.set('irqReady', host.status, vm);
    cells.set('irqSeen', seen.has(vm), vm);
    intids.forEach((intid, number) => cells.set('irqInjected', injected.has(intid), vm * intids.length + number));
    host.lrs.forEach((word, at) => line('copyState', 'copyNumber', word, vm * host.lrs.length + at));
  });
  cpu.lrs.forEach((word, at) => line('lineState', 'lineNumber', word, at));
  cells.set('irqRunning', cpu.guest);
  content('irqRegister', cpu.x0);
}
