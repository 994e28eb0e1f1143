/** The properties of interrupts: laws, what has to be seen, and what a host can always do. */
import type { FieldName } from '../../spec/fields.ts';
import { intids, lineStates, listRegistersOf } from '../../spec/interrupts/config.ts';
import { none } from '../../spec/config.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import type { Permitted, Property, Sometimes, Step } from '../property.ts';
import type { View } from '../view.ts';
import { interruptLaws } from './laws.ts';
import { hostGetsAllBack } from './recovery.ts';

const field = (view: View, name: FieldName, index = 0): number => view.at(view.layout.base[name] + index);
const ofVm = (step: Step, name: FieldName): number => field(step.was, name, step.arg('vm'));
const somethingPends = (view: View): boolean =>
  listRegistersOf(view.config).some((register) => field(view, 'lineState', register) === lineStates.indexOf('PENDING'));
const runningHas = (view: View, name: FieldName): boolean => {
  const vm = field(view, 'irqRunning');
  return vm !== none && field(view, name, vm) === 1;
};

const anAnswerIsTaken: Sometimes = {
  kind: 'sometimes',
  clause: 'CPU-IRQ-SPURIOUS',
  statement: 'a guest takes the answer for which it waits',
  on: ['guest_finish_irq'],
  seen: (step) => ofVm(step, 'irqTaken') === 0 && field(step.now, 'irqTaken', step.arg('vm')) === 1,
};

const aDuplicateEnds: Sometimes = {
  kind: 'sometimes',
  clause: 'CPU-IRQ-SPURIOUS',
  statement: 'the interrupt of an answer comes once more, and ends there',
  on: ['guest_finish_irq'],
  seen: (step) => step.isDone && ofVm(step, 'irqTaken') === 1 && ofVm(step, 'irqReady') === 1,
};

const aStrangerIsTaken: Sometimes = {
  kind: 'sometimes',
  clause: 'CPU-IRQ-DOS',
  statement: 'a guest that waits takes the interrupt of another device',
  on: ['guest_take_irq'],
  seen: (step) => step.isDone && step.answer === intids.indexOf('OTHER') && ofVm(step, 'irqWaits') === 1,
};

const aHandlerIsInterrupted: Sometimes = {
  kind: 'sometimes',
  clause: 'CPU-IRQ-MASKED',
  statement: 'another interrupt pends on the CPU while a guest handles one',
  on: ['host_run_guest'],
  seen: (step) => step.isDone && field(step.now, 'irqHandled', step.arg('vm')) !== none && somethingPends(step.now),
};

const aSpinnerIsInterrupted: Sometimes = {
  kind: 'sometimes',
  clause: 'CPU-IRQ-PREEMPT',
  statement: 'a physical interrupt ends the run of a guest that spins with interrupts masked',
  on: ['host_timer_irq'],
  seen: (step) => runningHas(step.was, 'irqSpins') && runningHas(step.was, 'irqMasked'),
};

const aSpinnerIsTakenBack: Sometimes = {
  kind: 'sometimes',
  clause: 'AVAIL-RECLAIM',
  statement: 'the host takes back the page of a guest that spins',
  on: ['host_reclaim_guest'],
  seen: (step) => step.isDone && ofVm(step, 'irqSpins') === 1,
};

const aVmWaits: Permitted = {
  kind: 'permitted',
  clause: 'AVAIL-STARVE',
  statement: 'the host takes the CPU from a VM that lives',
  on: ['host_timer_irq'],
  seen: (step) => field(step.was, 'irqRunning') !== none && field(step.now, 'irqRunning') === none,
};

/** The host runs the VM again and again without what it waits for. */
const anInterruptIsMissing: Permitted = {
  kind: 'permitted',
  clause: 'AVAIL-IRQ-WITHHOLD',
  statement: 'a VM runs and waits, its device has an answer, and no interrupt is there',
  on: ['host_run_guest'],
  seen: (step) =>
    step.isDone && runningHas(step.now, 'irqWaits') && runningHas(step.now, 'irqReady') && !somethingPends(step.now),
};

const anAnswerIsMissing: Permitted = {
  kind: 'permitted',
  clause: 'AVAIL-WITHHOLD',
  statement: 'a guest that waits takes the interrupt of its device, which has no answer',
  on: ['guest_take_irq'],
  seen: (step) =>
    step.isDone &&
    step.answer === intids.indexOf('DEVICE') &&
    ofVm(step, 'irqWaits') === 1 &&
    ofVm(step, 'irqReady') === 0,
};

const theNextIsThere: Permitted = {
  kind: 'permitted',
  clause: 'AVAIL-IRQ-FLOOD',
  statement: 'a guest ends an interrupt for which there was nothing to do, and the next is there',
  on: ['guest_finish_irq'],
  seen: (step) => step.isDone && ofVm(step, 'irqWaits') === 0 && somethingPends(step.now),
};

export const interrupts = (system: TransitionSystem): readonly Property[] => [
  ...interruptLaws,
  hostGetsAllBack(system),
  anAnswerIsTaken,
  aDuplicateEnds,
  aStrangerIsTaken,
  aHandlerIsInterrupted,
  aSpinnerIsInterrupted,
  aSpinnerIsTakenBack,
  aVmWaits,
  anInterruptIsMissing,
  anAnswerIsMissing,
  theNextIsThere,
];
