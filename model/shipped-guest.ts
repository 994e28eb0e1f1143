/** What guests of Android 16 as shipped have besides. */
import { AndroidGuest } from './android-guest.ts';
import type { Call } from './hypervisor/call.ts';

const guardInfoNumber = 0xc6000005;

export class ShippedGuest extends AndroidGuest {
  override androidCalls(): Record<string, Call> {
    return {
      ...super.androidCalls(),
      // EL2 has one answer for this call and for HYP_MEMINFO.
      guest_mmio_guard_info: (cpu, args) => this.memInfo(cpu, args, guardInfoNumber),
    };
  }
}
