/** Android's way to make VMs and vCPUs, and to end them. */
import type { Errno } from '../../spec/answers.ts';
import type { Cpu } from '../cpu.ts';
import { arg, done, type Args, type Outcome } from './call.ts';
import { beginnings, HeapLifecycle } from './heap-lifecycle.ts';
import type { Check } from './host-memory.ts';
import { built } from './lifecycle.ts';
import type { Run } from './locks.ts';
import { Teardown } from './teardown.ts';
import type { Vm } from './vm.ts';

export class AndroidLifecycle extends HeapLifecycle {
  override mayStart = (_vm: Vm, args: Args): Check =>
    beginnings[arg(args, 'mpState')] === undefined ? 'EINVAL' : undefined;

  /** The answer is the handle: nothing was reserved. */
  override *insertVm(cpu: Cpu, args: Args, frames: Pick<Vm, 'kvm' | 'structure'>): Run<Outcome> {
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
    const vm = vms.named(arg(args, 'vm'));
    const bad = vm === undefined ? 'ENOENT' : yield* this.insertVcpu(cpu, vm, args);
    vms.lock.release();
    return bad ?? done;
  }

  *insertVcpu(cpu: Cpu, vm: Vm, args: Args): Run<Check> {
    const { hypVcpuPages } = this.hv.config.sizes;
    const structure = yield* this.takeStructure(cpu, args, 'mem', hypVcpuPages);
    if (typeof structure === 'string') return structure;
    const bad = yield* this.makeVcpu(cpu, vm, args, structure);
    if (bad !== undefined) yield* this.giveStructure(cpu, structure, hypVcpuPages);
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
}
