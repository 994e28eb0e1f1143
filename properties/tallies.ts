/**
 * What the ghost state counts, as terms: `ghost-counting.ts` keeps these numbers from step to step, and whoever wants
 * to know what they are reads the definitions here. Those of stranded mappings are history: no state tells them.
 */
import {
  both,
  cell,
  choose,
  compare,
  compute,
  condition,
  countOf,
  isBelow,
  number,
  quantity,
  sum,
  tally,
  value,
} from '../spec/language/build.ts';
import type { Ref } from '../spec/language/build.ts';
import type { Bool, Num, Tally } from '../spec/language/term.ts';
import { isCreated } from '../spec/vocabulary/vms.ts';
import type { families } from './ghost.ts';

/** How many pages an entry maps. */
export const spanOf = number(['vm', 'gfn'], 'the number of pages that {gfn} in {vm} maps', (vm, gfn) =>
  choose(cell('asBlock', vm, gfn).is(1), quantity('block'), 1),
);
const liesIn = condition(
  ['page', 'first', 'count'],
  '{page} [lies] within {count} from {first} on',
  (page, first, count) =>
    both(compare(first, '≥', 0), compare(first, '≤', page), isBelow(page, compute(first, '+', count))),
);
/** The entry maps the page, alone or as part of a block. */
export const covers = (vm: Ref, gfn: Ref, page: Ref): Bool =>
  liesIn(page, cell('mapped', vm, gfn).value, spanOf(vm, gfn));

const inVms = (of: Num): Num => sum(0, quantity('slots'), 'each VM', of);
const mappingsWhere = (where: Bool): Num => inVms(countOf(0, quantity('gfns'), 'each gfn', where));
const entry = cell('mapping', 'each VM', 'each gfn');
const coversPage = covers('each VM', 'each gfn', 'page');
const vcpus = compute(quantity('slots'), '*', quantity('vcpus'));
const serves = cell('useVm', 'each page').is(value('vm'));

type Name = (typeof families)[number];
export const tallies = {
  lent: {
    subject: 'page',
    phrase: 'the number of mappings that borrow {page}',
    counts: mappingsWhere(both(entry.is('SHARED_BORROWED'), coversPage)),
  },
  held: {
    subject: 'page',
    phrase: 'the number of mappings that own {page}',
    counts: mappingsWhere(both(entry.isOneOf('OWNED', 'SHARED_OWNED'), coversPage)),
  },
  strandedLent: {
    subject: 'page',
    phrase: 'the number of mappings that borrowed {page} when their VM was finalised',
  },
  strandedHeld: {
    subject: 'page',
    phrase: 'the number of mappings that owned {page} when their VM was finalised',
  },
  relied: {
    subject: 'page',
    phrase: 'the number of VMs and vCPUs whose host structure lies in {page}',
    counts: compute(
      countOf(
        0,
        quantity('slots'),
        'each VM',
        both(isCreated('each VM'), liesIn('page', cell('kvm', 'each VM').value, quantity('kvmPages'))),
      ),
      '+',
      countOf(
        0,
        vcpus,
        'each vCPU',
        both(
          cell('present', 'each vCPU').is(1),
          liesIn('page', cell('hostVcpu', 'each vCPU').value, quantity('vcpuPages')),
        ),
      ),
    ),
  },
  structures: {
    subject: 'vm',
    phrase: 'the number of pages that serve {vm} as structures',
    counts: countOf(0, quantity('pages'), 'each page', both(cell('use', 'each page').is('METADATA'), serves)),
  },
  tables: {
    subject: 'vm',
    phrase: 'the number of pages that serve {vm} as stage 2',
    counts: countOf(0, quantity('pages'), 'each page', both(cell('use', 'each page').is('STAGE2'), serves)),
  },
} as const satisfies Readonly<Record<Name, Omit<Tally, 'name'>>>;

const named = (name: Name): ((subject: Ref) => Num) => tally({ name, ...tallies[name] });
/** Mappings that borrow a page, those that own it, and either kind with the stranded ones. */
export const lent = named('lent');
export const held = named('held');
export const strandedHeld = named('strandedHeld');
const strandedLent = named('strandedLent');
export const everLent = number(['page'], 'the number of mappings, stranded ones included, that borrow {page}', (page) =>
  compute(lent(page), '+', strandedLent(page)),
);
export const everHeld = number(['page'], 'the number of mappings, stranded ones included, that own {page}', (page) =>
  compute(held(page), '+', strandedHeld(page)),
);
export const relied = named('relied');
export const structures = named('structures');
export const tables = named('tables');

/** No VM reaches the page. */
export const isOutOfVms = condition(['page'], '{page} [is] in no stage 2', (page) =>
  both(compare(lent(page), '=', 0), compare(held(page), '=', 0)),
);
