import { page, word } from '../../parameters.ts';
import { call, must } from '../../rule.ts';
import { answers } from '../../language/build.ts';
import { contentOf, hostReads } from '../../vocabulary/pages.ts';

/** The host loads from a page. */
export const hostRead = call(
  'host',
  'host_read',
  { page, word },
  {
    guards: [must('HOST-READ-REACHES', hostReads('page'), 'EFAULT')],
    effects: [answers(contentOf('page', 'word').value)],
    answer: 'value',
  },
);
