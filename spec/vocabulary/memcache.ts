/**
 * Words about page-table memory. The host keeps, for each vCPU, a list of free pages that it offers (linked through the
 * first word of each); the hypervisor keeps a cache of pages that it took from that list.
 */
import { none } from '../config.ts';
import { pageStates, owners, uses } from '../state.ts';
import type { State } from '../state.ts';
import { all, cell, compare, configNumber, labelled, memberPosition, term, value } from '../term.ts';
import type { Binding, Cell, Condition, Effect, Ref } from '../term.ts';
import { giveToHost, giveToHyp, wipe } from './pages.ts';

export const listLength = <P extends string>(vcpu: Ref<P>): Cell<'listLength', P> =>
  cell('listLength', `length of the host's memcache for ${value(vcpu).words}`, vcpu);
export const cacheLength = <P extends string>(vcpu: Ref<P>): Cell<'cache', P> =>
  cell('cache', `length of the hypervisor's memcache for ${value(vcpu).words}`, vcpu);

/** Enough cached pages for the longest walk. */
export const cacheSuffices = <P extends string>(vcpu: Ref<P>): Condition<P> => {
  const least = configNumber('what the longest walk needs', (config) => config.sizes.memcacheMin);
  return compare<P>(cacheLength(vcpu).value, '>=', least);
};

const owned = pageStates.indexOf('OWNED');
const unused = uses.indexOf('NONE');

/** The hypervisor takes one page from the top of the host's list, if it is the host's to give. */
function takeOne(binding: Binding, state: State, vcpu: number): boolean {
  const { base, config } = binding.layout;
  const page = state.at(base.listTop + vcpu);
  if (page === none || state.at(base.listLength + vcpu) === 0) return false;
  const free =
    config.pages[page]?.kind === 'memory' &&
    state.at(base.host + page) === owned &&
    state.at(base.dmaMaps + page) === 0;
  if (!free) return false;
  const vm = Math.floor(vcpu / config.vcpus);
  state.set(base.listTop + vcpu, state.at(base.link + page));
  state.set(base.listLength + vcpu, state.at(base.listLength + vcpu) - 1);
  state.set(base.link + page, none);
  state.set(base.host + page, pageStates.indexOf('NOPAGE'));
  state.set(base.hyp + page, owned);
  state.set(base.owner + page, owners.indexOf('HYP'));
  state.set(base.use + page, uses.indexOf('STAGE2'));
  state.set(base.useVm + page, vm);
  state.set(base.stage2Pages + vm, state.at(base.stage2Pages + vm) + 1);
  state.set(base.cache + vcpu, state.at(base.cache + vcpu) + 1);
  return true;
}

/** The hypervisor takes pages off the host's list until its cache is as long as that list was, or a page is refused. */
export const refill = <P extends string>(vcpu: Ref<P>): Effect<P> => {
  const v = value(vcpu);
  return term(
    `the hypervisor's memcache for ${v.words} is refilled from the host's`,
    [v],
    (binding) => {
      const { base } = binding.layout;
      const read = v.compile(binding);
      return (state, args) => {
        const at = read(state, args);
        const wanted = state.at(base.listLength + at);
        while (state.at(base.cache + at) < wanted && takeOne(binding, state, at));
        state.missing = Math.max(0, wanted - state.at(base.cache + at));
      };
    },
    {
      reads: ['host', 'dmaMaps', 'link'],
      writes: ['listTop', 'listLength', 'cache', 'host', 'hyp', 'owner', 'use', 'useVm', 'link', 'stage2Pages'],
    },
  );
};
/** Every page that the refill wanted was the host's to give. */
export const refilled: Condition<never> = term(
  'the refill took every page that it wanted',
  [],
  () => (state) => state.missing === 0,
);

/** The host puts `count` pages from `first` on its list, the last one on top. */
export const offer = <P extends string>(vcpu: Ref<P>, first: Ref<P>, count: Ref<P>): Effect<P> => {
  const parts = [value(vcpu), value(first), value(count)] as const;
  return term(
    `the ${parts[2].words} from ${parts[1].words} on are linked into the host's memcache for ${parts[0].words}`,
    parts,
    (binding) => {
      const { base } = binding.layout;
      const [readVcpu, readFirst, readCount] = [
        parts[0].compile(binding),
        parts[1].compile(binding),
        parts[2].compile(binding),
      ];
      return (state, args) => {
        const [at, start, pages] = [readVcpu(state, args), readFirst(state, args), readCount(state, args)];
        for (let page = start; page < start + pages; page++) {
          state.set(base.link + page, state.at(base.listTop + at));
          state.set(base.listTop + at, page);
        }
        state.set(base.listLength + at, state.at(base.listLength + at) + pages);
      };
    },
    { writes: ['link', 'listTop', 'listLength'] },
  );
};
/** What lay behind a page on a list cannot be found any more. */
export const breakLink = <P extends string>(page: Ref<P>): Effect<P> =>
  cell('link', `link of ${value(page).words}`, page).becomes(none);
/** The host's list of a vCPU is empty. */
export const emptyList = <P extends string>(vcpu: Ref<P>): Effect<P> =>
  labelled(
    `the host's memcache for ${value(vcpu).words} is empty`,
    all(listLength(vcpu).becomes(0), cell('listTop', `top of the list of ${value(vcpu).words}`, vcpu).becomes(none)),
  );

const useOf = <P extends string>(page: Ref<P>): Cell<'use', P> => cell('use', `use of ${value(page).words}`, page);
const useVm = <P extends string>(page: Ref<P>): Cell<'useVm', P> =>
  cell('useVm', `VM that ${value(page).words} serves`, page);

/** The hypervisor takes the page, zeroed, for a VM's structures or stage 2. */
export const employ = <P extends string>(page: Ref<P>, use: 'METADATA' | 'STAGE2', vm: Ref<P>): Effect<P> =>
  labelled(
    `${value(page).words} is wiped and belongs to the hypervisor, as ${use} of ${value(vm).words}`,
    all(wipe(page), giveToHyp(page), useOf(page).becomes(use), useVm(page).becomes(value(vm))),
  );
const dismiss = <P extends string>(page: Ref<P>): Effect<P> =>
  all(wipe(page), giveToHost(page), useOf(page).becomes('NONE'), useVm(page).becomes(none));

/** Every page that the hypervisor held for the VM goes back to the host, zeroed. */
export const returnPages = <P extends string>(vm: Ref<P>): Effect<P> => {
  const v = value(vm);
  const one = dismiss<'each page'>('each page');
  return term(
    `every page that the hypervisor holds for ${v.words} is wiped and belongs to the host`,
    [v, one as Effect<never>],
    (binding) => {
      const { base, config } = binding.layout;
      const member = 'each page';
      const position = memberPosition(binding);
      const run = one.compile({ ...binding, positions: { ...binding.positions, [member]: position } });
      const read = v.compile(binding);
      return (state, args) => {
        const slot = read(state, args);
        for (let page = 0; page < config.pages.length; page++) {
          if (state.at(base.use + page) === unused || state.at(base.useVm + page) !== slot) continue;
          args[position] = page;
          run(state, args);
        }
      };
    },
    { reads: ['use', 'useVm'] },
  );
};
