/** Named faults in what EL2 and guests do about interrupts. */
import { interrupts } from '../../search/scopes/interrupts.ts';
import { held } from '../../spec/interrupts/config.ts';
import { all, both, compare, quantity, value, when } from '../../spec/language/build.ts';
import { wordsOf } from '../../spec/language/words.ts';
import type { Effect } from '../../spec/language/term.ts';
import { has } from '../../spec/profile.ts';
import type { Difference } from '../../spec/profile.ts';
import { interrupts73 } from '../../spec/profiles/interrupts-7.3.ts';
import type { Rule } from '../../spec/rule.ts';
import {
  clearLines,
  clearRegister,
  endOfInterrupt,
  exitToHost,
  handled,
  isMasked,
  isReady,
  isSpinning,
  isTaken,
  isWaiting,
  page,
  phase,
  register,
  running,
  saved,
  saveLines,
  saveRegister,
  shown,
} from '../../spec/vocabulary/interrupts.ts';
import { none } from '../../spec/config.ts';
import type { BootFault } from '../boot/fault.ts';

const ruleOf = (call: string): Rule => {
  const rule = interrupts73.rules.get(call);
  if (rule === undefined) throw new Error(`unreachable: no call ${call}`);
  return rule;
};
/** A call has other effects. */
const does = (call: string, ...effects: Effect[]): Difference =>
  has({ ...ruleOf(call), effects }, `${call} has other effects: ${effects.map(wordsOf).join('; ')}`);
/** A call has one effect more, after all others or before them. */
const alsoDoes = (call: string, effect: Effect): Difference => does(call, ...ruleOf(call).effects, effect);
const firstDoes = (call: string, effect: Effect): Difference => does(call, effect, ...ruleOf(call).effects);

/** The timer's exit by other steps than its own. */
const exits = (...steps: Effect[]): Difference =>
  does('host_timer_irq', when(running.isNot(none), all(...steps, running.becomes(none))));

