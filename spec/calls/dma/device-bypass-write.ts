import { hostValue, page, word } from '../../parameters.ts';
import { call } from '../../rule.ts';
import { value } from '../../language/build.ts';
import { contentOf } from '../../vocabulary/pages.ts';
import { bypasses } from './device-access.ts';

/** A device that no IOMMU stands before stores to any page it likes. */
export const deviceBypassWrite = call(
  'device',
  'device_bypass_write',
  { page, word, value: hostValue },
  { guards: bypasses, effects: [contentOf('page', 'word').becomes(value('value'))] },
);
