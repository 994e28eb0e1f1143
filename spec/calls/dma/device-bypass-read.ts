import { page, word } from '../../parameters.ts';
import { call } from '../../rule.ts';
import { answers } from '../../language/build.ts';
import { contentOf } from '../../vocabulary/pages.ts';
import { bypasses } from './device-access.ts';

/** A device that no IOMMU stands before loads from any page it likes. */
export const deviceBypassRead = call(
  'device',
  'device_bypass_read',
  { page, word },
  { guards: bypasses, effects: [answers(contentOf('page', 'word').value)], answer: 'value' },
);
