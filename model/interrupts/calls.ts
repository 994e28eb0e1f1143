/** What the host and the guests do on the machine, by the names of the calls. */
import type { TargetAnswer } from '../../spec/target.ts';
import { acknowledge, encodeLine, endInterrupt, signalledBy } from './gic.ts';
import type { Line } from './gic.ts';
import {
  bytes,
  dataBytes,
  deviceIntid,
  enter,
  exit,
  interrupt,
  otherIntid,
  pstateI,
  secretByte,
  see,
  takenAt,
  waitsAt,
} from './machine.ts';
import type { Machine, Vm } from './machine.ts';

type Args = Readonly<Record<string, number>>;
type Refused = (TargetAnswer & { kind: 'refused' })['error'];
const refused = (error: Refused): TargetAnswer => ({ kind: 'refused', error });
const done: TargetAnswer = { kind: 'done', answer: 0 };

const intids: readonly number[] = [deviceIntid, otherIntid];

interface Asked {
  readonly machine: Machine;
  readonly vm: Vm;
  readonly number: number;
  readonly args: Args;
}
type Answering = (asked: Asked) => TargetAnswer;

const create: Answering = ({ vm, machine }) => {
  if (vm.life !== 'none') return refused('EEXIST');
  vm.page.fill(bytes.zeros).fill(bytes.host, 0, dataBytes);
  vm.injected.clear();
  Object.assign(vm, {
    life: 'live',
    x0: bytes.zeros,
    pstate: pstateI,
    handles: undefined,
    loops: false,
  } satisfies Partial<Vm>);
  Object.assign(vm.host, { lrs: machine.cpu.lrs.map(() => 0n), data: bytes.zeros, status: 0 });
  return done;
};

/** The host stores a list register to its own memory. */
const store = ({ vm, args }: Asked, line: Partial<Line>): TargetAnswer => {
  const intid = intids[args['intid'] ?? 0] ?? deviceIntid;
  const whole = { isPending: false, isActive: false, intid, ...line };
  vm.host.lrs[args['register'] ?? 0] = encodeLine(whole);
  if (whole.isPending) vm.injected.add(intid);
  return done;
};

const run: Answering = ({ machine, vm, number, args }) => {
  if (vm.life !== 'live') return refused('ENOENT');
  if (machine.cpu.guest !== undefined) return refused('EBUSY');
  enter(machine, number, args['used'] ?? 0);
  return done;
};

const readPage: Answering = ({ machine, vm }) => {
  if (vm.life !== 'none') return refused('FAULT');
  see(machine, vm.page.subarray(0, dataBytes));
  return done;
};

const end: Answering = ({ machine, vm, number }) => {
  if (vm.life !== 'live') return refused('ENOENT');
  if (machine.cpu.guest === number) return refused('EBUSY');
  vm.life = 'dying';
  return done;
};

/** The page and what EL2 kept of the VM go back to the host as zeros. */
const reclaim: Answering = ({ vm }) => {
  if (vm.life !== 'dying') return refused('EPERM');
  vm.page.fill(0);
  Object.assign(vm, { life: 'none', x0: 0, pstate: 0, handles: undefined, loops: false } satisfies Partial<Vm>);
  return done;
};

const hostCalls: Readonly<Record<string, Answering>> = {
  host_start_guest: create,
  host_inject_irq: (asked) => store(asked, { isPending: true }),
  host_forge_irq: (asked) => store(asked, { isActive: true, isPending: asked.args['pending'] === 1 }),
  host_withdraw_irq: (asked) => store(asked, {}),
  host_answer_device: ({ vm, args }) => {
    vm.host.status = args['ready'] ?? 0;
    return done;
  },
  host_run_guest: run,
  host_timer_irq: ({ machine }) => {
    interrupt(machine);
    return done;
  },
  host_look: ({ machine }) => {
    const { cpu, vms } = machine;
    see(machine, [...vms.map(({ host }) => host.data), ...(cpu.guest === undefined ? [cpu.x0] : [])]);
    return done;
  },
  host_read_guest_page: readPage,
  host_end_guest: end,
  host_reclaim_guest: reclaim,
};

/** What the guest does between interrupts is no loop any more. */
const plainly =
  (step: (asked: Asked) => void): Answering =>
  (asked) => {
    asked.vm.loops = false;
    step(asked);
    return done;
  };

const take: Answering = ({ machine: { cpu }, vm }) => {
  const place = signalledBy(cpu.lrs);
  if ((cpu.pstate & pstateI) !== 0 || place === undefined) return refused('IGNORED');
  const intid = acknowledge(cpu.lrs, place);
  cpu.pstate |= pstateI;
  vm.handles = intid;
  return { kind: 'done', answer: intids.indexOf(intid) };
};

/** The driver looks at its device and at itself; whatever it finds, the interrupt ends and the handler returns. */
const finish: Answering = ({ machine: { cpu }, vm }) => {
  const { handles, page, host } = vm;
  if (handles === undefined) return refused('IGNORED');
  if (handles === deviceIntid && host.status !== 0 && page[waitsAt] !== 0) {
    page[takenAt] = 1;
    page[waitsAt] = 0;
  }
  endInterrupt(cpu.lrs, handles);
  vm.handles = undefined;
  cpu.pstate &= ~pstateI;
  return done;
};

const guestCalls: Readonly<Record<string, Answering>> = {
  guest_work: plainly(({ machine: { cpu }, vm, number }) => {
    vm.page.fill(secretByte(number), 0, dataBytes);
    cpu.x0 = secretByte(number);
  }),
  // A store to the device traps: the host gets what was stored, to emulate it.
  guest_ask_device: plainly(({ machine, vm }) => {
    vm.page[waitsAt] = 1;
    vm.page[takenAt] = 0;
    vm.host.data = bytes.request;
    exit(machine);
  }),
  guest_mask_irq: plainly(({ machine: { cpu } }) => void (cpu.pstate |= pstateI)),
  guest_unmask_irq: plainly(({ machine: { cpu }, vm }) => {
    if (vm.handles === undefined) cpu.pstate &= ~pstateI;
  }),
  guest_spin: ({ machine: { cpu }, vm }) => {
    cpu.pstate |= pstateI;
    vm.loops = true;
    return done;
  },
  guest_take_irq: take,
  guest_finish_irq: finish,
};
export const interruptCalls: readonly string[] = [...Object.keys(hostCalls), ...Object.keys(guestCalls)];

/** Answers a call; the machine is changed by it. */
export function answerOfMachine(machine: Machine, call: string, args: Args): TargetAnswer {
  const number = args['vm'] ?? 0;
  const vm = machine.vms[number];
  const answer = hostCalls[call] ?? guestCalls[call];
  if (vm === undefined || answer === undefined) throw new Error(`unreachable: no call ${call} of VM${number}`);
  if (call in guestCalls && machine.cpu.guest !== number) return refused('IGNORED');
  return answer({ machine, vm, number, args });
}
