/**
 * VMs and vCPUs whose structures come from the hypervisor's own allocator, and whose power state it keeps: Linux from
 * 7.4 on, and Android.
 */
import type { Errno } from '../../spec/answers.ts';
import type { Cpu } from '../cpu.ts';
import { arg, type Args } from './call.ts';
import type { Check } from './host-memory.ts';
import { Lifecycle } from './lifecycle.ts';
import type { Run } from './locks.ts';
import type { Power, Start, Vcpu, Vm } from './vm.ts';

/** In which state the host wants a vCPU to begin. */
export const beginnings: readonly Power[] = ['OFF', 'PENDING'];

/** Where the host has each VM begin that has no firmware, and where it has put the device tree. */
export const hostStart: Start = { pc: 0x40200000, x0: 0x44000000 };

export class HeapLifecycle extends Lifecycle {
  /** Of a VM that is not protected the host keeps the power states, and here they are all on. */
  override powerAtStart = (vm: Vm, args: Args): Power | undefined =>
    vm.protected ? beginnings[arg(args, 'mpState')] : 'ON';

  override *takeStructure(_cpu: Cpu, args: Args, _offered: string, pages: number): Run<number | Errno> {
    if (arg(args, 'crowded') !== 0) return 'E2BIG';
    const first = this.hv.heap.take(pages, arg(args, 'full') !== 0);
    return first < 0 ? 'ENOMEM' : first;
  }

  override *giveStructure(_cpu: Cpu, first: number, pages: number): Run<void> {
    this.hv.heap.give(first, pages);
  }
}

export class Linux74Lifecycle extends HeapLifecycle {
  override finalizeId = 8;
  override lastId = 57;

  /** The host makes one vCPU of a protected VM runnable, once; the VM switches on the others. */
  override mayStart = (vm: Vm, args: Args): Check => {
    if (!vm.protected) return undefined;
    const power = beginnings[arg(args, 'mpState')];
    return power === undefined || (power === 'PENDING' && vm.primary !== undefined) ? 'EINVAL' : undefined;
  };

  override register(vm: Vm, vcpu: Vcpu): void {
    super.register(vm, vcpu);
    if (vcpu.power !== 'PENDING') return;
    vm.primary = vcpu.index;
    vcpu.start = hostStart;
  }
}
