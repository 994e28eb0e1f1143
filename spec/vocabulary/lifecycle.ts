/** Words about the pages that a VM's life costs. */
import { none } from '../config.ts';
import { all, configFact, configNumber, equals, forEach, labelled, term, value, when } from '../term.ts';
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

export const kvmPages = configNumber("the host's VM structure", (config) => config.sizes.kvmPages);
export const vcpuPages = configNumber("the host's vCPU structure", (config) => config.sizes.vcpuPages);
export const hypVmPages = configNumber("the hypervisor's VM structure", (config) => config.sizes.hypVmPages);
export const hypVcpuPages = configNumber("the hypervisor's vCPU structure", (config) => config.sizes.hypVcpuPages);
export const pgdPages = configNumber('the root table', (config) => config.sizes.pgdPages);

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
  configFact(
    'is aligned to the size of a root table',
    page,
    (config, p) => (config.pages[p]?.aligned ?? 0) >= config.sizes.pgdPages || config.sizes.pgdPages === 1,
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
  const first = term<number, P>(v.words, [v], (binding) => {
    const read = v.compile(binding);
    return (state, args) => read(state, args) * binding.config.vcpus;
  });
  return forEach<P, 'each vcpu'>(
    first,
    configNumber('the vCPUs of a VM', (config) => config.vcpus),
    'each vcpu',
    effect,
  );
};

/** The host's structures of the VM and of its vCPUs are pinned no longer. */
export const unpinStructures = <P extends string>(vm: Ref<P>): Effect<P> =>
  labelled(
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
  labelled(
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
