import { hostValue, page, word } from '../../parameters.ts';
import { call, must } from '../../rule.ts';
import { equals, value, when } from '../../language/build.ts';
import { breakLink } from '../../vocabulary/memcache.ts';
import { contentOf, hostReaches } from '../../vocabulary/pages.ts';

/** The host stores to a page. */
export const hostWrite = call(
  'host',
  'host_write',
  { page, word, value: hostValue },
  {
    guards: [must('HOST-WRITE-REACHES', hostReaches('page'), 'EFAULT')],
    // The first word of a page on the host's own list of free pages is the list's link.
    effects: [contentOf('page', 'word').becomes(value('value')), when(equals('word', 0), breakLink('page'))],
  },
);
