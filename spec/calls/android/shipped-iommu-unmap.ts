import { device, iova } from '../../parameters.ts';
import { hypercall } from '../../rule.ts';
import { all, answers, both, choose, quantity, when } from '../../language/build.ts';
import { none } from '../../config.ts';
import { isDevice, isMappedForDevice, pageForDevice } from '../../vocabulary/devices.ts';
import { dmaMaps } from '../../vocabulary/pages.ts';

const isFound = both(isDevice('device'), isMappedForDevice('device', 'iova'));

/** Android's as shipped: the answer is the number of bytes that were unmapped, which is 0 where the call fails. */
export const shippedIommuUnmap = hypercall(
  'iommu_unmap',
  { device, iova },
  {
    guards: [],
    effects: [
      answers(choose(isFound, quantity('granule'), 0)),
      when(
        isFound,
        all(dmaMaps(pageForDevice('device', 'iova').value).shrinks(), pageForDevice('device', 'iova').becomes(none)),
      ),
    ],
    answer: 'number',
  },
);
