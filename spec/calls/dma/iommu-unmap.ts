import { device, iova } from '../../parameters.ts';
import { hypercall, must, noSubject } from '../../rule.ts';
import { none } from '../../config.ts';
import { isDevice, isMappedForDevice, pageForDevice } from '../../vocabulary/devices.ts';
import { dmaMaps } from '../../vocabulary/pages.ts';

/** A device loses a page; with the last mapping of it the page is pinned no longer. */
export const iommuUnmap = hypercall(
  'iommu_unmap',
  { device, iova },
  {
    guards: [
      must('IOMMU-UNMAP-DEVICE', isDevice('device'), 'ENOENT', noSubject),
      must('IOMMU-UNMAP-MAPPED', isMappedForDevice('device', 'iova'), 'ENOENT'),
    ],
    effects: [dmaMaps(pageForDevice('device', 'iova').value).shrinks(), pageForDevice('device', 'iova').becomes(none)],
  },
);
