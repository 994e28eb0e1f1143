/** Words about VMs and their vCPUs: which exist, in which phase, and where one is loaded. */
import {
  all,
  both,
  cell,
  compare,
  configNumber,
  either,
  expression,
  flagCell,
  isBelow,
  labelled,
  term,
  thisCpu,
  value,
} from '../term.ts';
import type { Cell, Condition, Effect, Ref, Value } from '../term.ts';
import { none } from '../config.ts';
import { lives } from '../state.ts';
import type { FieldName } from '../state.ts';

const about =
  <F extends FieldName>(field: F, words: string) =>
  <P extends string>(of: Ref<P>): Cell<F, P> =>
    cell(field, `${words} ${value(of).words}`, of);

export const lifeOf = about('life', 'life of');
export const protection = <P extends string>(vm: Ref<P>): Cell<'protected', P> =>
  flagCell('protected', value(vm).words, { one: 'is protected', zero: 'is not protected' }, vm);
export const idRegs = <P extends string>(vm: Ref<P>): Cell<'idRegs', P> =>
  flagCell(
    'idRegs',
    `the host of ${value(vm).words}`,
    { one: 'has set up its identification registers', zero: 'has not set up its identification registers' },
    vm,
  );
export const createdVcpus = about('createdVcpus', 'number of planned vCPUs of');
export const kvmOf = about('kvm', 'host structure of');
export const metadataPages = about('metadataPages', 'number of structure pages of');
export const stage2Pages = about('stage2Pages', 'number of stage-2 pages of');
export const mmioGuard = <P extends string>(vm: Ref<P>): Cell<'enrolled', P> =>
  flagCell('enrolled', value(vm).words, { one: 'has enrolled in the MMIO guard', zero: 'has not enrolled' }, vm);

export const isPresent = <P extends string>(vcpu: Ref<P>): Cell<'present', P> =>
  flagCell('present', value(vcpu).words, { one: 'exists', zero: 'does not exist' }, vcpu);
export const hostVcpuOf = about('hostVcpu', 'host structure of');
export const loadedOn = about('loadedOn', 'CPU that has loaded');
export const faultOf = about('fault', 'faulting gfn of');

const tableSize = configNumber('the size of the VM table', (config) => config.slots);
const namesEntry = <P extends string>(vm: Ref<P>): Condition<P> =>
  both(compare<P>(vm, '>=', 0), isBelow<P>(vm, tableSize));
/** The handle is not below the first one that the hypervisor gives out. */
export const isHandle = <P extends string>(vm: Ref<P>): Condition<P> =>
  labelled(`${value(vm).words} is not below the first handle`, compare<P>(vm, '!==', none));

const isIn = <P extends string>(vm: Ref<P>, ...phases: (typeof lives)[number][]): Condition<P> =>
  labelled(
    `${value(vm).words} is a ${phases.join(' or ').toLowerCase()} VM`,
    both(namesEntry(vm), lifeOf(vm).isOneOf(...phases)),
  );
export const isReserved = <P extends string>(vm: Ref<P>): Condition<P> => isIn(vm, 'RESERVED');
export const isLive = <P extends string>(vm: Ref<P>): Condition<P> => isIn(vm, 'LIVE');
export const isDying = <P extends string>(vm: Ref<P>): Condition<P> => isIn(vm, 'DYING');
export const isCreated = <P extends string>(vm: Ref<P>): Condition<P> => isIn(vm, 'LIVE', 'DYING');
export const isProtected = <P extends string>(vm: Ref<P>): Condition<P> => protection(vm).is(1);
export const isUnprotected = <P extends string>(vm: Ref<P>): Condition<P> => protection(vm).is(0);

const free = lives.indexOf('NONE');

/** The first free entry of the VM table, or none. */
export const firstFreeEntry: Value<never> = term(
  'the first free entry of the VM table',
  [],
  ({ layout, config }) => {
    const base = layout.base.life;
    return (state) => {
      for (let slot = 0; slot < config.slots; slot++) if (state.at(base + slot) === free) return slot;
      return none;
    };
  },
  { reads: ['life'] },
);
export const hasFreeEntry: Condition<never> = labelled(
  'the VM table has a free entry',
  compare(firstFreeEntry, '!==', none),
);

