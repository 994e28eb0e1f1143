import { gfn, vcpuIndex, vm, word } from '../../parameters.ts';
import { call } from '../../rule.ts';
import { answers } from '../../language/build.ts';
import { contentOf } from '../../vocabulary/pages.ts';
import { mappedPage } from '../../vocabulary/stage2.ts';
import { entersGuest, reaches } from './guest-access.ts';

/** The guest adds 0 to a word in one step: it needs to read and to write, and changes nothing. */
export const guestAtomic = call(
  'guest',
  'guest_atomic',
  { vm, vcpu: vcpuIndex, gfn, word },
  {
    guards: [...entersGuest, ...reaches('R', 'W')],
    effects: [answers(contentOf(mappedPage('vm', 'gfn'), 'word').value)],
    answer: 'value',
  },
);
