/** Where vCPUs and translations are: one place for each vCPU, and no TLB that knows what no table says. */
import { contradiction, Watch } from '../../model/consistency.ts';
import { vmidOf } from '../../model/hypervisor/vm.ts';
import type { Machine } from '../../model/machine.ts';
import type { TlbEntry } from '../../model/tlb.ts';
import { laws } from './laws.ts';
import type { MachineLaw, MachineViolation } from '../../properties/machine-law.ts';
import type { Performed } from './performed.ts';

const setUpCalls = 8;

/** Which law a contradiction of the machine's places breaks. */
const lawsOfContradictions: readonly (readonly [RegExp, MachineLaw])[] = [
  [/while its sibling is loaded/, laws.tlbSibling],
  [/which nobody has/, laws.tlbVmid],
  [/^device/, laws.deviceFollows],
  [/^CPU/, laws.tlbRemoved],
];

export class Placement {
  private readonly machine: Machine;
  private readonly watch: Watch;

  constructor(machine: Machine) {
    this.machine = machine;
    this.watch = new Watch(machine);
  }

  reset(): void {
    this.watch.reset();
  }

  look(one: Performed, isQuiet: boolean): MachineViolation | undefined {
    const { call, values, answer } = one;
    if (call === 'hypercall' && (values['id'] ?? 0) < setUpCalls && answer?.kind === 'done') return laws.hostAtEl1;
    if (this.machine.cpus.some((cpu) => !cpu.isConfined)) return laws.hostConfined;
    if (this.isTwice()) return laws.onePlace;
    if (call === 'tlb_flush_vmid' && answer?.kind === 'done' && this.holdsAnyOf(values['vm'])) return laws.tlbFlushed;
    if (one.rule.rule.actor === 'guest' && answer?.kind === 'done' && this.isDying(one)) return laws.noRunDying;
    const why = isQuiet ? this.watch.contradiction() : undefined;
    if (why === undefined || contradiction(this.machine) === undefined) return undefined;
    return lawsOfContradictions.find(([words]) => words.test(why))?.[1] ?? laws.onlyMemory;
  }

  private isDying({ cpu }: Performed): boolean {
    return this.machine.cpus[cpu]?.loaded?.vm.isDying === true;
  }

  private holdsAnyOf(slot = -1): boolean {
    const { hv, cpus, tlb } = this.machine;
    const vm = hv.vms.find(slot);
    const isOfIt = ({ vmid }: TlbEntry): boolean => vmid === vmidOf(slot);
    // why: a dying VM uses none of them any more.
    return vm?.protected === false && !vm.isDying && cpus.some(({ number }) => tlb.entries(number).some(isOfIt));
  }

  private isTwice(): boolean {
    const { cpus } = this.machine;
    return cpus.some(({ loaded, number }) => {
      for (let other = 0; other < number; other++) {
        if (loaded !== undefined && cpus[other]?.loaded?.structure === loaded.structure) return true;
      }
      return false;
    });
  }
}
