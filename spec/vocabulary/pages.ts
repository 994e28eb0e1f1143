/** Words about pages: what they are, who can reach them, who answers for them. */
import {
  all,
  asPassed,
  both,
  cell,
  compare,
  configFact,
  configNumber,
  either,
  every,
  expression,
  forEach,
  isBelow,
  labelled,
  not,
  term,
  value,
} from '../term.ts';
import type { Cell, Condition, Effect, Ref, Value } from '../term.ts';
import { none } from '../config.ts';
import { content } from '../state.ts';

/** The address of this page and of the byte after it fit in 64 bits. */
export const endFits = <P extends string>(page: Ref<P>): Condition<P> =>
  configFact('ends within the address space', page, (config, p) => config.pages[p]?.kind !== 'wrapping');
/** The page number as passed lies within the physical address range: it is no alias modulo 2^52. */
export const isPhysical = <P extends string>(page: P): Condition<P> =>
  configFact('lies in the physical address range', asPassed(page), (config, p) => {
    const shape = config.pages[p];
    return shape?.of === p && shape.kind !== 'beyond' && shape.kind !== 'wrapping';
  });
/** RAM that is not set aside: a page that can be owned. */
export const isMemory = <P extends string>(page: Ref<P>): Condition<P> =>
  configFact('is memory', page, (config, p) => config.pages[p]?.kind === 'memory');
/** The page has an entry in the host's tables: their address range ends before the physical one does. */
export const hasTableEntry = <P extends string>(page: Ref<P>): Condition<P> =>
  configFact("is in the range of the host's tables", page, (config, p) => config.pages[p]?.kind !== 'beyond');
/** What is not memory is seen to be so only by an entry that the host's tables already have, as for a device in use. */
export const passesForMemory = <P extends string>(page: Ref<P>): Condition<P> => ({
  ...either(isRam(page), both(not(isDevice(page)), hostState(page).is('OWNED'))),
  words: `${value(page).words} is memory, or nothing that the host has mapped`,
});
const isDevice = <P extends string>(page: Ref<P>): Condition<P> =>
  configFact('is a device', page, (config, p) => config.pages[p]?.kind === 'mmio');
/** RAM, set aside or not. */
export const isRam = <P extends string>(page: Ref<P>): Condition<P> =>
  configFact('is RAM', page, (config, p) => ['memory', 'carveout'].includes(config.pages[p]?.kind ?? ''));
const named = <P extends string>(page: Ref<P>): string => value(page).words;

export const hostState = <P extends string>(page: Ref<P>): Cell<'host', P> =>
  cell('host', `host view of ${named(page)}`, page);
export const hypState = <P extends string>(page: Ref<P>): Cell<'hyp', P> =>
  cell('hyp', `hypervisor view of ${named(page)}`, page);
export const ownerOf = <P extends string>(page: Ref<P>): Cell<'owner', P> =>
  cell('owner', `owner of ${named(page)}`, page);
export const ownerVm = <P extends string>(page: Ref<P>): Cell<'ownerVm', P> =>
  cell('ownerVm', `the VM that owns ${named(page)}`, page);
export const ownerGfn = <P extends string>(page: Ref<P>): Cell<'ownerGfn', P> =>
  cell('ownerGfn', `the gfn of ${named(page)}`, page);
export const guestShares = <P extends string>(page: Ref<P>): Cell<'shares', P> =>
  cell('shares', `share count of ${named(page)}`, page);
export const pins = <P extends string>(page: Ref<P>): Cell<'pins', P> => cell('pins', `pins of ${named(page)}`, page);
export const dmaMaps = <P extends string>(page: Ref<P>): Cell<'dmaMaps', P> =>
  cell('dmaMaps', `device mappings of ${named(page)}`, page);

/** The host owns the page alone. */
const isHostOwned = <P extends string>(page: Ref<P>): Condition<P> => both(hostState(page).is('OWNED'), isMemory(page));
/** The host lent the page to the hypervisor, and nobody else has it. */
const isSharedWithHyp = <P extends string>(page: Ref<P>): Condition<P> =>
  both(hostState(page).is('SHARED_OWNED'), hypState(page).is('SHARED_BORROWED'));
/** The host owns the page alone, or has shared it with non-protected VMs only. */
export const isGuestShareable = <P extends string>(page: Ref<P>): Condition<P> =>
  either(hostState(page).is('OWNED'), both(hostState(page).is('SHARED_OWNED'), isBelow(0, guestShares(page).value)));
/** The host shares the page with a non-protected VM. */
export const isGuestShared = <P extends string>(page: Ref<P>): Condition<P> =>
  both(hostState(page).is('SHARED_OWNED'), isBelow(0, guestShares(page).value));
const mostShares = configNumber('the largest count', (config) => config.maxShares);
/** The count of guest shares is not at its largest. */
export const canCountOneMore = <P extends string>(page: Ref<P>): Condition<P> =>
  compare<P>(guestShares(page).value, '<', mostShares);
/** The count of guest shares grows; from its largest number it would start again at 0. */
export const countOneMore = <P extends string>(page: Ref<P>): Effect<P> => {
  const shares = guestShares(page);
  const wrapped = expression<number, P>(
    'one more',
    [shares.value],
    (into) => `((${into.of(shares.value)} + 1) % ${into.binding.config.maxShares + 1})`,
  );
  return { ...shares.becomes<P>(wrapped), words: `${shares.value.words} grows by 1` };
};
/** The host's own translation reaches the page. */
export const hostReaches = <P extends string>(page: Ref<P>): Condition<P> =>
  both(isMemory(page), hostState(page).isNot('NOPAGE'));

