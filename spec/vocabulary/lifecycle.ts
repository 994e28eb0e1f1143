/** Words about the pages that a VM's life costs. */
import { none } from '../state.ts';
import { all, equals, forEach, said, term, value, when, worldFact, worldNumber } from '../term.ts';
import type { Condition, Effect, Ref } from '../term.ts';
import { cacheLength, employ, emptyList } from './memcache.ts';
import { unpinAll } from './pages.ts';
import {
  createdVcpus,
  faultOf,
  hostVcpuOf,
  idRegs,
  isPresent,
  kvmOf,
  lifeOf,
  metadataPages,
  mmioGuard,
  powerOf,
  protection,
  stage2Pages,
} from './vms.ts';

export const kvmPages = worldNumber("the host's VM structure", (world) => world.sizes.kvmPages);
export const vcpuPages = worldNumber("the host's vCPU structure", (world) => world.sizes.vcpuPages);
export const hypVmPages = worldNumber("the hypervisor's VM structure", (world) => world.sizes.hypVmPages);
export const hypVcpuPages = worldNumber("the hypervisor's vCPU structure", (world) => world.sizes.hypVcpuPages);
export const pgdPages = worldNumber('the root table', (world) => world.sizes.pgdPages);

/** An address is aligned, a reserved argument zero. */
export const isRight = <P extends string>(fault: Ref<P>): Condition<P> => ({
  ...equals<P>(fault, 0),
  words: faultWords(value(fault).words),
});

const faultWords = (name: string): string => {
  if (name === 'argFault') return 'every reserved argument is zero';
  if (name === 'descFault') return 'the descriptor is well-formed';
  if (name === 'addrFault') return 'the address starts at a page boundary';
  if (name === 'full') return 'the hypervisor has memory of its own left';
  return `${name.replace(/Fault$/, '')} starts at a page boundary`;
};

/** The pages of a root table are aligned to their number. */
export const isAlignedRoot = <P extends string>(page: Ref<P>): Condition<P> =>
  worldFact(
    'is aligned to the size of a root table',
    page,
    (world, p) => (world.pages[p]?.aligned ?? 0) >= world.sizes.pgdPages || world.sizes.pgdPages === 1,
  );

/** The hypervisor takes `count` pages, zeroed, for a VM. */
export const employAll = <P extends string>(
  first: Ref<P>,
  count: Ref<P>,
  use: 'METADATA' | 'STAGE2',
  vm: Ref<P>,
): Effect<P> => forEach(first, count, 'each page', employ<P | 'each page'>('each page', use, vm));

/** What is done for each vCPU of a VM. */
const forEachVcpu = <P extends string>(vm: Ref<P>, effect: Effect<P | 'each vcpu'>): Effect<P> => {
  const v = value(vm);
  const first = term<number, P>(v.words, [v], (scope) => {
    const read = v.compile(scope);
    return (state, args) => read(state, args) * scope.world.vcpus;
  });
  return forEach<P, 'each vcpu'>(
    first,
    worldNumber('the vCPUs of a VM', (world) => world.vcpus),
    'each vcpu',
    effect,
  );
};

/** The host's structures of the VM and of its vCPUs are pinned no longer. */
export const unpinStructures = <P extends string>(vm: Ref<P>): Effect<P> =>
  said(
    `the host's structures of ${value(vm).words} and of its vCPUs have one pin less`,
    all(
      unpinAll(kvmOf(vm).value, kvmPages as Ref<P>),
      forEachVcpu(
        vm,
        when<P | 'each vcpu'>(
          isPresent<P | 'each vcpu'>('each vcpu').is(1),
          unpinAll<P | 'each vcpu'>(hostVcpuOf<P | 'each vcpu'>('each vcpu').value, vcpuPages as Ref<P>),
        ),
      ),
    ),
  );

/** Nothing is left on record of the VM and its vCPUs. */
export const forgetVm = <P extends string>(vm: Ref<P>): Effect<P> =>
  said(
    `nothing is on record of ${value(vm).words} and its vCPUs; life of ${value(vm).words} becomes NONE`,
    all(
      forEachVcpu(
        vm,
        all<P | 'each vcpu'>(
          isPresent<P | 'each vcpu'>('each vcpu').becomes(0),
          hostVcpuOf<P | 'each vcpu'>('each vcpu').becomes(none),
          cacheLength<P | 'each vcpu'>('each vcpu').becomes(0),
          faultOf<P | 'each vcpu'>('each vcpu').becomes(none),
          powerOf<P | 'each vcpu'>('each vcpu').becomes('OFF'),
          emptyList<P | 'each vcpu'>('each vcpu'),
        ),
      ),
      kvmOf(vm).becomes(none),
      protection(vm).becomes(0),
      idRegs(vm).becomes(0),
      createdVcpus(vm).becomes(0),
      metadataPages(vm).becomes(0),
      stage2Pages(vm).becomes(0),
      mmioGuard(vm).becomes(0),
      lifeOf(vm).becomes('NONE'),
    ),
  );
