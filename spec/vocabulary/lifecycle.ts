/** Words about the pages that a VM's life costs. */
import { none } from '../config.ts';
import {
  all,
  attribute,
  compare,
  condition,
  effect,
  either,
  equals,
  forEach,
  quantity,
  when,
} from '../language/build.ts';
import type { Ref } from '../language/build.ts';
import type { Effect } from '../language/term.ts';
import { cacheLength, employ, emptyList } from './memcache.ts';
import { unpinAll } from './pages.ts';
import {
  askedFor,
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
  primary,
  protection,
  stage2Pages,
  vcpu,
} from './vms.ts';

export const kvmPages = quantity('kvmPages');
export const vcpuPages = quantity('vcpuPages');
export const hypVmPages = quantity('hypVmPages');
export const hypVcpuPages = quantity('hypVcpuPages');
export const pgdPages = quantity('pgdPages');

/** Facts about arguments that the state does not hold. Each comes as a parameter of its own, 1 where it is not so. */
export const reservedAreZero = condition(['fault'], 'every reserved argument [is] zero ({fault})', (fault) =>
  equals(fault, 0),
);
export const isWellFormed = condition(['fault'], 'the descriptor [is] well-formed ({fault})', (fault) =>
  equals(fault, 0),
);
export const isOnePage = condition(['fault'], 'each buffer [has] one page ({fault})', (fault) => equals(fault, 0));
export const namesItself = condition(['fault'], 'the caller [names] itself ({fault})', (fault) => equals(fault, 0));
export const isTakenOver = condition(['refused'], 'the secure world [takes] it ({refused})', (refused) =>
  equals(refused, 0),
);
export const isNamedByRight = condition(
  ['rest'],
  'whatever else is named [belongs] to the host alone ({rest})',
  (rest) => equals(rest, 0),
);
export const startsAtPage = condition(
  ['address', 'fault'],
  '{address} [starts] at a page boundary ({fault})',
  (_, fault) => equals(fault, 0),
);
export const hasOwnMemory = condition(['full'], 'the hypervisor [has] memory of its own left ({full})', (full) =>
  equals(full, 0),
);
/** Memory of its own is mapped where the hypervisor has addresses left, of which there is a range. */
export const hasOwnAddresses = condition(
  ['crowded'],
  'the hypervisor [has] addresses for memory of its own left ({crowded})',
  (crowded) => equals(crowded, 0),
);

/** The pages of a root table are aligned to their number. */
export const isAlignedRoot = condition(['page'], '{page} [is] aligned to the size of a root table', (page) =>
  either(compare(attribute('pageAlignment', page).value, '≥', pgdPages), equals(pgdPages, 1)),
);

/** The hypervisor takes `count` pages, zeroed, for a VM. */
export const employAll = (first: Ref, count: Ref, use: 'METADATA' | 'STAGE2', vm: Ref): Effect =>
  forEach(first, count, 'each page', employ('each page', use, vm));

/** What is done for each vCPU of a VM. */
const forEachVcpu = (vm: Ref, change: (one: Ref) => Effect): Effect =>
  forEach(0, quantity('vcpus'), 'each index', change(vcpu(vm, 'each index')));

/** The host's structures of the VM and of its vCPUs are pinned no longer. */
export const unpinStructures = effect(
  ['vm'],
  "the host's structures of {vm} and of its vCPUs have one pin less",
  (vm) =>
    all(
      unpinAll(kvmOf(vm).value, kvmPages),
      forEachVcpu(vm, (one) => when(isPresent(one).is(1), unpinAll(hostVcpuOf(one).value, vcpuPages))),
    ),
);

/** Nothing is left on record of the VM and its vCPUs. */
export const forgetVm = effect(['vm'], 'nothing is on record of {vm} and its vCPUs; life of {vm} becomes NONE', (vm) =>
  all(
    forEachVcpu(vm, (one) =>
      all(
        isPresent(one).becomes(0),
        hostVcpuOf(one).becomes(none),
        cacheLength(one).becomes(0),
        faultOf(one).becomes(none),
        powerOf(one).becomes('OFF'),
        askedFor(one).becomes(none),
        emptyList(one),
      ),
    ),
    kvmOf(vm).becomes(none),
    protection(vm).becomes(0),
    idRegs(vm).becomes(0),
    createdVcpus(vm).becomes(0),
    primary(vm).becomes(0),
    metadataPages(vm).becomes(0),
    stage2Pages(vm).becomes(0),
    mmioGuard(vm).becomes(0),
    lifeOf(vm).becomes('NONE'),
  ),
);
