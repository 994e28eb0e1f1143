/**
 * Words about page-table memory. The host keeps, for each vCPU, a list of free pages that it offers (linked through the
 * first word of each); the hypervisor keeps a cache of pages that it took from that list.
 */
import { none } from '../config.ts';
import {
  all,
  both,
  cell,
  compare,
  condition,
  effect,
  forEach,
  isBelow,
  note,
  quantity,
  repeat,
  when,
} from '../language/build.ts';
import type { Cell, Ref } from '../language/build.ts';
import type { Bool, Effect } from '../language/term.ts';
import { giveToHost, giveToHyp, hostState, hypState, isMemory, isUnmappedForDma, wipe } from './pages.ts';
import { stage2Pages, vmOf } from './vms.ts';

export const listTop = (vcpu: Ref): Cell<'listTop'> => cell('listTop', vcpu);
export const listLength = (vcpu: Ref): Cell<'listLength'> => cell('listLength', vcpu);
export const cacheLength = (vcpu: Ref): Cell<'cache'> => cell('cache', vcpu);
const linkOf = (page: Ref): Cell<'link'> => cell('link', page);
const useOf = (page: Ref): Cell<'use'> => cell('use', page);
const userOf = (page: Ref): Cell<'useVm'> => cell('useVm', page);

/** Enough cached pages for the longest walk. */
export const cacheSuffices = (vcpu: Ref): Bool => compare(cacheLength(vcpu).value, '≥', quantity('memcacheMin'));

/** The page at the top of the host's list is the host's to give. */
const canTake = condition(['vcpu'], "the host's memcache for {vcpu} [starts] with a page that is its own", (vcpu) => {
  const top = listTop(vcpu).value;
  const isFree = both(isMemory(top), hostState(top).is('OWNED'), isUnmappedForDma(top), hypState(top).is('NOPAGE'));
  return both(compare(top, '≠', none), compare(listLength(vcpu).value, '≠', 0), isFree);
});
const take = effect(
  ['vcpu', 'page'],
  "{page} moves from the host's memcache for {vcpu} to the hypervisor's",
  (vcpu, page) =>
    all(
      listTop(vcpu).becomes(linkOf(page).value),
      listLength(vcpu).shrinks(),
      linkOf(page).becomes(none),
      giveToHyp(page),
      useOf(page).becomes('STAGE2'),
      userOf(page).becomes(vmOf(vcpu)),
      stage2Pages(vmOf(vcpu)).grows(),
      cacheLength(vcpu).grows(),
    ),
);

const wanted = 'wanted';
/** The hypervisor takes pages off the host's list until its cache is as long as that list was, or a page is refused. */
export const refill = (vcpu: Ref): Effect =>
  all(
    note(wanted, listLength(vcpu).value),
    repeat(both(isBelow(cacheLength(vcpu).value, wanted), canTake(vcpu)), take(vcpu, listTop(vcpu).value)),
  );
/** Every page that the refill wanted was the host's to give. */
export const refilled = (vcpu: Ref): Bool => compare(cacheLength(vcpu).value, '≥', wanted);

/** The host puts `count` pages from `first` on its list, the last one on top. */
export const offer = (vcpu: Ref, first: Ref, count: Ref): Effect =>
  all(
    forEach(
      first,
      count,
      'each page',
      all(linkOf('each page').becomes(listTop(vcpu).value), listTop(vcpu).becomes({ kind: 'name', name: 'each page' })),
    ),
    listLength(vcpu).grows(count),
  );
/** What lay behind a page on a list cannot be found any more. */
export const breakLink = (page: Ref): Effect => linkOf(page).becomes(none);
/** The host's list of a vCPU is empty. */
export const emptyList = effect(['vcpu'], "the host's memcache for {vcpu} is empty", (vcpu) =>
  all(listLength(vcpu).becomes(0), listTop(vcpu).becomes(none)),
);

const employing = (use: 'METADATA' | 'STAGE2') =>
  effect(['page', 'vm'], `{page} is wiped and belongs to the hypervisor, as ${use} of {vm}`, (page, vm) =>
    all(wipe(page), giveToHyp(page), useOf(page).becomes(use), userOf(page).becomes(vm)),
  );
const employed = { METADATA: employing('METADATA'), STAGE2: employing('STAGE2') };
/** The hypervisor takes the page, zeroed, for a VM's structures or stage 2. */
export const employ = (page: Ref, use: 'METADATA' | 'STAGE2', vm: Ref): Effect => employed[use](page, vm);

const dismiss = (page: Ref): Effect =>
  all(wipe(page), giveToHost(page), useOf(page).becomes('NONE'), userOf(page).becomes(none));
/** Every page that the hypervisor held for the VM goes back to the host, zeroed. */
export const returnPages = effect(
  ['vm'],
  'every page that the hypervisor holds for {vm} is wiped and belongs to the host',
  (vm) => {
    const page = 'each page';
    const isUsed = both(useOf(page).isNot('NONE'), userOf(page).is(vm));
    return forEach(0, quantity('pages'), page, when(isUsed, dismiss(page)));
  },
);
