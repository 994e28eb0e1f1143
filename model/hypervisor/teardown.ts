/** VMs end, in two steps: start, after which no vCPU can be loaded, and finalize, which gives all memory back. */
import type { Errno } from '../../spec/answers.ts';
import type { Cpu } from '../cpu.ts';
import { arg, done, type Args, type Outcome } from './call.ts';
import type { Check } from './host-memory.ts';
import type { Core } from './core.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Pause, Run } from './locks.ts';
import { type Vm, vmidOf } from './vm.ts';

const unlisted: Pause = { at: 'out of the VM table' };

export class Teardown {
  protected readonly hv: Core;
  protected readonly lifecycle: Lifecycle;
  tooEarly: (vm: Vm | undefined) => Errno = () => 'EINVAL';
  /** What is left of the entry: nothing, so that another VM can have it. */
  left: (args: Args) => 'reserved' | undefined = () => undefined;

  constructor(hv: Core, lifecycle: Lifecycle) {
    this.hv = hv;
    this.lifecycle = lifecycle;
  }

  *start(cpu: Cpu, args: Args): Run<Outcome> {
    const { vms } = this.hv;
    yield* vms.lock.take(cpu.number);
    const vm = vms.named(arg(args, 'vm'));
    const bad = this.mayStart(vm);
    if (vm !== undefined && bad === undefined) vm.isDying = true;
    vms.lock.release();
    return bad ?? done;
  }

  mayStart(vm: Vm | undefined): Check {
    return vm !== undefined && this.mayDie(vm) ? undefined : 'EINVAL';
  }

  /** No vCPU is loaded anywhere, and it is not dying already. */
  mayDie(vm: Vm): boolean {
    return this.hv.pages.refs[vm.structure] === 0 && !vm.isDying;
  }

  *finalize(cpu: Cpu, args: Args): Run<Outcome> {
    const { vms, host } = this.hv;
    yield* vms.lock.take(cpu.number);
    const vm = vms.named(arg(args, 'vm'));
    if (vm?.isDying !== true) {
      vms.lock.release();
      return this.tooEarly(vm);
    }
    // why: the slot, and with it the VMID, can be given out as soon as the lock is free.
    this.hv.upkeep.flush(vmidOf(vm.slot));
    vms.set(vm.slot, this.left(args));
    vms.lock.release();
    yield unlisted;
    const stage2 = this.collectStage2(vm);
    yield* host.lock.take(cpu.number);
    for (const frame of stage2) host.donateToHost(frame);
    host.lock.release();
    yield* this.giveBackStructures(cpu, vm);
    return stage2.length;
  }

  /** Every page that served the VM's translation; linked, so that the host finds them. */
  collectStage2(vm: Vm): number[] {
    const { pages, memory, lists, config } = this.hv;
    const tables = [...vm.table.tables(), ...vm.pool];
    for (let i = 0; i < config.sizes.pgdPages; i++) tables.push(vm.pgd + i);
    for (const frame of tables) {
      memory.zero(frame);
      pages.refs[frame] = 0;
    }
    for (const vcpu of vm.vcpus) {
      while (vcpu !== undefined && vcpu.cache.length > 0) tables.push(lists.pop(vcpu.cache));
    }
    const handed = { top: 0, length: 0 };
    for (const frame of tables) lists.push(handed, frame);
    return tables;
  }

  *giveBackStructures(cpu: Cpu, vm: Vm): Run<void> {
    const { sizes } = this.hv.config;
    for (const vcpu of vm.vcpus) {
      if (vcpu === undefined) continue;
      this.lifecycle.unpinVcpu(vcpu.hostVcpu);
      yield* this.lifecycle.giveStructure(cpu, vcpu.structure, sizes.hypVcpuPages);
    }
    yield* this.lifecycle.giveStructure(cpu, vm.structure, sizes.hypVmPages);
    this.lifecycle.unpinKvm(vm.kvm);
    // why: the host's structures, and the lists in them, end with the VM.
    for (let index = 0; index < this.hv.config.vcpus; index++) this.hv.hostLists.empty(vm.slot, index);
  }
}
