import { gfn } from '../../parameters.ts';
import { hypercall } from '../../rule.ts';
import { answers, both, truth, when } from '../../language/build.ts';
import { touch } from '../../vocabulary/guests.ts';
import { isMapped } from '../../vocabulary/stage2.ts';
import { loadedVm, somethingLoaded, unprotectedLoaded } from '../../vocabulary/vms.ts';

const isFound = both(somethingLoaded, unprotectedLoaded, isMapped(loadedVm, 'gfn'));

/** Android's as shipped: the answer is the descriptor, for which 1 stands here, or 0 where there is none. */
export const shippedMkyoung = hypercall(
  'mkyoung',
  { gfn },
  { guards: [], effects: [answers(truth(isFound)), when(isFound, touch(loadedVm, 'gfn'))], answer: 'number' },
);
