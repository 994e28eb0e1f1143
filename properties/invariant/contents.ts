/** What a VM has to itself, and what it lets others see. */
import { both, equals, value } from '../../spec/language/build.ts';
import type { Ref } from '../../spec/language/build.ts';
import type { Bool } from '../../spec/language/term.ts';
import { hostState, ownerOf, ownerVm } from '../../spec/vocabulary/pages.ts';
import { mappedPage } from '../../spec/vocabulary/stage2.ts';

/** The page is the VM's, unshared: also where the VM is gone, and has left it behind. */
export const isHidden = (vm: Ref, page: Ref): Bool =>
  both(hostState(page).is('NOPAGE'), ownerOf(page).is('VM'), ownerVm(page).is(value(vm)));

/** The calls by which a VM shows what is in a page: it shares the page, or stores to one that it shares. */
export const showing: ReadonlySet<string> = new Set(['guest_mem_share', 'guest_write']);
/** The page that such a call shows. */
export const isShown = (vm: Ref, gfn: Ref, page: Ref): Bool => equals(mappedPage(vm, gfn), value(page));
