/** What the page of the protocol says around its tables. */
import { firstHandle } from '../../search/conformance/calls.ts';
import { aliasGfn, beyondGfn, namedVms, nearGfns, sets, tableSize } from '../../search/conformance/campaign/scope.ts';
import { pageStates } from '../../spec/fields.ts';
import { table } from './markdown.ts';

const stateWords: Readonly<Record<(typeof pageStates)[number], string>> = {
  OWNED: 'the party owns the page, and nobody else uses it',
  SHARED_OWNED: 'it owns the page and lets somebody else use it',
  SHARED_BORROWED: 'it uses a page that somebody else owns',
  NOPAGE: 'it has nothing to do with the page, and cannot reach it',
};

export const pagesAndVms: readonly string[] = [
  '## Pages, frames and VMs',
  '',
  '**Pages** have 4096 bytes and are called by the names in the header. *Memory* is RAM that is not set aside: the',
  '`pages`, and those of `blocks`. Of the `specialPages`, the carve-out is RAM but not memory, and the rest is neither:',
  'an adapter refuses whatever is asked about a name that stands for no memory of its own. An `alias` is another number',
  'of a page of memory, and is treated as that page; `ownership` has none.',
  '',
  `**Frames** of a guest are numbers: ${nearGfns.join(', ')} are asked about, and ${beyondGfn} (0x${beyondGfn.toString(16)}), which lies beyond every`,
  `address range and has to be refused. In the Linux profiles ${aliasGfn} is asked about as well, which is 256 once its`,
  'address is cut to 64 bits.',
  '',
  `**VMs** have handles from ${firstHandle} (0x${firstHandle.toString(16)}) on. In the Linux profiles the hypervisor gives them out, the lowest free one`,
  `first, and has room for ${tableSize}; up to ${sets.length} VMs are alive at a time, and now and then all handles are reserved. Under`,
  `\`ownership\` the host chooses the handle when it makes a VM; ${namedVms.map((vm) => firstHandle + vm).join(', ')} are asked about, and an`,
  'adapter with room for fewer VMs refuses the others.',
  '',
  '**States** of a page, in answers to `{"states":true}`, as the host (`host`) and the hypervisor (`hyp`) see it:',
  '',
  ...table(
    ['state', 'says'],
    pageStates.map((state) => [`\`${state}\``, stateWords[state]]),
  ),
];

export const tablesOfLinux: readonly string[] = [
  '## Page tables of linux-7.3',
  '',
  "The host keeps a list of free pages for each vCPU, and `topup_memcache` puts pages on it; they stay the host's. The",
  'hypervisor keeps a cache for each vCPU.',
  '',
  '- **A refill** comes before anything is mapped. `donate_guest` and `share_guest` take pages off the list of the loaded',
  '  vCPU, the one that was put there last first, until the cache holds as many pages as were on the list when the call',
  '  began. A page that the host does not own alone ends the refill and refuses the call; what was taken is kept.',
  '- **To map** takes `memcacheMin` pages in the cache, whether they are used or not.',
  '- **A new table** is one that the same VM has freed, or else comes from the cache of the loaded vCPU, and is wiped. A',
  '  table is freed when its last entry goes.',
  '- **The end of a VM** (`finalize_teardown_vm`) gives everything back: structures as `metadata`; the root, the tables',
  '  and the cached pages as `stage2`. A cached page that never became a table is not wiped.',
];
