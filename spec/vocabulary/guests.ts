/** Words about a guest that runs: fetching its code, reaching its frames, and what its last run left on record. */
import { none } from '../config.ts';
import { content } from '../fields.ts';
import {
  all,
  both,
  choose,
  compare,
  compute,
  condition,
  effect,
  either,
  equals,
  forEach,
  not,
  value,
  number,
  quantity,
  when,
} from '../language/build.ts';
import type { Ref } from '../language/build.ts';
import type { Bool, Effect } from '../language/term.ts';
import { contentOf } from './pages.ts';
import { faultOf } from './vms.ts';
import { allows, isMapped, mappingOf, youth } from './stage2.ts';

const codeGfn = quantity('codeGfn');
export const isCodeFollowed = condition([], 'the code [is] followed', () => compare(codeGfn, '≠', none))();
const ofCode = (fact: Bool): Bool => either(not(isCodeFollowed), fact);
/** The guest's code can be fetched. */
export const codeMapped = (vm: Ref): Bool => ofCode(isMapped(vm, codeGfn));
export const codeExecutable = (vm: Ref): Bool => ofCode(allows(vm, codeGfn, 'PX'));

/** An access may use the mapping as it is: it is young, or the machine makes it so by itself. */
export const isFresh = (vm: Ref, gfn: Ref): Bool =>
  either(equals(quantity('hardwareAccessFlag'), 1), youth(vm, gfn).is(1));
export const codeFresh = (vm: Ref): Bool => ofCode(isFresh(vm, codeGfn));
/** An access that goes through makes the mapping young. */
export const touch = (vm: Ref, gfn: Ref): Effect => youth(vm, gfn).becomes(1);
export const touchCode = (vm: Ref): Effect => when(both(isCodeFollowed, allows(vm, codeGfn, 'PX')), touch(vm, codeGfn));

/** The run starts with nothing on record; if the code cannot be fetched, its frame is. */
export const enter = (vcpu: Ref, vm: Ref): Effect =>
  all(faultOf(vcpu).becomes(none), when(not(codeMapped(vm)), faultOf(vcpu).becomes(codeGfn)));
/** A translation fault at the frame is put on record. */
export const recordFault = (vcpu: Ref, vm: Ref, gfn: Ref): Effect =>
  when(not(isMapped(vm, gfn)), faultOf(vcpu).becomes(value(gfn)));

/** The vCPU's last run ended in a translation fault. */
export const hasFault = condition(
  ['vcpu'],
  'the last run of {vcpu} [has|has not] ended in a translation fault',
  (vcpu) => faultOf(vcpu).isNot(none),
);
export const isPoisoned = condition(['vm', 'gfn'], '{gfn} in {vm} [is] poisoned', (vm, gfn) =>
  mappingOf(vm, gfn).is('POISON'),
);
/** Where contents are symbols, they are numbered in pairs, one for each VM: its secret, and what it has shared. */
const secretOf = number(['vm'], 'the secret of {vm}', (vm) => compute(content.firstOfVms, '+', compute(2, '*', vm)));
const sharedOf = number(['vm'], 'shared data of {vm}', (vm) => compute(secretOf(vm), '+', 1));
const areSymbols = equals(quantity('symbolic'), 1);

const stored = number(['vm', 'gfn', 'what'], '{what}, as {vm} writes it to {gfn}', (vm, gfn, what) =>
  choose(areSymbols, choose(mappingOf(vm, gfn).is('OWNED'), secretOf(vm), sharedOf(vm)), what),
);
/**
 * The guest stores a word. In a configuration of symbols it is the VM's secret, unless someone else can see the page.
 */
export const store = (vm: Ref, gfn: Ref, page: Ref, word: Ref, what: Ref): Effect =>
  contentOf(page, word).becomes(stored(vm, gfn, what));

/** What the VM wrote into the page is a secret no longer. */
export const publish = effect(['vm', 'page'], 'secrets of {vm} in {page} are shared', (vm, page) => {
  const held = contentOf(page, 'each word');
  const declassified = when(held.is(secretOf(vm)), held.becomes(sharedOf(vm)));
  return when(areSymbols, forEach(0, quantity('words'), 'each word', declassified));
});

/** The host writes its code for the guest into a page. */
export const loadCode = effect(['page'], "{page} holds the guest's code", (page) =>
  forEach(0, quantity('codeWords'), 'each word', contentOf(page, 'each word').becomes(content.code)),
);
