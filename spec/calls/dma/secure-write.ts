import { hostValue, page, word } from '../../parameters.ts';
import { call, must } from '../../rule.ts';
import { equals, value, when } from '../../language/build.ts';
import { breakLink } from '../../vocabulary/memcache.ts';
import { secureHold } from '../../vocabulary/devices.ts';
import { contentOf } from '../../vocabulary/pages.ts';

/** The secure world stores to a page that it was given. */
export const secureWrite = call(
  'secure world',
  'secure_write',
  { page, word, value: hostValue },
  {
    guards: [must('SECURE-WRITE-GIVEN', secureHold('page').isOneOf('SHARED', 'LENT'), 'FAULT')],
    // As for a store by the host.
    effects: [contentOf('page', 'word').becomes(value('value')), when(equals('word', 0), breakLink('page'))],
  },
);
