/** The reference model as a target: it opens a world, answers calls, and is never asked what is right. */
import type { Target, TargetAnswer, TargetCall, TargetDescription } from '../spec/target.ts';
import type { World } from '../spec/world.ts';
import { Machine, type MachineOptions } from './machine.ts';
import { restore, type Snapshot, takeSnapshot } from './snapshot.ts';

/** Upstream Linux: no Android calls, no isolation of registers, and DMA left to the SoC. */
export const linux: MachineOptions = { isolatesCpuState: false, coversDma: false, android: false };

const linuxCallNames: readonly string[] = [
  'host_share_hyp',
  'host_unshare_hyp',
  'reserve_vm',
  'unreserve_vm',
  'init_vm',
  'init_vcpu',
  'vcpu_load',
  'vcpu_put',
  'vcpu_sync_state',
  'tlb_flush_vmid',
  'start_teardown_vm',
  'finalize_teardown_vm',
  'donate_guest',
  'share_guest',
  'unshare_guest',
  'relax_perms',
  'wrprotect',
  'test_clear_young',
  'mkyoung',
  'force_reclaim_guest_page',
  'reclaim_dying_guest_page',
  'vcpu_in_poison_fault',
  'host_read',
  'host_write',
  'host_load_stub',
  'topup_memcache',
  'guest_read',
  'guest_write',
  'guest_mem_share',
  'guest_mem_unshare',
];

export class ModelTarget implements Target {
  private readonly options: MachineOptions;
  /** Alters each machine once it is built: how a named fault gets in. */
  private readonly alter: (machine: Machine) => void;
  private machine: Machine | undefined;
  private fresh: Snapshot | undefined;
  private world: World | undefined;

  constructor(options: MachineOptions = linux, alter: (machine: Machine) => void = () => undefined) {
    this.options = options;
    this.alter = alter;
  }

  async describe(): Promise<TargetDescription> {
    return {
      name: 'model',
      profile: this.options.android ? 'android16-6.12' : 'linux-7.3',
      calls: linuxCallNames,
      facts: { machine: 'reference model' },
    };
  }

  async open(world: World): Promise<void> {
    if (this.machine !== undefined && this.fresh !== undefined && this.world === world) {
      restore(this.machine, this.fresh);
      return;
    }
    this.machine = new Machine(world, this.options);
    this.alter(this.machine);
    this.fresh = takeSnapshot(this.machine);
    this.world = world;
  }

  async answer(call: TargetCall): Promise<TargetAnswer> {
    if (this.machine === undefined) throw new Error('no world is open');
    return this.machine.answer(call);
  }

  async close(): Promise<void> {
    this.machine = undefined;
    this.fresh = undefined;
    this.world = undefined;
  }
}
