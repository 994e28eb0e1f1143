/**
 * Scenes in which one CPU writes to the host's list of pages for tables while a call on the other takes pages off it:
 * its head, its length, and the links in its pages.
 */
import type { EventTargetDescription, Question } from '../../spec/target.ts';
import { blocksOf } from '../conformance/campaign/scope.ts';
import { call, frame, hostReads, loaded, madeVm, takenBack } from './calls.ts';
import type { Sizes } from './calls.ts';
import type { Means } from './means.ts';
import type { Doing, PairScene } from './scenes.ts';
import { donated, shared, unmapped } from './ways.ts';
import { storeAt } from './written.ts';

/** How long the list is. The last page is on top. */
const listed = 3;
const { list: block, hostVcpu } = blocksOf(0, 0);
const listPage = (number: number): string => `${block}+${number}`;
/** The number of the page that lies so many below the top; none below the last. */
const below = (depth: number): string | null => (depth < listed ? listPage(listed - 1 - depth) : null);
const [top, next, last] = [listPage(listed - 1), listPage(listed - 2), listPage(0)];
/** Pages of the host's that are on no list, and pages that are not the host's to give. */
const [given, other] = ['P0', 'P1'];
const notItsOwn = [`${blocksOf(0).vmMem}+0`, `${hostVcpu}+0`];
const beyondMemory = `0x${(1n << 63n).toString(16)}`;
/** In the rules, more pages than there are. */
const tooMany = 1000;

/** What a word of the host's says of a page, and which page that is. */
type Pointer = readonly [text: string, page: string | null];
const to = (page: string): Pointer => [`#${page}`, page];
const nowhere: readonly Pointer[] = [
  ['0x0', null],
  [beyondMemory, null],
];

function storesAt(hostFields: NonNullable<EventTargetDescription['hostFields']>): Means[] {
  const { 'arch.pkvm_memcache.head': head, 'arch.pkvm_memcache.nr_pages': length } = hostFields.kvm_vcpu;
  if (head === undefined || length === undefined) return [];
  const heads: Pointer[] = [...nowhere, ...[given, other, last, ...notItsOwn].map(to), [`#${other}|8`, other]];
  const ofHead = heads.map(([text, page]): Means => ({
    store: storeAt(hostVcpu, head, text),
    ways: [[{ field: 'listTop', is: page }]],
  }));
  const lengths = [0, 1, 2, listed + 2].map((pages): readonly [string, number] => [`0x${pages.toString(16)}`, pages]);
  return [...ofHead, ...[...lengths, [beyondMemory, tooMany] as const].map((to) => ofLength(length, ...to)), ...links];
}

/**
 * The call reads the length twice: how many pages it is to have, and how many there are. Where the host writes between
 * the two, the list ends earlier than the pages that are wanted.
 */
function ofLength(offset: number, text: string, pages: number): Means {
  const whole: Means['ways'][number] = [{ field: 'listLength', is: pages }];
  const store = storeAt(hostVcpu, offset, text);
  if (pages >= listed) return { store, ways: [whole] };
  const above = pages === 0 ? undefined : below(pages - 1);
  return { store, ways: [whole, [above ? { field: 'link', of: above, is: null } : { field: 'listTop', is: null }]] };
}

const linked = (from: string, [text, page]: Pointer): Means => ({
  store: call('host_write', { page: from, offset: 0, value: text }),
  ways: [[{ field: 'link', of: from, is: page }]],
});
const links: readonly Means[] = [
  ...nowhere.map((pointer) => linked(top, pointer)),
  ...[other, top, last, ...notItsOwn].map((page) => linked(top, to(page))),
  linked(next, to(other)),
];

/** Pages whose first word is a link to none: either can be taken for one of the list. */
const unlinked = [given, other].map((page) => call('host_write', { page, offset: 0, value: '0x0' }));

export function listScenes(sizes: Sizes, hostFields: NonNullable<EventTargetDescription['hostFields']>): PairScene[] {
  const means = storesAt(hostFields);
  const [stores, first] = [means.map(({ store }) => store), means[3]?.store];
  if (first === undefined) return [];
  // Also a whole list of one page, written word by word.
  const shortened = stores.find(({ args }) => args['value'] === '0x1');
  const doings: Doing[] = [...stores, ...(shortened ? [[first, shortened]] : [])];
  const ended = [...takenBack(0, [frame]), ...[given, other, top, next, last].map(hostReads)];
  const way = (isProtected: boolean): Question[] => [
    ...madeVm({ vm: 0, protected: isProtected, vcpus: 1, made: 1, listed }, sizes),
    ...unlinked,
    loaded(0, 0),
  ];
  return [
    {
      name: 'the list of pages beside donate_guest',
      prelude: way(true),
      calls: [[donated(given, frame)], doings],
      means,
      after: ended,
    },
    {
      name: 'the list of pages beside share_guest',
      prelude: way(false),
      calls: [[shared(given, frame)], doings],
      means,
      after: [unmapped(0, frame), ...ended],
    },
  ];
}