/** All of `count` pages from `first` on belong to the host alone, so that it can give them away. */
export const areHostOwned = <P extends string>(first: Ref<P>, count: Ref<P>): Condition<P> =>
  every(first, count, 'each page', isHostOwned<P | 'each page'>('each page'));
export const areSharedWithHyp = <P extends string>(first: Ref<P>, count: Ref<P>): Condition<P> =>
  every(first, count, 'each page', isSharedWithHyp<P | 'each page'>('each page'));
/** Two ranges of pages have no page in common. */
export const areDisjoint = <P extends string>(a: Ref<P>, sizeA: Ref<P>, b: Ref<P>, sizeB: Ref<P>): Condition<P> => {
  const parts = [a, sizeA, b, sizeB].map(value) as [Value<P>, Value<P>, Value<P>, Value<P>];
  return term(`${parts[0].words} and ${parts[2].words} do not overlap`, parts, (binding) => {
    const [first, lengthOne, second, lengthTwo] = parts.map((part) => part.compile(binding)) as [
      ReturnType<Value<P>['compile']>,
      ReturnType<Value<P>['compile']>,
      ReturnType<Value<P>['compile']>,
      ReturnType<Value<P>['compile']>,
    ];
    return (state, args) => {
      const x = first(state, args);
      const y = second(state, args);
      return x + lengthOne(state, args) <= y || y + lengthTwo(state, args) <= x;
    };
  });
};

/** Every word of the page becomes zero. */
export const wipe = <P extends string>(page: Ref<P>): Effect<P> => {
  const number = value(page);
  return term(
    `${number.words} is wiped`,
    [number],
    (binding) => {
      const { words } = binding.config;
      const base = binding.layout.base.word;
      const link = binding.layout.base.link;
      const read = number.compile(binding);
      return (state, args) => {
        const p = read(state, args);
        for (let w = 0; w < words; w++) state.set(base + p * words + w, content.zero);
        state.set(link + p, none);
      };
    },
    { writes: ['word', 'link'] },
  );
};
export const wipeAll = <P extends string>(first: Ref<P>, count: Ref<P>): Effect<P> =>
  forEach(first, count, 'each page', wipe<P | 'each page'>('each page'));

/** The host gives the page to the hypervisor and loses it. */
export const giveToHyp = <P extends string>(page: Ref<P>): Effect<P> =>
  labelled(
    `${named(page)} belongs to the hypervisor (host view NOPAGE, hypervisor view OWNED)`,
    all(hostState(page).becomes('NOPAGE'), hypState(page).becomes('OWNED'), ownerOf(page).becomes('HYP')),
  );
/** The page is the host's alone again; nobody else reaches it. */
export const giveToHost = <P extends string>(page: Ref<P>): Effect<P> =>
  labelled(
    `${named(page)} belongs to the host alone (host view OWNED, hypervisor view NOPAGE)`,
    all(
      hostState(page).becomes('OWNED'),
      hypState(page).becomes('NOPAGE'),
      ownerOf(page).becomes('NONE'),
      ownerVm(page).becomes(none),
      ownerGfn(page).becomes(none),
    ),
  );
/** The page belongs to a VM, at one of its frames; the host keeps only the annotation of whose it is. */
export const giveToVm = <P extends string>(page: Ref<P>, vm: Ref<P>, gfn: Ref<P>): Effect<P> =>
  labelled(
    `${named(page)} belongs to ${value(vm).words} at ${value(gfn).words} (host view NOPAGE)`,
    all(
      hostState(page).becomes('NOPAGE'),
      ownerOf(page).becomes('VM'),
      ownerVm(page).becomes(value(vm)),
      ownerGfn(page).becomes(value(gfn)),
    ),
  );

export const pinAll = <P extends string>(first: Ref<P>, count: Ref<P>): Effect<P> =>
  forEach(first, count, 'each page', pins<P | 'each page'>('each page').grows());
export const unpinAll = <P extends string>(first: Ref<P>, count: Ref<P>): Effect<P> =>
  forEach(first, count, 'each page', pins<P | 'each page'>('each page').shrinks());

/** The word at `offset` of the page, of the words that are followed. */
const wordAt = <P extends string>(page: Ref<P>, word: Ref<P>): Value<P> => {
  const [p, w] = [value(page), value(word)];
  return expression(
    `word ${w.words} of ${p.words}`,
    [p, w],
    (into) => `(${into.of(p)} * ${into.binding.config.words} + ${into.of(w)})`,
  );
};
export const contentOf = <P extends string>(page: Ref<P>, word: Ref<P>): Cell<'word', P> =>
  cell('word', `content of ${named(page)}`, wordAt(page, word));

/** No device has the page mapped. */
export const isUnmappedForDma = <P extends string>(page: Ref<P>): Condition<P> => dmaMaps(page).is(0);
export const areUnmappedForDma = <P extends string>(first: Ref<P>, count: Ref<P>): Condition<P> =>
  every(first, count, 'each page', isUnmappedForDma<P | 'each page'>('each page'));
