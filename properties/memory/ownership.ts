/** Who owns a page, and who reaches it. */
import { none } from '../../spec/config.ts';
import type { Always, Property } from '../property.ts';
import { MAPPING, OWNER, PAGE } from '../view.ts';
import type { View } from '../view.ts';
import { everHeld, held, lent } from './counts.ts';

/** No VM and no device reaches the page. */
const isUnreached = (view: View, page: number): boolean =>
  lent(view, page) === 0 && held(view, page) === 0 && view.dmaMaps(page) === 0;

const secretsAreNotReached: Always = {
  kind: 'always',
  clause: 'MEM-CONFIDENTIAL',
  statement: 'a page that holds the secret of a VM is in the hands of that VM alone',
  loss: 'a secret lies in reach of others',
  over: 'page',
  holds: (view, page) => {
    const vm = view.secretOf(page);
    if (vm === none) return true;
    return (
      view.host(page) === PAGE.NOPAGE &&
      view.hyp(page) === PAGE.NOPAGE &&
      view.ownerVm(page) === vm &&
      everHeld(view, page) === 1 &&
      lent(view, page) === 0
    );
  },
};

const ownedPagesArePrivate: Always = {
  kind: 'always',
  clause: 'MEM-PRIVATE',
  statement: 'a page that a VM owns and has not shared is reachable by nobody else',
  loss: 'others reach a page of a VM',
  over: 'mapping',
  holds: (view, mapping) => {
    if (view.mapping(mapping) !== MAPPING.OWNED) return true;
    const first = view.mapped(mapping);
    const end = first + view.span(mapping);
    for (let page = first; page < end; page++) {
      if (view.host(page) !== PAGE.NOPAGE || view.hyp(page) !== PAGE.NOPAGE) return false;
      if (held(view, page) !== 1 || lent(view, page) !== 0 || view.dmaMaps(page) !== 0) return false;
    }
    return true;
  },
};

const hypervisorPagesArePrivate: Always = {
  kind: 'always',
  clause: 'MEM-HYP-PRIVATE',
  statement: 'a page that the hypervisor owns is reachable neither by the host nor by a VM nor by a device',
  loss: 'others reach a page of the hypervisor',
  over: 'page',
  holds: (view, page) => view.hyp(page) !== PAGE.OWNED || (view.host(page) === PAGE.NOPAGE && isUnreached(view, page)),
};

const hostPagesArePrivate: Always = {
  kind: 'always',
  clause: 'MEM-HOST-PRIVATE',
  statement: 'a page that the host owns and has not shared with VMs is reachable by none',
  loss: 'a VM reaches a page of the host',
  over: 'page',
  holds: (view, page) => {
    const host = view.host(page);
    const alone = host === PAGE.OWNED || (host === PAGE.SHARED_OWNED && view.hyp(page) === PAGE.SHARED_BORROWED);
    return !alone || (lent(view, page) === 0 && held(view, page) === 0);
  },
};

/** How many own a page: the host, the hypervisor, each VM that has it or had it when it was finalised, the secure world. */
function ownersOf(view: View, page: number): number {
  const host = view.host(page);
  const byHost = host === PAGE.OWNED || host === PAGE.SHARED_OWNED ? 1 : 0;
  const byHyp = view.hyp(page) === PAGE.OWNED ? 1 : 0;
  const bySecureWorld = view.owner(page) === OWNER.FFA ? 1 : 0;
  return byHost + byHyp + bySecureWorld + everHeld(view, page);
}

const pagesHaveOneOwner: Always = {
  kind: 'always',
  clause: 'MEM-ONE-OWNER',
  statement: 'no two of the host, the hypervisor, the VMs and the secure world own one page',
  loss: 'a page has two owners',
  over: 'page',
  holds: (view, page) => !view.isMemory(page) || ownersOf(view, page) <= 1,
};

const pagesHaveAnOwner: Always = {
  kind: 'always',
  clause: 'MEM-OWNED',
  statement: 'a page of memory is owned by the host, the hypervisor, a VM or the secure world',
  loss: 'a page has no owner',
  over: 'page',
  holds: (view, page) => !view.isMemory(page) || ownersOf(view, page) >= 1,
};

export const ownership: readonly Property[] = [
  secretsAreNotReached,
  ownedPagesArePrivate,
  hypervisorPagesArePrivate,
  hostPagesArePrivate,
  pagesHaveAnOwner,
  pagesHaveOneOwner,
];
