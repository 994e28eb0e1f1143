/** What is in a page, who reads it, and what is left of it when the page changes hands. */
import { content, publishedOf } from '../../spec/fields.ts';
import {
  before,
  both,
  callIs,
  callIsBy,
  callIsDone,
  either,
  equals,
  every,
  implies,
  quantity,
  stays,
  theAnswer,
  value,
} from '../../spec/language/build.ts';
import { contentOf, hostReaches, hostState, isHypCode, ownerVm } from '../../spec/vocabulary/pages.ts';
import type { Each, Permitted, Property } from '../property.ts';
import { LIFE, PAGE } from '../view.ts';
import type { View } from '../view.ts';
import { isPrivate, isSecret, isWiped, writerOf } from './words.ts';

const guestLoads = ['guest_read', 'guest_read_pair', 'guest_atomic'];

const secretsAreNotRead: Each = {
  kind: 'each',
  clause: 'MEM-CONFIDENTIAL',
  statement: 'no load by the host or by another VM returns what a VM wrote for itself',
  loss: 'others read a secret',
  over: 'call',
  on: ['host_read', ...guestLoads],
  when: callIsDone,
  holds: implies(both(callIsDone, isSecret(theAnswer)), both(callIs(...guestLoads), equals('vm', writerOf(theAnswer)))),
};

const wasPrivate = before(isPrivate('page'));
/** It was, and the host can reach it now. */
const comesBack = both(wasPrivate, hostState('page').isNot('NOPAGE'));
const wasOf = (vm: string) => before(ownerVm('page').is(value(vm)));

const privateBytesStay: Each = {
  kind: 'each',
  clause: 'MEM-INTEGRITY',
  statement: 'the bytes of a page that a VM owns and has not shared change only by a step of that VM, or to zeros',
  loss: 'others change bytes of a VM',
  over: 'page',
  needs: 'donate_guest',
  when: wasPrivate,
  holds: implies(
    wasPrivate,
    either(
      both(callIsBy('guest'), wasOf('vm')),
      every(
        0,
        quantity('words'),
        'each word',
        either(contentOf('page', 'each word').is(content.zero), stays(contentOf('page', 'each word').value)),
      ),
    ),
  ),
};

const pagesComeBackWiped: Each = {
  kind: 'each',
  clause: 'MEM-WIPE',
  statement: 'a page that a VM owned and had not shared holds zeros when the host can read it again',
  loss: 'bytes of a VM come back to the host',
  over: 'page',
  needs: 'donate_guest',
  when: comesBack,
  holds: implies(comesBack, either(hostState('page').is('SHARED_BORROWED'), isWiped('page'))),
};

const accessNeedsConsent: Each = {
  kind: 'each',
  clause: 'MEM-CONSENT',
  statement: 'while a VM lives, the host regains one of its pages only if the VM shares it, or wiped',
  loss: 'the host regains a page without consent',
  over: 'page',
  needs: 'donate_guest',
  when: comesBack,
  holds: implies(comesBack, either(both(callIs('guest_mem_share'), wasOf('vm')), isWiped('page'))),
};

const hostReadsWhatItReaches: Each = {
  kind: 'each',
  clause: 'MEM-FAULT',
  statement: 'an access by the host goes through only to memory that it may reach, or loads code of the hypervisor',
  loss: 'the host reaches what it may not',
  over: 'call',
  on: ['host_read', 'host_write', 'host_load_stub'],
  when: callIsDone,
  holds: implies(callIsDone, either(before(hostReaches('page')), both(callIs('host_read'), isHypCode('page')))),
};

const maps = (view: View, vm: number, page: number): boolean => {
  for (let gfn = 0; gfn < view.frames; gfn++) if (view.mapped(vm * view.frames + gfn) === page) return true;
  return false;
};

const hostReadsNonProtected: Permitted = {
  kind: 'permitted',
  clause: 'MEM-NONPROTECTED',
  statement: 'the host reads what a VM that is not protected has written',
  on: ['host_read'],
  seen: (step) => {
    const { now, answer } = step;
    const isWriter = (vm: number): boolean =>
      answer === publishedOf(vm) &&
      now.life(vm) === LIFE.LIVE &&
      !now.isProtected(vm) &&
      maps(now, vm, step.arg('page'));
    return step.isDone && Array.from({ length: now.config.slots }, (_, vm) => vm).some(isWriter);
  },
};

const sharedPagesComeBackAsTheyAre: Permitted = {
  kind: 'permitted',
  clause: 'MEM-WIPE-SHARED',
  statement: 'a page that its VM had shared comes back with its bytes',
  on: ['reclaim_dying_guest_page'],
  seen: (step) => {
    if (!step.isDone) return false;
    const page = step.was.mapped(step.was.leaf(step.arg('vm') * step.was.frames + step.arg('gfn')));
    return page >= 0 && step.was.host(page) === PAGE.SHARED_BORROWED && !step.now.isZero(page);
  },
};

export const hostReadsCode: Permitted = {
  kind: 'permitted',
  clause: 'MEM-HYP-CODE',
  statement: 'the host reads a page of the hypervisor’s code',
  on: ['host_read'],
  seen: (step) => step.isDone && step.now.config.pages[step.arg('page')]?.kind === 'hypcode',
};

export const contents: readonly Property[] = [
  secretsAreNotRead,
  hostReadsWhatItReaches,
  pagesComeBackWiped,
  accessNeedsConsent,
  privateBytesStay,
  hostReadsNonProtected,
  sharedPagesComeBackAsTheyAre,
];
