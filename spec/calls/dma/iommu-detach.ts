import { device } from '../../parameters.ts';
import { hypercall, must, noSubject } from '../../rule.ts';
import { attachment, isDevice } from '../../vocabulary/devices.ts';

/** A device reaches nothing any more. The mappings are its domain's: they stay, and keep their pages pinned. */
export const iommuDetach = hypercall(
  'iommu_detach',
  { device },
  {
    guards: [
      must('IOMMU-DETACH-DEVICE', isDevice('device'), 'ENODEV'),
      must('IOMMU-DETACH-ATTACHED', attachment('device').is(1), 'EINVAL', noSubject),
    ],
    effects: [attachment('device').becomes(0)],
  },
);
