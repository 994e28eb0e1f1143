/** All named faults, and the changes that are none. */
import type { Fault, Harmless } from './fault.ts';
import { android } from './android.ts';
import { beginnings } from './beginnings.ts';
import { comingBack } from './coming-back.ts';
import { devicesAndRegisters } from './devices-and-registers.ts';
import { entriesAndExits } from './entries-and-exits.ts';
import { lifecycle } from './lifecycle.ts';
import { linux74 } from './linux74.ts';
import { races } from './races.ts';
import { secureWorld } from './secure-world.ts';
import { sharing } from './sharing.ts';
import { tables } from './tables.ts';
import { unlocked } from './unlocked.ts';
import { whoseTables } from './whose-tables.ts';

/** By what they are about. */
export const topics: Readonly<Record<string, readonly Fault[]>> = {
  sharing,
  comingBack,
  lifecycle,
  tables,
  whoseTables,
  beginnings,
  devicesAndRegisters,
  entriesAndExits,
  secureWorld,
  races,
  unlocked,
  android,
  linux74,
};

export const faults: readonly Fault[] = Object.values(topics).flat();

/** A wipe, a flush or a barrier more than needed: slower, and no worse. */
export const harmless: readonly Harmless[] = [
  {
    id: 'shared-page-wiped',
    title: 'a page that its VM had shared is wiped as well when the VM dies',
    alter: ({ hv }) => {
      const give = hv.guestCalls.relinquish.bind(hv.guestCalls);
      hv.guestCalls.relinquish = function* (vcpu, gfn, frame) {
        yield* give(vcpu, gfn, frame);
        hv.upkeep.wipe(frame);
      };
    },
  },
  {
    id: 'wiped-twice',
    title: 'every wipe is made twice',
    alter: ({ hv: { upkeep } }) => {
      const wipe = upkeep.wipe.bind(upkeep);
      upkeep.wipe = (frame) => {
        wipe(frame);
        wipe(frame);
      };
    },
  },
  {
    id: 'all-invalidated',
    title: 'every invalidation is of a whole VMID',
    alter: ({ tlb, hv: { upkeep } }) => {
      upkeep.invalidate = (vmid) => tlb.flush(vmid);
    },
  },
  {
    id: 'relaxed-everywhere',
    title: 'relaxed permissions are told to every CPU',
    alter: ({ hv: { upkeep } }) => {
      upkeep.invalidateLocally = (_cpu, vmid, ipa) => upkeep.invalidate(vmid, ipa, 1);
    },
  },
  {
    id: 'flushed-on-every-load',
    title: 'every load of a vCPU flushes its VMID',
    alter: ({ hv }) => {
      const load = hv.vcpus.load.bind(hv.vcpus);
      hv.vcpus.load = function* (cpu, args) {
        const outcome = yield* load(cpu, args);
        if (cpu.loaded !== undefined) hv.upkeep.flush(cpu.loaded.vm.slot + 1);
        return outcome;
      };
    },
  },
  {
    id: 'no-blocks-for-the-host',
    title: 'the host’s memory is mapped page by page',
    alter: ({ hv: { host } }) => {
      host.canMapBlock = () => false;
    },
  },
  {
    id: 'more-pauses',
    title: 'another CPU can come in once more in each reclaim',
    alter: ({ hv }) => {
      const take = hv.reclaim.takeByForce.bind(hv.reclaim);
      hv.reclaim.takeByForce = function* (vm, gfn, frame) {
        yield { at: 'locks taken' };
        return yield* take(vm, gfn, frame);
      };
    },
  },
];
