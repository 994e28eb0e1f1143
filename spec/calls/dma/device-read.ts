import { actingDevice, iova, word } from '../../parameters.ts';
import { call } from '../../rule.ts';
import { answers } from '../../language/build.ts';
import { pageForDevice } from '../../vocabulary/devices.ts';
import { contentOf } from '../../vocabulary/pages.ts';
import { translates } from './device-access.ts';

/** A device of the host loads from memory, and the host learns what it finds. */
export const deviceRead = call(
  'device',
  'device_read',
  { device: actingDevice, iova, word },
  {
    guards: translates,
    effects: [answers(contentOf(pageForDevice('device', 'iova').value, 'word').value)],
    answer: 'value',
  },
);
