/** Scopes for Android's profiles: with devices, behind an IOMMU and not, with guest code, and of CIDs alone. */
import { makeConfig } from './linux.ts';
import type { Scope } from './linux.ts';
import type { WrittenCall } from '../judge/written-call.ts';
import type { Config } from '../../spec/config.ts';

const call = (name: string, args: WrittenCall['args'] = {}, cpu = 0): WrittenCall => ({ call: name, cpu, args });
const sizes = { kvmPages: 0, vcpuPages: 0, hypVmPages: 0, hypVcpuPages: 0, pgdPages: 0, memcacheMin: 0 };

const withDevices: Config = {
  ...makeConfig({ memory: 4, near: 2, block: 2, levels: 0, slots: 2, vcpus: 2, cpus: 2, sizes }),
  devices: 2,
  iovas: 2,
};

const vm1Lives: readonly WrittenCall[] = [
  call('init_vm', { kvm: 'P0', created: '1', idRegs: 'yes', pgd: 'P0' }),
  call('init_vcpu', { vm: 'VM1', hostVcpu: 'P0', mpState: 'RUNNABLE' }),
  call('vcpu_load', { vm: 'VM1' }, 1),
];

/** Two devices, VM0, which is protected and has its second vCPU switched off, and VM1, which is not protected. */
export const devices: Scope = {
  name: 'devices',
  config: withDevices,
  prelude: [
    call('init_vm', { kvm: 'P0', created: '2', protected: 'yes', pgd: 'P0' }),
    call('init_vcpu', { vm: 'VM0', hostVcpu: 'P0', index: '0', mpState: 'RUNNABLE' }),
    call('init_vcpu', { vm: 'VM0', hostVcpu: 'P0', index: '1', mpState: 'STOPPED' }),
    call('vcpu_load', { vm: 'VM0', index: '0' }),
    ...vm1Lives,
  ],
  weights: {
    start_teardown_vm: 0.1,
    finalize_teardown_vm: 0.15,
    iommu_detach: 0.5,
    guest_cpu_off: 0.2,
    vcpu_put: 0.3,
    share_guest: 2,
    unshare_guest: 0.5,
    reclaim_dying_guest_page: 2,
  },
};

/** The same on an SoC of which some device has a way to memory of its own (DMA-SOC does not hold). */
export const devicesUncovered: Scope = {
  ...devices,
  name: 'devices-uncovered',
  config: { ...withDevices, socCoversDma: false },
};

/** Structures and page tables are made of pages, which a device may have mapped. */
export const devicesFull: Scope = {
  name: 'devices-full',
  config: {
    ...makeConfig({
      memory: 9,
      near: 2,
      block: 2,
      levels: 1,
      slots: 2,
      vcpus: 1,
      cpus: 1,
      sizes: { ...sizes, kvmPages: 1, vcpuPages: 1, pgdPages: 2, memcacheMin: 1 },
    }),
    devices: 1,
    iovas: 2,
  },
  prelude: [
    call('host_share_hyp', { page: 'P0' }),
    call('init_vm', { kvm: 'P0', created: '1', protected: 'yes', pgd: 'P2' }),
    call('init_vcpu', { vm: 'VM0', hostVcpu: 'P0', index: '0', mpState: 'RUNNABLE' }),
    call('vcpu_load', { vm: 'VM0', index: '0' }),
  ],
  weights: devices.weights,
};

/** No devices, but guest code that can lose its page; accesses to an old page of VM1 fault. */
export const guestCode: Scope = {
  name: 'guest-code',
  config: makeConfig({
    ...{ memory: 6, near: 2, block: 2, levels: 0, slots: 2, vcpus: 2, cpus: 2, sizes },
    code: true,
    hardwareAccessFlag: false,
  }),
  prelude: [
    ...devices.prelude,
    call('host_load_stub', { page: 'P4' }),
    call('donate_guest', { page: 'P4', gfn: 'far' }),
    call('host_load_stub', { page: 'P5' }),
    call('share_guest', { page: 'P5', gfn: 'far', nr: '1', prot: 'PX+UX+W+R' }, 1),
  ],
  weights: devices.weights,
};

/** Three CIDs, and no memory at all. */
export const cids: Scope = {
  name: 'cids',
  config: { ...makeConfig({ memory: 0, near: 0, block: 1, levels: 0, slots: 0, vcpus: 0, cpus: 1, sizes }), cids: 3 },
  prelude: [],
  weights: { reboot_host: 0.1, restart_service: 0.3 },
};

/** Two clients that contend for three CIDs, and two early VMs. */
export const cidClients: Scope = {
  ...cids,
  name: 'clients',
  config: { ...cids.config, clients: 2, earlyCids: ['system', 'system_ext or product'] },
  weights: { ...cids.weights, start_early_vm: 0.3, end_early_vm: 0.3 },
};
/** More clients than CIDs, which mostly keep what they have, so that the range is exhausted. */
export const manyClients: Scope = {
  ...cidClients,
  name: 'many-clients',
  config: { ...cidClients.config, clients: 4 },
  weights: {
    ...cidClients.weights,
    restart_service: 0.05,
    drop_context: 0.2,
    pick_cid: 2,
    write_last_cid: 2,
    hold_cid: 2,
  },
};
/** A range of more CIDs, most of which have had a VM and lost it. */
export const longRange: Scope = {
  ...cidClients,
  name: 'long-range',
  config: { ...cidClients.config, cids: 24, clients: 5, earlyCids: ['system'] },
  weights: { reboot_host: 0.01, restart_service: 0.1, start_early_vm: 0.05, end_early_vm: 0.05, drop_context: 2 },
};
