/** What a host does with VMs and their interrupts. */
import { none } from '../config.ts';
import { all, equals, value, when } from '../language/build.ts';
import { call, hypercall, must, noSubject } from '../rule.ts';
import {
  copyNumber,
  copyState,
  exitToHost,
  forEachGuest,
  forEachRegister,
  handled,
  hostSees,
  isMasked,
  isReady,
  isSpinning,
  isTaken,
  isWaiting,
  loadLines,
  page,
  phase,
  register,
  running,
  saved,
  shown,
  wasInjected,
} from '../vocabulary/interrupts.ts';
import { held, intids } from './config.ts';
import { guest, intid, listRegister, pending, ready, used } from './parameters.ts';

/** A VM is created, and its page is donated to it; its vCPU starts with interrupts masked, as Arm resets it. */
export const startGuest = hypercall(
  'host_start_guest',
  { vm: guest },
  {
    guards: [must('IRQ-START-FREE', phase('vm').is('NONE'), 'EEXIST')],
    effects: [
      phase('vm').becomes('LIVE'),
      page('vm').becomes(value(held.host)),
      saved('vm').becomes(value(held.zeros)),
      shown('vm').becomes(value(held.zeros)),
      isTaken('vm').becomes(0),
      isMasked('vm').becomes(1),
      isWaiting('vm').becomes(0),
      isSpinning('vm').becomes(0),
      handled('vm').becomes(none),
      isReady('vm').becomes(0),
      all(...intids.map((_, number) => wasInjected('vm', number).becomes(0))),
      forEachRegister(
        all(
          copyState('vm', 'each list register').becomes('INVALID'),
          copyNumber('vm', 'each list register').becomes(none),
        ),
      ),
    ],
  },
);

/** An interrupt is made pending in a list register of a vCPU: due or not, its own or another's, once or again. */
export const injectIrq = call(
  'host',
  'host_inject_irq',
  { vm: guest, register: listRegister, intid },
  {
    guards: [],
    effects: [
      copyState('vm', 'register').becomes('PENDING'),
      copyNumber('vm', 'register').becomes(value('intid')),
      wasInjected('vm', 'intid').becomes(1),
    ],
  },
);

/** A list register is given a state that only a guest brings about: active, whether the guest has taken it or not. */
export const forgeIrq = call(
  'host',
  'host_forge_irq',
  { vm: guest, register: listRegister, intid, pending },
  {
    guards: [],
    effects: [
      copyNumber('vm', 'register').becomes(value('intid')),
      copyState('vm', 'register').becomes('ACTIVE'),
      when(
        equals('pending', 1),
        all(copyState('vm', 'register').becomes('BOTH'), wasInjected('vm', 'intid').becomes(1)),
      ),
    ],
  },
);

export const withdrawIrq = call(
  'host',
  'host_withdraw_irq',
  { vm: guest, register: listRegister },
  {
    guards: [],
    effects: [copyState('vm', 'register').becomes('INVALID'), copyNumber('vm', 'register').becomes(none)],
  },
);

/** The device, which is the host's, says that it has an answer, or that it has none. */
export const answerDevice = call(
  'host',
  'host_answer_device',
  { vm: guest, ready },
  { guards: [], effects: [isReady('vm').becomes(value('ready'))] },
);

/** The vCPU goes onto the CPU, with as many of its list registers as the host says. */
export const runGuest = hypercall(
  'host_run_guest',
  { vm: guest, used },
  {
    guards: [must('IRQ-RUN-LIVE', phase('vm').is('LIVE'), 'ENOENT'), must('IRQ-RUN-IDLE', running.is(none), 'EBUSY')],
    effects: [loadLines('vm', 'used'), register.becomes(saved('vm').value), running.becomes(value('vm'))],
  },
);

/** A physical interrupt: whatever runs, the host has the CPU after it. */
export const timerIrq = call(
  'host',
  'host_timer_irq',
  {},
  { guards: [], effects: [when(running.isNot(none), exitToHost)] },
);

/** The host reads the registers that it finds, if the CPU is its own, and what the structures of vCPUs show. */
export const look = call(
  'host',
  'host_look',
  {},
  {
    guards: [],
    effects: [when(running.is(none), hostSees(register.value)), forEachGuest(hostSees(shown('each VM').value))],
  },
);

export const readGuestPage = call(
  'host',
  'host_read_guest_page',
  { vm: guest },
  {
    guards: [must('IRQ-READ-OWNED', phase('vm').is('NONE'), 'FAULT')],
    effects: [hostSees(page('vm').value)],
  },
);

export const endGuest = hypercall(
  'host_end_guest',
  { vm: guest },
  {
    guards: [
      must('IRQ-END-LIVE', phase('vm').is('LIVE'), 'ENOENT', noSubject),
      must('IRQ-END-IDLE', running.isNot(value('vm')), 'EBUSY'),
    ],
    effects: [phase('vm').becomes('DYING')],
  },
);

/** The page of a dying VM is wiped, and the host's again; so are the pages that held its registers. */
export const reclaimGuest = hypercall(
  'host_reclaim_guest',
  { vm: guest },
  {
    guards: [must('IRQ-RECLAIM-DYING', phase('vm').is('DYING'), 'EPERM')],
    effects: [
      page('vm').becomes(value(held.zeros)),
      saved('vm').becomes(value(held.zeros)),
      isTaken('vm').becomes(0),
      isMasked('vm').becomes(0),
      isWaiting('vm').becomes(0),
      isSpinning('vm').becomes(0),
      handled('vm').becomes(none),
      phase('vm').becomes('NONE'),
    ],
  },
);
