import { gfn, vcpuIndex, vm, word } from '../../parameters.ts';
import { call } from '../../rule.ts';
import { answers } from '../../language/build.ts';
import { contentOf } from '../../vocabulary/pages.ts';
import { mappedPage } from '../../vocabulary/stage2.ts';
import { entersGuest, reaches } from './guest-access.ts';

/** The guest loads two words at once, of which one is answered. */
export const guestReadPair = call(
  'guest',
  'guest_read_pair',
  { vm, vcpu: vcpuIndex, gfn, word },
  {
    guards: [...entersGuest, ...reaches('R')],
    effects: [answers(contentOf(mappedPage('vm', 'gfn'), 'word').value)],
    answer: 'value',
  },
);
