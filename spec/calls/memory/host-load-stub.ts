import { page } from '../../parameters.ts';
import { call, must } from '../../rule.ts';
import { loadCode } from '../../vocabulary/guests.ts';
import { hostReaches } from '../../vocabulary/pages.ts';

/** The host writes the code that its guest is to run. */
export const hostLoadStub = call(
  'host',
  'host_load_stub',
  { page },
  {
    guards: [must('HOST-LOAD-REACHES', hostReaches('page'), 'EFAULT')],
    effects: [loadCode('page')],
  },
);
