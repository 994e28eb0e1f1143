/** A device of the host: it reads and writes memory by itself, through the IOMMU where the SoC puts one in its way. */
import type { Cache } from './cache.ts';
import type { Cpu } from './cpu.ts';
import { prots } from './descriptor.ts';
import { arg, done, type Args, type Call, type Outcome } from './hypervisor/call.ts';
import type { Hypervisor } from './hypervisor/hypervisor.ts';
import type { Run } from './hypervisor/locks.ts';
import type { Mmu } from './mmu.ts';
import { deviceRegime } from './tlb.ts';

export class Devices {
  private readonly hv: Hypervisor;
  private readonly mmu: Mmu;
  private readonly cache: Cache;
  private readonly isCovered: boolean;

  constructor(hv: Hypervisor, mmu: Mmu, cache: Cache, isCovered: boolean) {
    this.hv = hv;
    this.mmu = mmu;
    this.cache = cache;
    this.isCovered = isCovered;
  }

  /** The frame that the device reaches, or -1. Without coverage it names the page itself, and reaches any. */
  private reach(args: Args, needs: number): number {
    const device = arg(args, 'device');
    if (!this.isCovered) return this.hv.board.frameOf(arg(args, 'iova'));
    if (this.hv.iommu.attached[device] !== 1) return -1;
    const regime = { observer: this.hv.world.cpus + device, vmid: deviceRegime + device, vcpu: -1 };
    const found = this.mmu.translate(regime, this.hv.iommu.tables[device]!, arg(args, 'iova'), needs);
    return typeof found === 'number' ? found : -1;
  }

  *read(_cpu: Cpu, args: Args): Run<Outcome> {
    const frame = this.reach(args, prots.R);
    // why: a device need not look into the caches of the CPUs.
    return frame < 0 ? 'FAULT' : this.cache.readUncached(frame, arg(args, 'word'));
  }

  *write(_cpu: Cpu, args: Args): Run<Outcome> {
    const frame = this.reach(args, prots.W);
    if (frame < 0) return 'FAULT';
    this.cache.write(frame, arg(args, 'word'), arg(args, 'value'));
    return done;
  }

  calls(): Record<string, Call> {
    return {
      device_read: (cpu, args) => this.read(cpu, args),
      device_write: (cpu, args) => this.write(cpu, args),
    };
  }
}
