/** Words about VMs and their vCPUs: which exist, in which phase, and where one is loaded. */
import {
  all,
  both,
  cell,
  choose,
  compare,
  compute,
  condition,
  effect,
  either,
  equals,
  every,
  first,
  isBelow,
  number,
  quantity,
  thisCpu,
} from '../language/build.ts';
import type { Cell, Ref } from '../language/build.ts';
import type { Bool, Effect, Num } from '../language/term.ts';
import { none } from '../config.ts';

export const lifeOf = (vm: Ref): Cell<'life'> => cell('life', vm);
export const protection = (vm: Ref): Cell<'protected'> => cell('protected', vm);
export const idRegs = (vm: Ref): Cell<'idRegs'> => cell('idRegs', vm);
/** The host has made a vCPU of the VM runnable; it does so once. */
export const primary = (vm: Ref): Cell<'hasPrimary'> => cell('hasPrimary', vm);
export const createdVcpus = (vm: Ref): Cell<'createdVcpus'> => cell('createdVcpus', vm);
export const kvmOf = (vm: Ref): Cell<'kvm'> => cell('kvm', vm);
export const metadataPages = (vm: Ref): Cell<'metadataPages'> => cell('metadataPages', vm);
export const stage2Pages = (vm: Ref): Cell<'stage2Pages'> => cell('stage2Pages', vm);
export const mmioGuard = (vm: Ref): Cell<'enrolled'> => cell('enrolled', vm);

export const isPresent = (vcpu: Ref): Cell<'present'> => cell('present', vcpu);
export const hostVcpuOf = (vcpu: Ref): Cell<'hostVcpu'> => cell('hostVcpu', vcpu);
export const loadedOn = (vcpu: Ref): Cell<'loadedOn'> => cell('loadedOn', vcpu);
export const faultOf = (vcpu: Ref): Cell<'fault'> => cell('fault', vcpu);
export const powerOf = (vcpu: Ref): Cell<'power'> => cell('power', vcpu);
export const askedFor = (vcpu: Ref): Cell<'awaits'> => cell('awaits', vcpu);

const namesEntry = (vm: Ref): Bool => both(compare(vm, '≥', 0), isBelow(vm, quantity('slots')));
/** The handle is not below the first one that the hypervisor gives out. */
export const isHandle = condition(['vm'], '{vm} [is] a handle', (vm) => compare(vm, '≠', none));

export const isReserved = condition(['vm'], '{vm} [is] a reserved VM', (vm) =>
  both(namesEntry(vm), lifeOf(vm).is('RESERVED')),
);
export const isLive = condition(['vm'], '{vm} [is] a live VM', (vm) => both(namesEntry(vm), lifeOf(vm).is('LIVE')));
export const isDying = condition(['vm'], '{vm} [is] a dying VM', (vm) => both(namesEntry(vm), lifeOf(vm).is('DYING')));
export const isCreated = condition(['vm'], '{vm} [is] a live or dying VM', (vm) =>
  both(namesEntry(vm), lifeOf(vm).isOneOf('LIVE', 'DYING')),
);
export const isProtected = (vm: Ref): Bool => protection(vm).is(1);
export const isUnprotected = (vm: Ref): Bool => protection(vm).is(0);

export const firstFreeEntry = number([], 'the first free entry of the VM table', () =>
  first(0, quantity('slots'), 'each VM', lifeOf('each VM').is('NONE')),
)();
export const hasFreeEntry = condition([], 'the VM table [has] a free entry', () =>
  compare(firstFreeEntry, '≠', none),
)();

/** No vCPU, and not the one that none stands for. */
const nowhere = -2;
/** vCPU `index` of a VM, as a number over all VMs. */
export const vcpu = number(['vm', 'index'], 'vCPU {index} of {vm}', (vm, index) => {
  const exists = both(namesEntry(vm), compare(index, '≥', 0), isBelow(index, quantity('vcpus')));
  return choose(exists, compute(compute(vm, '*', quantity('vcpus')), '+', index), nowhere);
});
/** The VM to which a vCPU belongs. */
export const vmOf = number(['vcpu'], 'the VM of {vcpu}', (vcpu) => compute(vcpu, 'div', quantity('vcpus')));

const loaded = cell('loaded', thisCpu);
export const loadedVcpu = number([], 'the loaded vCPU', () => loaded.value)();
export const loadedVm = number([], 'the loaded VM', () => vmOf(loaded.value))();
export const somethingLoaded = condition([], 'a vCPU [is] loaded on this CPU', () => loaded.isNot(none))();
export const nothingLoaded = loaded.is(none);
export const protectedLoaded = isProtected(loadedVm);
export const unprotectedLoaded = isUnprotected(loadedVm);
export const isLoadedHere = condition(['vcpu'], '{vcpu} [is] loaded on this CPU', (vcpu) => equals(vcpu, loaded.value));

/** The host's structure names a vCPU that the VM was created for. */
export const isPlanned = (vm: Ref, index: Ref): Bool => isBelow(index, createdVcpus(vm).value);
/** The VM does not have all of its vCPUs yet; they come into being in order. */
export const lacksVcpu = condition(['vm'], '{vm} [has] fewer vCPUs than planned', (vm) => {
  const planned = createdVcpus(vm).value;
  return either(isBelow(quantity('vcpus'), planned), isPresent(vcpu(vm, compute(planned, '-', 1))).is(0));
});
/** The vCPU is the first that the VM does not have yet. */
export const isNext = condition(['vm', 'index'], '{index} [is] the next vCPU of {vm}', (vm, index) =>
  equals(first(0, quantity('vcpus'), 'each index', isPresent(vcpu(vm, 'each index')).is(0)), index),
);
/** Not one vCPU of the VM is loaded on any CPU. */
export const noneLoaded = condition(['vm'], 'no vCPU of {vm} [is] loaded', (vm) =>
  every(0, quantity('vcpus'), 'each index', loadedOn(vcpu(vm, 'each index')).is(none)),
);
/** A non-protected VM has its identification registers set up before a vCPU is made; a protected one has its own. */
export const featuresAgree = (vm: Ref): Bool => either(isProtected(vm), idRegs(vm).is(1));

export const load = effect(['vcpu'], '{vcpu} is loaded on this CPU', (vcpu) =>
  all(loaded.becomes(vcpu), loadedOn(vcpu).becomes(thisCpu)),
);
export const unload: Effect = effect([], 'the loaded vCPU is loaded nowhere', () =>
  all(loadedOn(loaded.value).becomes(none), loaded.becomes(none)),
)();

/** Its VM has the vCPU switched on; those of a VM that is not protected are always on, and the host decides. */
export const isSwitchedOn = (vcpu: Num): Bool => powerOf(vcpu).isNot('OFF');
/** The vCPU that vCPU `index` of a VM has asked the host to start. */
export const askedBy = (vm: Ref, index: Ref): Num => vcpu(vm, askedFor(vcpu(vm, index)).value);
/** It waits for the host to start it, and has not run since. */
export const isAwaited = condition(
  ['vm', 'index'],
  'what vCPU {index} of {vm} has asked for [has|has not] yet to start',
  (vm, index) => both(askedFor(vcpu(vm, index)).isNot(none), powerOf(askedBy(vm, index)).is('PENDING')),
);
