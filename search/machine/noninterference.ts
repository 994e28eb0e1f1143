/**
 * Confidentiality by two machines that differ only in what one VM keeps to itself. Whatever the others do, everything
 * that they can see is the same on both: answers, and what an exit leaves in the registers of a CPU.
 */
import { registerNames } from '../../model/cpu.ts';
import type { Machine } from '../../model/machine.ts';
import type { Declassification } from './declassification.ts';
import { laws } from './laws.ts';
import type { MachineViolation } from '../../properties/machine-law.ts';
import type { Performed } from './performed.ts';

/** What a VM is answered there is for itself. */
const ownLoads: ReadonlySet<string> = new Set(['guest_read', 'guest_read_pair', 'guest_atomic']);

export class Noninterference {
  private readonly machine: Machine;
  private readonly second: Machine;
  private readonly declassification: Declassification;

  constructor(machine: Machine, second: Machine, declassification: Declassification) {
    this.machine = machine;
    this.second = second;
    this.declassification = declassification;
  }

  reset(): void {
    // Nothing is remembered: each step is looked at by itself.
  }

  look(one: Performed): MachineViolation | undefined {
    if (!this.looksAlike(one)) return laws.confidential;
    // why: where EL2 has stopped, what the other CPUs were at stays in them, and nobody reads it any more.
    if (one.answer?.kind === 'died') return undefined;
    for (const { number } of this.machine.cpus) {
      if (this.machine.isBusy(number) || this.registersAgree(number)) continue;
      return one.rule.rule.actor === 'guest' ? laws.exposure : laws.statePrivate;
    }
    return undefined;
  }

  /** The same answer; but what a VM reads of its own is for itself, and others see only that the read has ended. */
  private looksAlike({ call, values, answer, secondAnswer }: Performed): boolean {
    if (answer?.kind !== secondAnswer?.kind) return false;
    if (answer?.kind === 'refused') return secondAnswer?.kind === 'refused' && answer.error === secondAnswer.error;
    if (answer?.kind !== 'done' || secondAnswer?.kind !== 'done') return true;
    const isOwn = ownLoads.has(call) && this.declassification.isSecretVm(values['vm'] ?? 0);
    return isOwn || answer.answer === secondAnswer.answer;
  }

  /** Between calls the registers of a CPU are the host's to read. */
  private registersAgree(cpu: number): boolean {
    const one = this.machine.cpus[cpu]?.registers;
    const other = this.second.cpus[cpu]?.registers;
    for (let i = 0; i < registerNames.length; i++) if (one?.[i] !== other?.[i]) return false;
    return true;
  }
}
