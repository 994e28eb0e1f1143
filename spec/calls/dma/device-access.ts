/** What every transfer of a device goes through: its attachment, and the mapping of the address. */
import { must, noSubject } from '../../rule.ts';
import type { Step } from '../../rule.ts';
import { attachment, devicesBypass, isMappedForDevice } from '../../vocabulary/devices.ts';
import { isRam } from '../../vocabulary/pages.ts';

export const translates: readonly Step[] = [
  must('DEVICE-ATTACHED', attachment('device').is(1), 'FAULT', {
    waiver: 'what is mapped for a device is pinned, whether the device is attached or not',
  }),
  must('DEVICE-MAPPED', isMappedForDevice('device', 'iova'), 'FAULT', noSubject),
];

/** A transfer that no IOMMU stands in the way of. Where DMA-SOC holds there is none. */
export const bypasses: readonly Step[] = [
  must('DEVICE-COVERED', devicesBypass, 'FAULT'),
  must('DEVICE-RAM', isRam('page'), 'FAULT', noSubject),
];
