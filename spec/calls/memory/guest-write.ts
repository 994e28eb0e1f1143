import { gfn, guestValue, vcpuIndex, vm, word } from '../../parameters.ts';
import { call } from '../../rule.ts';
import { store } from '../../vocabulary/guests.ts';
import { mappedPage } from '../../vocabulary/stage2.ts';
import { entersGuest, reaches } from './guest-access.ts';

/** The guest stores to one of its frames. */
export const guestWrite = call(
  'guest',
  'guest_write',
  { vm, vcpu: vcpuIndex, gfn, word, value: guestValue },
  {
    guards: [...entersGuest, ...reaches('W')],
    effects: [store('vm', 'gfn', mappedPage('vm', 'gfn'), 'word', 'value')],
  },
);
