import { all, when } from '../../language/build.ts';
import { isRam } from '../../vocabulary/pages.ts';
import { pageForDevice } from '../../vocabulary/devices.ts';
import type { Rule } from '../../rule.ts';
import { deviceWrite } from '../dma/device-write.ts';

/** Where a device can reach registers of another: what becomes of a store there is not followed. */
export const shippedDeviceWrite: Rule = {
  ...deviceWrite,
  effects: [when(isRam(pageForDevice('device', 'iova').value), all(...deviceWrite.effects))],
};
