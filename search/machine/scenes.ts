/** Where two CPUs get in each other's way: scopes brought to where something is worth contending for, and what for. */
import type { WrittenCall } from '../judge/written-call.ts';
import { call, made } from './scope-parts.ts';
import type { MachineScope } from './scope-parts.ts';
import { androidEnding, androidSiblings, empty, ending, neighbours, siblings } from './scopes.ts';

/** For each name of an argument, what it is to be; every call is made with each of them. */
export type Subjects = Readonly<Record<string, readonly string[]>>;

export interface Scene extends MachineScope {
  readonly about: Subjects;
}

/** What is the same in all scenes. */
const usual: Subjects = {
  prot: ['PX+UX+W+R'],
  mkold: ['yes'],
  created: ['1'],
  protected: ['yes'],
  idRegs: ['yes'],
  register: ['x2'],
  vm: ['VM0'],
  gfn: ['G0'],
  device: ['device 0'],
  mpState: ['RUNNABLE'],
  target: ['1'],
  kvm: ['P8'],
  hostVcpu: ['P8'],
};

function scene(name: string, of: MachineScope, more: readonly WrittenCall[], about: Subjects): Scene {
  return { ...of, name, prelude: [...of.prelude, ...more], about: { ...usual, ...about } };
}

const given = call('donate_guest', { page: 'P0', gfn: 'G0' });
const secret = call('guest_write', { vm: 'VM0', vcpu: '0', gfn: 'G0' });
const free = { vmMem: ['P4'], pgd: ['P5'], mem: ['P4'], first: ['P6'] };

export const scenes: readonly Scene[] = [
  scene('a page with a secret', siblings, [given, secret], { ...free, page: ['P0'] }),
  scene('a page to give', siblings, [], { ...free, page: ['P4'] }),
  scene(
    'a page that a VM shares',
    siblings,
    [given, secret, call('guest_mem_share', { vm: 'VM0', vcpu: '0', gfn: 'G0' })],
    { ...free, page: ['P0'] },
  ),
  scene('a frame with poison', siblings, [given, secret, call('force_reclaim_guest_page', { page: 'P0' })], {
    ...free,
    page: ['P0'],
  }),
  scene(
    'a device that has a page',
    siblings,
    [
      call('iommu_attach', { device: 'device 0' }),
      call('iommu_map', { device: 'device 0', iova: 'iova 0', page: 'P4' }),
      call('device_read', { device: 'device 0', iova: 'iova 0' }),
    ],
    { ...free, page: ['P4'] },
  ),
  scene(
    'a page that two sides share',
    neighbours,
    [
      call('donate_guest', { page: 'P1', gfn: 'G0' }),
      call('share_guest', { page: 'P0', gfn: 'G0', prot: 'PX+UX+W+R' }, 1),
    ],
    { ...free, vm: ['VM1'], page: ['P0'] },
  ),
  scene('a page that is lent', siblings, [call('ffa_lend', { page: 'P4' })], { ...free, page: ['P4'] }),
  scene('a VM at rest', ending, [], { ...free, page: ['P0'] }),
  scene('a dying VM', ending, [call('start_teardown_vm', { vm: 'VM0' })], { ...free, page: ['P0'] }),
  scene(
    'a VM without vCPUs',
    empty,
    made({ vm: 'VM0', protected: true, pages: [8, 9, 10, 11], vcpus: 1 }).slice(0, -1),
    {
      ...free,
      page: ['P8'],
    },
  ),
  scene('a vCPU that is off', androidSiblings, [given, secret, call('guest_cpu_off', { vm: 'VM0', vcpu: '1' }, 1)], {
    ...free,
    page: ['P0'],
  }),
  scene('a dying VM of Android', androidEnding, [call('start_teardown_vm', { vm: 'VM0' })], { ...free, page: ['P0'] }),
  scene('a handle', empty, [call('reserve_vm'), call('host_share_hyp', { page: 'P8' })], { ...free, page: ['P8'] }),
];