const faults: readonly Omit<BootFault, 'base'>[] = [
  {
    id: 'mask-holds-timer',
    title: 'physical interrupts are not routed to EL2 while a guest runs',
    loses: 'a guest keeps a CPU for ever by masking interrupts',
    clauses: ['CPU-IRQ-PREEMPT', 'AVAIL-RECLAIM'],
    story:
      'EL2 forgets to set HCR_EL2.IMO. A physical interrupt then goes to EL1 like any other, and the guest’s mask holds it back. The guest masks interrupts, as it does from its first instruction on, and never exits. The host’s timer fires and nothing happens: the CPU is lost, the VM cannot be ended while it runs, and its memory never comes back.',
    differences: [does('host_timer_irq', when(both(running.isNot(none), isMasked(running.value).is(0)), exitToHost))],
  },
  {
    id: 'registers-beside-lines',
    title: 'an exit copies the general registers to the host along with the list registers',
    loses: 'the host reads the secret of a VM in the structure of its vCPU',
    clauses: ['CPU-IRQ-PRIVATE'],
    known: 'Linux up to 7.3, which copies the whole register state of a protected VM to the host',
    story:
      'The host fills the list registers of a vCPU, so at each exit EL2 gives them back in the structure that it shares with the host. Here it copies the whole structure, general registers and all. The host interrupts the VM while that has a secret in a register, and reads it in its own memory.',
    differences: [firstDoes('host_timer_irq', when(running.isNot(none), shown(running.value).becomes(register.value)))],
  },
  {
    id: 'exit-keeps-registers',
    title: 'an exit leaves the general registers of the guest in the CPU',
    loses: 'the host finds the secret of a VM in a register of the CPU',
    clauses: ['CPU-IRQ-PRIVATE'],
    story:
      'An interrupt stops a guest at any instruction, with whatever its registers hold. EL2 saves them, puts back the list registers, and returns to the host without loading the host’s own. The host’s next instruction finds the secret of the VM where its own values should be.',
    differences: [exits(saveRegister, saveLines(running.value), clearLines)],
  },
  {
    id: 'injection-in-guest-memory',
    title: 'a pending interrupt is noted in a table in the guest’s memory',
    loses: 'the host writes to the memory of a protected VM by an interrupt',
    clauses: ['CPU-IRQ-DOS'],
    story:
      'Interrupts that come as messages have a pending bit each, in a table that the guest’s kernel puts into its own memory. An emulation that writes there on the host’s behalf lets the host choose bits of the guest’s memory and set them. No handler runs, no mask helps: the page is another, and the guest has done nothing.',
    differences: [alsoDoes('host_inject_irq', when(phase('vm').is('LIVE'), page('vm').becomes(value(held.host))))],
  },
  {
    id: 'lines-left-on-the-cpu',
    title: 'an exit leaves the list registers of the CPU as they are',
    loses: 'a VM is given the pending interrupt of one that is dead',
    clauses: ['CPU-IRQ-OWN'],
    story:
      'A CPU has a few list registers for all VMs that run on it. An exit saves those of the guest and has to clear them, for the next entry writes only as many as the host says are in use. Here they stay. The host runs a VM with an interrupt pending, ends it, takes its page back, and runs another with none in use. That one takes the interrupt which was meant for the dead one.',
    differences: [exits(saveRegister, saveLines(running.value), clearRegister)],
  },
  {
    id: 'spinner-not-wiped',
    title: 'a guest that never exits leaves its page unwiped',
    loses: 'the host reads the page of a guest that it had to stop',
    clauses: ['CPU-IRQ-PRIVATE'],
    story:
      'The page of a dying VM is wiped as it goes back to the host. A shortcut skips that for a guest which did not stop by itself, as if one that hangs had nothing left to lose. The host starts a VM whose guest goes into an endless loop with a secret in memory, stops it by an interrupt, takes the page back and reads it.',
    differences: [
      does(
        'host_reclaim_guest',
        when(isSpinning('vm').is(0), page('vm').becomes(value(held.zeros))),
        ...ruleOf('host_reclaim_guest').effects.slice(1),
      ),
    ],
  },
  {
    id: 'too-many-lines',
    title: 'EL2 copies as many list registers as the host says',
    loses: 'the host writes to a VM’s saved registers past the end of an array',
    clauses: ['CPU-IRQ-DOS'],
    known: 'Linux 8cc8bbbfab14',
    story:
      'The host says how many list registers of a vCPU are in use. EL2 has an array for as many as the CPU has, and copied as many as the host said. The host says one more. What it has put behind its last list register lands behind EL2’s last one, which is where here the registers of the guest are saved: the host has set a register of a protected VM.',
    differences: [
      alsoDoes(
        'host_run_guest',
        when(
          compare('used', '>', quantity('listRegisters')),
          all(saved('vm').becomes(value(held.host)), register.becomes(value(held.host))),
        ),
      ),
    ],
  },
  {
    id: 'entry-unmasks',
    title: 'a vCPU is entered with interrupts unmasked',
    loses: 'the host has interrupts taken in the middle of a handler',
    clauses: ['CPU-IRQ-DOS', 'CPU-IRQ-MASKED'],
    story:
      'At each entry EL2 restores the state of the guest, which includes what it had masked. Here it starts from a state in which nothing is masked. The host interrupts the guest inside a handler, or a critical section, and runs it again with another interrupt pending: it is taken where the guest has made sure that none is.',
    differences: [alsoDoes('host_run_guest', isMasked('vm').becomes(0))],
  },
  {
    id: 'interrupt-is-the-answer',
    title: 'a handler takes an interrupt for the answer itself',
    loses: 'a guest takes an answer that its device has not given',
    clauses: ['CPU-IRQ-SPURIOUS'],
    story:
      'A driver asks its device and waits. An interrupt comes, and the handler takes what lies in the buffer, without a look at whether the device has put anything there: an interrupt means that it has. The host injects one before the device has answered, and the guest goes on with what it finds.',
    differences: [
      does(
        'guest_finish_irq',
        when(isWaiting('vm').is(1), all(isTaken('vm').becomes(1), isWaiting('vm').becomes(0))),
        endOfInterrupt('vm'),
        handled('vm').becomes(none),
        isMasked('vm').becomes(0),
      ),
    ],
  },
  {
    id: 'any-number-will-do',
    title: 'a handler does not look at which interrupt it was entered for',
    loses: 'the interrupt of another device makes a guest take an answer',
    clauses: ['CPU-IRQ-SPURIOUS'],
    story:
      'A guest with one device lets one handler serve every number. While a driver is in the middle of something it disables the interrupt of its own device, and no other. The host misroutes the interrupt of another device to the guest at just that moment: the handler runs, and changes what the driver is working on.',
    differences: [
      does(
        'guest_finish_irq',
        when(
          both(isWaiting('vm').is(1), isReady('vm').is(1)),
          all(isTaken('vm').becomes(1), isWaiting('vm').becomes(0)),
        ),
        endOfInterrupt('vm'),
        handled('vm').becomes(none),
        isMasked('vm').becomes(0),
      ),
    ],
  },
];

const base = { profile: interrupts73, scopes: [interrupts] };
export const interruptFaults: readonly BootFault[] = faults.map((fault) => ({ ...fault, base }));
