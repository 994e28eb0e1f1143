import { actingDevice, hostValue, iova, word } from '../../parameters.ts';
import { call } from '../../rule.ts';
import { value } from '../../language/build.ts';
import { pageForDevice } from '../../vocabulary/devices.ts';
import { contentOf } from '../../vocabulary/pages.ts';
import { translates } from './device-access.ts';

/** A device of the host stores to memory what the host has told it to. */
export const deviceWrite = call(
  'device',
  'device_write',
  { device: actingDevice, iova, word, value: hostValue },
  {
    guards: translates,
    effects: [contentOf(pageForDevice('device', 'iova').value, 'word').becomes(value('value'))],
  },
);
