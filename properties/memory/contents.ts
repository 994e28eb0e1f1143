/** What is in a page, who reads it, and what is left of it when the page changes hands. */
import { none } from '../../spec/config.ts';
import type { Each, Permitted, Property, Step } from '../property.ts';
import { isDone } from '../property.ts';
import { OWNER, PAGE, secretIn } from '../view.ts';

const secretsAreNotRead: Each = {
  kind: 'each',
  clause: 'MEM-CONFIDENTIAL',
  statement: 'no load by the host or by another VM returns what a VM wrote for itself',
  loss: 'others read a secret',
  over: 'call',
  on: ['host_read', 'guest_read'],
  when: isDone,
  holds: (step) => {
    if (!step.isDone) return true;
    const vm = secretIn(step.answer);
    return vm === none || (step.call === 'guest_read' && step.arg('vm') === vm);
  },
};

/** The page was a VM's, unshared. */
const wasPrivate = (step: Step, page: number): boolean =>
  step.was.owner(page) === OWNER.VM && step.was.host(page) === PAGE.NOPAGE;

/** It was, and the host can reach it now. */
const comesBack = (step: Step, page: number): boolean => wasPrivate(step, page) && step.now.host(page) !== PAGE.NOPAGE;

const privateBytesStay: Each = {
  kind: 'each',
  clause: 'MEM-INTEGRITY',
  statement: 'the bytes of a page that a VM owns and has not shared change only by a step of that VM, or to zeros',
  loss: 'others change bytes of a VM',
  over: 'page',
  needs: 'donate_guest',
  when: wasPrivate,
  holds: (step, page) => {
    if (!wasPrivate(step, page)) return true;
    const byOwner = step.rule.rule.actor === 'guest' && step.arg('vm') === step.was.ownerVm(page);
    if (byOwner) return true;
    for (let word = 0; word < step.was.words; word++) {
      const after = step.now.word(page, word);
      if (after !== 0 && after !== step.was.word(page, word)) return false;
    }
    return true;
  },
};

const pagesComeBackWiped: Each = {
  kind: 'each',
  clause: 'MEM-WIPE',
  statement: 'a page that a VM owned and had not shared holds zeros when the host can read it again',
  loss: 'bytes of a VM come back to the host',
  over: 'page',
  needs: 'donate_guest',
  when: comesBack,
  holds: (step, page) => {
    if (!comesBack(step, page)) return true;
    return step.now.host(page) === PAGE.SHARED_BORROWED || step.now.isZero(page);
  },
};

const accessNeedsConsent: Each = {
  kind: 'each',
  clause: 'MEM-CONSENT',
  statement: 'while a VM lives, the host regains one of its pages only if the VM shares it, or wiped',
  loss: 'the host regains a page without consent',
  over: 'page',
  needs: 'donate_guest',
  when: comesBack,
  holds: (step, page) => {
    if (!comesBack(step, page)) return true;
    const vm = step.was.ownerVm(page);
    return (step.call === 'guest_mem_share' && step.arg('vm') === vm) || step.now.isZero(page);
  },
};

const hostReadsWhatItReaches: Each = {
  kind: 'each',
  clause: 'MEM-FAULT',
  statement: 'an access by the host goes through only to memory that it may reach',
  loss: 'the host reaches what it may not',
  over: 'call',
  on: ['host_read', 'host_write', 'host_load_stub'],
  when: isDone,
  holds: (step) => {
    if (!step.isDone) return true;
    const page = step.arg('page');
    return step.was.isMemory(page) && step.was.host(page) !== PAGE.NOPAGE;
  },
};

const hostReadsNonProtected: Permitted = {
  kind: 'permitted',
  clause: 'MEM-NONPROTECTED',
  statement: 'the host reads what a VM that is not protected has written',
  on: ['guest_write'],
  seen: (step) =>
    step.isDone &&
    !step.now.isProtected(step.arg('vm')) &&
    step.now.host(step.now.mapped(step.now.leaf(step.arg('vm') * step.now.frames + step.arg('gfn')))) !== PAGE.NOPAGE,
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

export const contents: readonly Property[] = [
  secretsAreNotRead,
  hostReadsWhatItReaches,
  pagesComeBackWiped,
  accessNeedsConsent,
  privateBytesStay,
  hostReadsNonProtected,
  sharedPagesComeBackAsTheyAre,
];