/** No vCPU, and not the one that none stands for. */
const nowhere = -2;
/** vCPU `index` of a VM, as a number over all VMs. */
export const vcpu = <P extends string>(vm: Ref<P>, index: Ref<P>): Value<P> => {
  const [v, i] = [value(vm), value(index)];
  return expression(`vCPU ${i.words} of ${v.words}`, [v, i], (into) => {
    const { vcpus, slots } = into.binding.config;
    const number = (slot: number, at: number): number =>
      slot >= 0 && slot < slots && at >= 0 && at < vcpus ? slot * vcpus + at : nowhere;
    return `${into.link(number)}(${into.of(v)}, ${into.of(i)})`;
  });
};
/** The VM to which a vCPU belongs. */
const vmOf = <P extends string>(words: string, of: Value<P>): Value<P> =>
  expression(words, [of], (into) => `Math.floor(${into.of(of)} / ${into.binding.config.vcpus})`);

const loaded = cell('loaded', 'the loaded vCPU', thisCpu);
export const loadedVcpu: Value<never> = loaded.value;
export const loadedVm: Value<never> = vmOf('the loaded VM', loadedVcpu);
export const somethingLoaded: Condition<never> = labelled('a vCPU is loaded on this CPU', loaded.isNot(none));
export const nothingLoaded: Condition<never> = labelled('no vCPU is loaded on this CPU', loaded.is(none));
export const protectedLoaded: Condition<never> = labelled('the loaded VM is protected', isProtected(loadedVm));
export const unprotectedLoaded: Condition<never> = labelled('the loaded VM is not protected', isUnprotected(loadedVm));
export const isLoadedHere = <P extends string>(of: Ref<P>): Condition<P> =>
  labelled(`${value(of).words} is loaded on this CPU`, compare<P>(of, '===', loadedVcpu));

/** The host's structure names a vCPU that the VM was created for. */
export const isPlanned = <P extends string>(vm: Ref<P>, index: Ref<P>): Condition<P> =>
  isBelow(index, createdVcpus(vm).value);
/** The VM does not have all of its vCPUs yet; they come into being in order. */
export const lacksVcpu = <P extends string>(vm: Ref<P>): Condition<P> => {
  const [v, planned] = [value(vm), createdVcpus(vm).value];
  return term(
    `${v.words} has fewer vCPUs than planned`,
    [v, planned],
    (binding) => {
      const { vcpus } = binding.config;
      const base = binding.layout.base.present;
      const [readVm, readPlanned] = [v.compile(binding), planned.compile(binding)];
      return (state, args) => {
        const [slot, count] = [readVm(state, args), readPlanned(state, args)];
        return count > vcpus || state.at(base + slot * vcpus + count - 1) === 0;
      };
    },
    { reads: ['present'] },
  );
};
/** The vCPU is the first that the VM does not have yet. */
export const isNext = <P extends string>(vm: Ref<P>, index: Ref<P>): Condition<P> => {
  const [v, i] = [value(vm), value(index)];
  return term(
    `${i.words} is the next vCPU of ${v.words}`,
    [v, i],
    (binding) => {
      const { vcpus } = binding.config;
      const base = binding.layout.base.present;
      const [readVm, readIndex] = [v.compile(binding), i.compile(binding)];
      return (state, args) => {
        const first = base + readVm(state, args) * vcpus;
        let present = 0;
        while (present < vcpus && state.at(first + present) === 1) present++;
        return present === readIndex(state, args);
      };
    },
    { reads: ['present'] },
  );
};
/** Not one vCPU of the VM is loaded on any CPU. */
export const noneLoaded = <P extends string>(vm: Ref<P>): Condition<P> => {
  const v = value(vm);
  return term(
    `no vCPU of ${v.words} is loaded`,
    [v],
    (binding) => {
      const { vcpus } = binding.config;
      const base = binding.layout.base.loadedOn;
      const read = v.compile(binding);
      return (state, args) => {
        const first = base + read(state, args) * vcpus;
        for (let i = 0; i < vcpus; i++) if (state.at(first + i) !== none) return false;
        return true;
      };
    },
    { reads: ['loadedOn'] },
  );
};
/** A non-protected VM has its identification registers set up before a vCPU is made; a protected one has its own. */
export const featuresAgree = <P extends string>(vm: Ref<P>): Condition<P> => either(isProtected(vm), idRegs(vm).is(1));

export const load = <P extends string>(of: Ref<P>): Effect<P> =>
  labelled(
    `${value(of).words} is loaded on this CPU`,
    all<P>(loaded.becomes<P>(value(of)), loadedOn(of).becomes(thisCpu)),
  );
export const unload: Effect<never> = labelled(
  'the loaded vCPU is loaded nowhere',
  all(loadedOn(loadedVcpu).becomes(none), loaded.becomes(none)),
);

export const powerOf = about('power', 'power of');
/** Its VM has the vCPU switched on; those of a VM that is not protected are always on, and the host decides. */
export const isSwitchedOn = <P extends string>(of: Ref<P>): Condition<P> => powerOf(of).isNot('OFF');
