/** Where guests of Android differ from those of Linux 7.4. */
import type { Refusal } from '../spec/answers.ts';
import type { Cpu } from './cpu.ts';
import { done } from './hypervisor/call.ts';
import type { Vcpu } from './hypervisor/vm.ts';
import { affinityInfo, PoweredGuest } from './powered-guest.ts';

export class AndroidGuest extends PoweredGuest {
  /** The host finds a request to map a page, where Linux shows it an access that faults. */
  protected override askForPage(cpu: Cpu, vcpu: Vcpu): Refusal {
    return this.finish(cpu, vcpu, 'memory_call', 'hvc');
  }

  protected override leavesMemInfo(): boolean {
    return false;
  }

  protected override answerToOther(number: number): Refusal | number {
    return number === affinityInfo ? done : 'NOT_SUPPORTED';
  }
}
