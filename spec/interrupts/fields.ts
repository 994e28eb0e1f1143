/** The part of the inventory of the state that is about interrupts. */
import { none } from '../config.ts';
import { heldNames, lineStates, phases } from './config.ts';

export const interruptFamilies = {
  interrupts: [],
  guest: ['guest'],
  line: ['listRegister'],
  copy: ['guest', 'listRegister'],
  injected: ['guest', 'intid'],
} as const;

export const interruptFields = {
  /** VMs that are interrupted: a page, a register, and what the guest is about. */
  irqPhase: { over: 'guest', name: 'the phase of {guest}', values: phases },
  irqPage: { over: 'guest', name: 'the content of the page of {guest}', literals: heldNames },
  irqTaken: { over: 'guest', flag: '{guest} [has|has not] taken an answer of its device' },
  irqSaved: { over: 'guest', name: 'the saved register of {guest}', literals: heldNames },
  irqMasked: { over: 'guest', flag: '{guest} [has|has not] masked interrupts' },
  irqWaits: { over: 'guest', flag: '{guest} [is] waiting for its device' },
  irqSpins: { over: 'guest', flag: '{guest} [is] spinning' },
  irqHandled: { over: 'guest', name: 'the interrupt that {guest} handles', start: none },
  /** What the host says of the device of a VM, what the structure of a vCPU shows it, and what it has seen. */
  irqReady: { over: 'guest', flag: 'the device of {guest} [is] ready' },
  irqShown: { over: 'guest', name: 'what the vCPU of {guest} shows the host', literals: heldNames },
  irqSeen: { over: 'guest', flag: 'the host [has|has not] seen the secret of {guest}' },
  /** 1 where the host has made an interrupt pending for a VM since the VM was created. */
  irqInjected: { over: 'injected', flag: 'the host [has|has not] injected interrupt {intid} into {guest}' },
  /** A list register of a vCPU as the host has it, and one of the CPU. */
  copyState: {
    over: 'copy',
    name: "the state of the host's list register {listRegister} of {guest}",
    values: lineStates,
  },
  copyNumber: {
    over: 'copy',
    name: "the interrupt in the host's list register {listRegister} of {guest}",
    start: none,
  },
  lineState: { over: 'line', name: 'the state of list register {listRegister}', values: lineStates },
  lineNumber: { over: 'line', name: 'the interrupt in list register {listRegister}', start: none },
  irqRunning: { over: 'interrupts', name: 'the VM that runs', start: none },
  irqRegister: { over: 'interrupts', name: 'the register of the CPU', literals: heldNames },
} as const;
