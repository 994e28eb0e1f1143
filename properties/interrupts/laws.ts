/** Interrupts: what a host can do to a VM with them, and what it always keeps. */
import { none } from '../../spec/config.ts';
import {
  before,
  both,
  callIsDone,
  compare,
  either,
  every,
  implies,
  quantity,
  stays,
  theAnswer,
  value,
} from '../../spec/language/build.ts';
import type { Ref } from '../../spec/language/build.ts';
import type { Bool } from '../../spec/language/term.ts';
import {
  handled,
  isMasked,
  isReady,
  isSeen,
  isSpinning,
  isTaken,
  isWaiting,
  page,
  phase,
  register,
  registerOf,
  running,
  secretOf,
  wasInjected,
} from '../../spec/vocabulary/interrupts.ts';
import type { Always, Each, Law } from '../property.ts';

const everyVm = (holds: Bool): Bool => every(0, quantity('irqVms'), 'each VM', holds);
const wasLive = (vm: Ref): Bool => before(phase(vm).is('LIVE'));
/** What is in a VM's memory and in its registers, but for what its device is to it. */
const contentsStay = (vm: Ref): Bool =>
  both(stays(page(vm).value), stays(isTaken(vm).value), stays(registerOf(vm)), stays(isWaiting(vm).value));
/** The same, with the rest of its registers: where it is, and what it masks. */
const everythingStays = (vm: Ref): Bool =>
  both(contentsStay(vm), stays(isMasked(vm).value), stays(isSpinning(vm).value), stays(handled(vm).value));

const hostsChangeNoVm: Each = {
  kind: 'each',
  clause: 'CPU-IRQ-DOS',
  statement: 'no interrupt, and nothing else that a host does, changes the memory or the registers of a live VM',
  loss: 'the host changes a VM from outside',
  over: 'call',
  by: 'host',
  holds: everyVm(implies(wasLive('each VM'), everythingStays('each VM'))),
};

const guestsChangeNoOther: Each = {
  kind: 'each',
  clause: 'CPU-IRQ-DOS',
  statement: 'what a guest does changes no other VM',
  loss: 'a VM changes another',
  over: 'call',
  by: 'guest',
  holds: everyVm(implies(both(wasLive('each VM'), compare('each VM', '≠', 'vm')), everythingStays('each VM'))),
};

const entriesChangeNothing: Each = {
  kind: 'each',
  clause: 'CPU-IRQ-DOS',
  statement: 'the entry into a handler changes neither memory nor what was in the registers',
  loss: 'an interrupt changes what a guest is about',
  over: 'call',
  on: ['guest_take_irq'],
  when: callIsDone,
  holds: both(contentsStay('vm'), stays(isSpinning('vm').value)),
};

const idleHandlersChangeNothing: Each = {
  kind: 'each',
  clause: 'CPU-IRQ-SPURIOUS',
  statement: 'a handler changes something only if the guest has asked its device, and the device has answered',
  loss: 'an interrupt that nobody waits for is taken for an answer',
  over: 'call',
  on: ['guest_finish_irq'],
  when: callIsDone,
  holds: implies(before(either(isWaiting('vm').is(0), isReady('vm').is(0))), contentsStay('vm')),
};

const strangersChangeNothing: Each = {
  kind: 'each',
  clause: 'CPU-IRQ-SPURIOUS',
  statement: 'what the handler of another number changes is nothing',
  loss: 'an interrupt of another device is taken for an answer',
  over: 'call',
  on: ['guest_finish_irq'],
  when: both(callIsDone, before(handled('vm').is(1))),
  holds: implies(before(handled('vm').is(1)), contentsStay('vm')),
};

const hostsSeeNoSecret: Always = {
  kind: 'always',
  clause: 'CPU-IRQ-PRIVATE',
  statement: 'the host has seen the secret of no VM',
  loss: 'the host reads the secret of a VM',
  over: 'machine',
  holds: everyVm(isSeen('each VM').is(0)),
};

const vmsSeeNoOther: Always = {
  kind: 'always',
  clause: 'CPU-IRQ-PRIVATE',
  statement: 'a VM that runs has the secret of no other in its registers, nor in its memory',
  loss: 'a VM has the secret of another',
  over: 'machine',
  when: running.isNot(none),
  holds: everyVm(
    either(
      running.is(none),
      running.is(value('each VM')),
      both(
        compare(register.value, '≠', secretOf('each VM')),
        compare(page(running.value).value, '≠', secretOf('each VM')),
      ),
    ),
  ),
};

const interruptsAreMeant: Each = {
  kind: 'each',
  clause: 'CPU-IRQ-OWN',
  statement: 'the host had made each interrupt that a guest takes pending for that VM since the VM was created',
  loss: 'a VM is given the interrupt of another',
  over: 'call',
  on: ['guest_take_irq'],
  when: callIsDone,
  holds: implies(callIsDone, before(wasInjected('vm', theAnswer).is(1))),
};

const handlersEnd: Each = {
  kind: 'each',
  clause: 'CPU-IRQ-MASKED',
  statement: 'a guest that is in a handler enters no other',
  loss: 'a handler is entered in the middle of another',
  over: 'call',
  on: ['guest_take_irq'],
  when: callIsDone,
  holds: implies(callIsDone, before(handled('vm').is(none))),
};

const timersEndRuns: Each = {
  kind: 'each',
  clause: 'CPU-IRQ-PREEMPT',
  statement: 'after a physical interrupt no guest runs',
  loss: 'a guest keeps the CPU for ever',
  over: 'call',
  on: ['host_timer_irq'],
  when: before(running.isNot(none)),
  holds: running.is(none),
};

const guestsKeepNothing: Each = {
  kind: 'each',
  clause: 'AVAIL-GUEST-CANNOT-BLOCK',
  statement: 'a step of a guest changes the phase of no VM, and brings no VM onto the CPU',
  loss: 'a guest holds up the host',
  over: 'call',
  by: 'guest',
  holds: both(everyVm(stays(phase('each VM').value)), either(running.is(none), stays(running.value))),
};

const noneRunsDying: Always = {
  kind: 'always',
  clause: 'CPU-NO-RUN-DYING',
  statement: 'the VM that runs is live, so that its page is its own',
  loss: 'a VM runs in a page of the host',
  over: 'machine',
  when: running.isNot(none),
  holds: either(running.is(none), phase(running.value).is('LIVE')),
};

export const interruptLaws: readonly Law[] = [
  hostsChangeNoVm,
  guestsChangeNoOther,
  entriesChangeNothing,
  idleHandlersChangeNothing,
  strangersChangeNothing,
  hostsSeeNoSecret,
  vmsSeeNoOther,
  interruptsAreMeant,
  handlersEnd,
  timersEndRuns,
  guestsKeepNothing,
  noneRunsDying,
];
