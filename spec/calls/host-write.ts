import { hostValue, page, word } from '../parameters.ts';
import { call, must } from '../rule.ts';
import { value } from '../term.ts';
import { contentOf, hostReaches } from '../vocabulary/pages.ts';

/** The host stores to a page. */
export const hostWrite = call(
  'host',
  'host_write',
  { page, word, value: hostValue },
  {
    guards: [must('HOST-WRITE-REACHES', hostReaches('page'), 'EFAULT')],
    effects: [contentOf('page', 'word').becomes(value('value'))],
  },
);
