import { device } from '../../parameters.ts';
import { hypercall, must } from '../../rule.ts';
import { attachment, isDevice } from '../../vocabulary/devices.ts';

/** A device uses its domain's mappings from here on; before that it reaches nothing. */
export const iommuAttach = hypercall(
  'iommu_attach',
  { device },
  {
    guards: [
      // Hazard: past the end of the table of streams lies other memory of the hypervisor.
      must('IOMMU-ATTACH-DEVICE', isDevice('device'), 'EINVAL'),
      must('IOMMU-ATTACH-FREE', attachment('device').is(0), 'EBUSY', {
        waiver: 'a device has one domain, and attaching it twice to that changes nothing',
      }),
    ],
    effects: [attachment('device').becomes(1)],
  },
);
