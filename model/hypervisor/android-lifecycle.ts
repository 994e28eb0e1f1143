/** Android's way to make VMs and vCPUs, and to end them: their structures come from the hypervisor's own allocator. */
import type { Errno } from '../../spec/answers.ts';
import type { Cpu } from '../cpu.ts';
import { arg, done, type Args, type Outcome } from './call.ts';
import type { Check } from './host-memory.ts';
import { built, Lifecycle } from './lifecycle.ts';
import type { Run } from './locks.ts';
import { Teardown } from './teardown.ts';
import type { Power, Vm } from './vm.ts';

/** In which state the host wants a vCPU to begin. */
const beginnings: readonly Power[] = ['OFF', 'PENDING'];

export class AndroidLifecycle extends Lifecycle {
  override mayStart = (args: Args): Check => (beginnings[arg(args, 'mpState')] === undefined ? 'EINVAL' : undefined);
  /** Of a VM that is not protected the host keeps the power states, and here they are all on. */
  override powerAtStart = (vm: Vm, args: Args): Power | undefined =>
    vm.protected ? beginnings[arg(args, 'mpState')] : 'ON';

  /** The answer is the handle: nothing was reserved, and the host gives the root table alone. */
  override *makeVm(cpu: Cpu, args: Args, kvm: number): Run<Outcome> {
    const { heap, config } = this.hv;
    if (arg(args, 'created') < 1) return 'EINVAL';
    const structure = heap.take(config.sizes.hypVmPages, arg(args, 'full') !== 0);
    if (structure < 0) return 'ENOMEM';
    const outcome = yield* this.insertVm(cpu, args, { kvm, structure });
    if (typeof outcome === 'string') heap.give(structure, config.sizes.hypVmPages);
    return outcome;
  }

  *insertVm(cpu: Cpu, args: Args, frames: Pick<Vm, 'kvm' | 'structure'>): Run<Outcome> {
    const { board, vms, config } = this.hv;
    const { pgdPages } = config.sizes;
    const isAligned = arg(args, 'pgdFault') === 0 && board.isAligned(board.frameOf(arg(args, 'pgd')), pgdPages);
    const pgd = yield* this.takeDonated(cpu, arg(args, 'pgd'), pgdPages, !isAligned);
    if (pgd < 0) return 'EINVAL';
    yield* vms.lock.take(cpu.number);
    const slot = vms.findFree();
    if (slot >= 0) {
      const vm = this.buildVm(slot, args, { ...frames, pgd });
      yield built;
      vms.set(slot, vm);
    }
    vms.lock.release();
    if (slot >= 0) return slot;
    yield* this.giveBack(cpu, pgd, pgdPages);
    return 'ENOMEM';
  }

  override *initVcpu(cpu: Cpu, args: Args): Run<Outcome> {
    const { vms } = this.hv;
    yield* vms.lock.take(cpu.number);
    const vm = vms.find(arg(args, 'vm'));
    const bad = vm === undefined ? 'ENOENT' : yield* this.insertVcpu(cpu, vm, args);
    vms.lock.release();
    return bad ?? done;
  }

  *insertVcpu(cpu: Cpu, vm: Vm, args: Args): Run<Check> {
    const { heap, config } = this.hv;
    const structure = heap.take(config.sizes.hypVcpuPages, arg(args, 'full') !== 0);
    if (structure < 0) return 'ENOMEM';
    const bad = yield* this.makeVcpu(cpu, vm, args, structure);
    if (bad !== undefined) heap.give(structure, config.sizes.hypVcpuPages);
    return bad;
  }
}

export class AndroidTeardown extends Teardown {
  override tooEarly = (vm: Vm | undefined): Errno => (vm === undefined ? 'ENOENT' : 'EBUSY');

  override mayStart(vm: Vm | undefined): Check {
    if (vm === undefined) return 'ENOENT';
    if (this.mayDie(vm)) return undefined;
    return vm.isDying ? 'EINVAL' : 'EBUSY';
  }

  override *release(_cpu: Cpu, first: number, pages: number): Run<void> {
    this.hv.heap.give(first, pages);
  }
}
