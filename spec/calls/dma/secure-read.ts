import { page, word } from '../../parameters.ts';
import { call, must } from '../../rule.ts';
import { answers } from '../../language/build.ts';
import { secureHold } from '../../vocabulary/devices.ts';
import { contentOf } from '../../vocabulary/pages.ts';

/** The secure world loads from a page that it was given. FFA-EL3: it keeps to these, though nothing holds it back. */
export const secureRead = call(
  'secure world',
  'secure_read',
  { page, word },
  {
    guards: [must('SECURE-READ-GIVEN', secureHold('page').isOneOf('SHARED', 'LENT'), 'FAULT')],
    effects: [answers(contentOf('page', 'word').value)],
    answer: 'value',
  },
);
