/** How VMs and vCPUs of Android 16 as shipped begin and end (`pkvm.c`, `alloc.c`). */
import type { Errno } from '../../spec/answers.ts';
import type { Cpu } from '../cpu.ts';
import { AndroidLifecycle, AndroidTeardown } from './android-lifecycle.ts';
import { arg, type Args } from './call.ts';
import type { Check } from './host-memory.ts';
import { expect, type Run } from './locks.ts';
import type { Vm } from './vm.ts';

export class ShippedLifecycle extends AndroidLifecycle {
  override *takeStructure(cpu: Cpu, args: Args, offered: 'vmMem' | 'mem', pages: number): Run<number | Errno> {
    if (arg(args, 'crowded') !== 0) return 'EINVAL';
    return yield* super.takeStructure(cpu, args, offered, pages);
  }

  /** What is wrong with the index is noticed when all else is done, and the host's page stays pinned. */
  override *makeVcpu(cpu: Cpu, vm: Vm, args: Args, structure: number): Run<Check> {
    const hostVcpu = this.hv.board.frameOf(arg(args, 'hostVcpu'));
    if (!(yield* this.pinVcpu(cpu, hostVcpu))) return 'EBUSY';
    const bad = this.mayStart(vm, args);
    if (bad !== undefined) {
      this.undoPin(hostVcpu);
      return bad;
    }
    const worse = this.mayHaveVcpu(vm, arg(args, 'index'));
    if (worse === undefined) yield* this.publishVcpu(vm, args, hostVcpu, structure);
    return worse;
  }

  /** Whether the host has set up identification registers, nobody asks. */
  override mayHaveVcpu(vm: Vm, index: number): Check {
    return index < 0 || index >= vm.created || vm.vcpus[index] !== undefined ? 'EINVAL' : undefined;
  }
}

export class ShippedTeardown extends AndroidTeardown {
  override mayStart(vm: Vm | undefined): Check {
    expect(vm !== undefined, 'a VM that there is not is marked as dead');
    expect(this.hv.pages.refs[vm!.structure] === 0, 'a VM that is in use is to end');
    return vm!.isDying ? 'EINVAL' : undefined;
  }

  /** As long as the secure world takes the VM for one that exists, nobody else may have its number. */
  override left = (args: Args): 'reserved' | undefined => (arg(args, 'untold') === 0 ? undefined : 'reserved');
}
