import { device, iova, page } from '../../parameters.ts';
import { hypercall, implied, must } from '../../rule.ts';
import { not, value } from '../../language/build.ts';
import { isDevice, isMappedForDevice, pageForDevice } from '../../vocabulary/devices.ts';
import { dmaMaps, endFits, hostState, isMemory } from '../../vocabulary/pages.ts';

/** The host lets a device of its own use a page of its own, which is pinned for as long as the mapping stands. */
export const iommuMap = hypercall(
  'iommu_map',
  { device, iova, page },
  {
    guards: [
      must('IOMMU-MAP-DEVICE', isDevice('device'), 'ENOENT'),
      must(
        'IOMMU-MAP-RANGE',
        endFits('page'),
        'EINVAL',
        implied('IOMMU-MAP-MEMORY', 'a page at the end of the address space is no memory'),
      ),
      must('IOMMU-MAP-MEMORY', isMemory('page'), 'EPERM', {
        waiver: 'registers of other devices hold no secret that is followed here',
      }),
      must('IOMMU-MAP-OWNED', hostState('page').is('OWNED'), 'EPERM'),
      must('IOMMU-MAP-FREE', not(isMappedForDevice('device', 'iova')), 'EEXIST'),
    ],
    effects: [pageForDevice('device', 'iova').becomes(value('page')), dmaMaps('page').grows()],
  },
);
