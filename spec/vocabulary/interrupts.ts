/** Words about interrupts: what the host has written into a vCPU's list registers, and what the CPU has in its own. */
import { none } from '../config.ts';
import type { FieldName } from '../fields.ts';
import { held, intids } from '../interrupts/config.ts';
import {
  all,
  both,
  cell,
  choose,
  compare,
  compute,
  condition,
  effect,
  equals,
  first,
  forEach,
  number,
  quantity,
  some,
  value,
  when,
} from '../language/build.ts';
import type { Cell, Ref } from '../language/build.ts';
import type { Effect, Num } from '../language/term.ts';

const at =
  <F extends FieldName>(field: F) =>
  (guest: Ref): Cell<F> =>
    cell(field, guest);
export const phase = at('irqPhase');
export const page = at('irqPage');
export const isTaken = at('irqTaken');
/** What a vCPU had in its register when it left the CPU, and what its structure shows the host. */
export const saved = at('irqSaved');
export const shown = at('irqShown');
export const isMasked = at('irqMasked');
export const isWaiting = at('irqWaits');
export const isSpinning = at('irqSpins');
/** The interrupt whose handler runs. */
export const handled = at('irqHandled');
export const isReady = at('irqReady');
export const isSeen = at('irqSeen');
export const wasInjected = (guest: Ref, intid: Ref): Cell<'irqInjected'> => cell('irqInjected', guest, intid);

export const copyState = (guest: Ref, register: Ref): Cell<'copyState'> => cell('copyState', guest, register);
export const copyNumber = (guest: Ref, register: Ref): Cell<'copyNumber'> => cell('copyNumber', guest, register);
export const lineState = at('lineState');
export const lineNumber = at('lineNumber');
export const running = cell('irqRunning');
export const register = cell('irqRegister');

export const secretOf = number(['vm'], 'what {vm} keeps secret', (vm) => compute(vm, '+', held.firstSecret));
const deviceIntid = value(intids.indexOf('DEVICE'));
/** What the vCPU has in its register, on the CPU or off it. */
export const registerOf = number(['vm'], 'the register of {vm}', (vm) =>
  choose(running.is(vm), register.value, saved(vm).value),
);

export const forEachRegister = (change: Effect): Effect =>
  forEach(0, quantity('listRegisters'), 'each list register', change);
export const forEachGuest = (change: Effect): Effect => forEach(0, quantity('irqVms'), 'each VM', change);

const isActive = some(
  0,
  quantity('listRegisters'),
  'each list register',
  lineState('each list register').isOneOf('ACTIVE', 'BOTH'),
);
/** The first pending interrupt, if none is active: all have one priority, so that none preempts another. */
export const signalled = number([], 'the list register that signals', () =>
  choose(
    isActive,
    none,
    first(0, quantity('listRegisters'), 'each list register', lineState('each list register').is('PENDING')),
  ),
)();
export const somethingIsSignalled = condition([], 'an interrupt [is] signalled', () => compare(signalled, '≠', none))();

/** The handler of the device's interrupt has something to do: the guest has asked, and the device has an answer. */
export const hasAnAnswer = condition(['vm'], 'the device of {vm} [has] the answer that its handler waits for', (vm) =>
  both(equals(handled(vm).value, deviceIntid), isWaiting(vm).is(1), isReady(vm).is(1)),
);

/** The first list register in which the handled interrupt is active becomes what it is without that. */
const ended = number(['vm'], 'the list register of what {vm} handles', (vm) =>
  first(
    0,
    quantity('listRegisters'),
    'each list register',
    both(
      equals(lineNumber('each list register').value, handled(vm).value),
      lineState('each list register').isOneOf('ACTIVE', 'BOTH'),
    ),
  ),
);
const free = (register: Num): Effect => all(lineState(register).becomes('INVALID'), lineNumber(register).becomes(none));
const deactivate = effect(['register'], 'what {register} has is inactive', (register) =>
  when(lineState(register).is('BOTH'), lineState(register).becomes('PENDING'), free(register)),
);
export const endOfInterrupt = effect(['vm'], 'the interrupt that {vm} handles becomes inactive', (vm) =>
  when(compare(ended(vm), '≠', none), deactivate(ended(vm))),
);

/**
 * The host's list registers of a vCPU become the CPU's, as many as the host says and the CPU has. The others are clear:
 * the last exit has left them so.
 */
export const loadLines = effect(['vm', 'used'], 'the list registers of {vm} become those of the CPU', (vm, used) =>
  forEachRegister(
    when(
      compare('each list register', '<', used),
      all(
        lineState('each list register').becomes(copyState(vm, 'each list register').value),
        lineNumber('each list register').becomes(copyNumber(vm, 'each list register').value),
      ),
    ),
  ),
);
export const saveLines = effect(['vm'], 'the list registers of the CPU become those of {vm}', (vm) =>
  forEachRegister(
    all(
      copyState(vm, 'each list register').becomes(lineState('each list register').value),
      copyNumber(vm, 'each list register').becomes(lineNumber('each list register').value),
    ),
  ),
);
export const clearLines: Effect = forEachRegister(free(value('each list register')));
export const saveRegister: Effect = saved(running.value).becomes(register.value);
export const clearRegister: Effect = register.becomes(value(held.host));

/** The host goes on on the CPU: it gets the list registers, and nothing else of the guest. */
export const exitToHost: Effect = all(
  saveRegister,
  saveLines(running.value),
  clearLines,
  clearRegister,
  running.becomes(none),
);

/** The host looks at something that may be a secret. */
export const hostSees = effect(['what'], 'the host sees {what}', (what) =>
  forEach(
    0,
    quantity('irqVms'),
    'each secret',
    when(equals(what, secretOf('each secret')), isSeen('each secret').becomes(1)),
  ),
);
