/** What a guest does: it works, asks its device, masks interrupts, handles them, or never comes back. */
import { none } from '../config.ts';
import { all, answers, compare, value, when } from '../language/build.ts';
import { call, must, noSubject } from '../rule.ts';
import type { Rule } from '../rule.ts';
import type { Effect } from '../language/term.ts';
import {
  endOfInterrupt,
  exitToHost,
  handled,
  hasAnAnswer,
  isMasked,
  isSpinning,
  isTaken,
  isWaiting,
  lineNumber,
  lineState,
  page,
  register,
  running,
  secretOf,
  shown,
  signalled,
  somethingIsSignalled,
} from '../vocabulary/interrupts.ts';
import { held } from './config.ts';
import { guest } from './parameters.ts';

const runs = must('IRQ-GUEST-RUNS', running.is(value('vm')), 'IGNORED', noSubject);
const step = (name: string, ...effects: Effect[]): Rule =>
  call('guest', name, { vm: guest }, { guards: [runs], effects });
const goesOn = isSpinning('vm').becomes(0);

/** It writes its secret to its page, and has it in its register. */
export const work = step('guest_work', page('vm').becomes(secretOf('vm')), register.becomes(secretOf('vm')), goesOn);

/** It asks its device, which is a host's: the exit shows the request. */
export const askDevice = step(
  'guest_ask_device',
  isWaiting('vm').becomes(1),
  isTaken('vm').becomes(0),
  shown('vm').becomes(value(held.request)),
  goesOn,
  exitToHost,
);

export const maskIrq = step('guest_mask_irq', isMasked('vm').becomes(1), goesOn);

/** Kernels do not unmask interrupts in a handler. */
export const unmaskIrq = step('guest_unmask_irq', when(handled('vm').is(none), isMasked('vm').becomes(0)), goesOn);

/** It masks everything, and does nothing more of its own accord. */
export const spin = step('guest_spin', isMasked('vm').becomes(1), isSpinning('vm').becomes(1));

/** The CPU enters the guest's handler, which acknowledges the interrupt. */
export const takeIrq = call(
  'guest',
  'guest_take_irq',
  { vm: guest },
  {
    guards: [
      runs,
      must('IRQ-TAKE-UNMASKED', isMasked('vm').is(0), 'IGNORED'),
      must('IRQ-TAKE-SIGNALLED', somethingIsSignalled, 'IGNORED', noSubject),
    ],
    effects: [
      answers(lineNumber(signalled).value),
      handled('vm').becomes(lineNumber(signalled).value),
      isMasked('vm').becomes(1),
      lineState(signalled).becomes('ACTIVE'),
    ],
    answer: 'number',
  },
);

/** The handler takes the answer that there is, or finds nothing to do; either way the interrupt ends. */
export const finishIrq = call(
  'guest',
  'guest_finish_irq',
  { vm: guest },
  {
    guards: [runs, must('IRQ-FINISH-TAKEN', compare(handled('vm').value, '≠', none), 'IGNORED', noSubject)],
    effects: [
      when(hasAnAnswer('vm'), all(isTaken('vm').becomes(1), isWaiting('vm').becomes(0))),
      endOfInterrupt('vm'),
      handled('vm').becomes(none),
      isMasked('vm').becomes(0),
    ],
  },
);
