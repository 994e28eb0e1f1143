/** The calls by their names. */
import type { TargetAnswer } from '../../spec/target.ts';
import type { Refusal } from '../../spec/answers.ts';
import type { Device, Offer, Reason } from './device.ts';
import { bootVm } from './firmware.ts';
import * as host from './host.ts';
import * as guest from './microdroid.ts';

const calls: Readonly<Record<string, (device: Device, offer: Offer) => Reason>> = {
  pvmfw_boot: bootVm,
  loader_boot: guest.startKernel,
  init_boot: guest.startSystem,
  manager_verify: guest.verifyPayload,
  payload_secret: guest.deriveForPayload,
  payload_run: guest.runPayload,
  guest_seal: guest.sealSomething,
  power_off: host.endVm,
  host_make_disk: host.makeDisk,
  host_copy_disk: host.copyDisk,
  host_break_disk: host.breakDisk,
  host_flip_record: host.flipFirmwareEntry,
  host_flip_guest_record: host.flipPayloadEntry,
  host_free_record: host.freeFirmwareEntry,
  host_free_guest_record: host.freePayloadEntry,
  host_delete_kept: host.deleteKept,
  host_replace_loader: host.replaceLoader,
  host_derive: host.derive,
  take_over: host.takeOver,
};

export const bootCalls: readonly string[] = Object.keys(calls);

/** Answers a call; the device is changed by it. */
export function answerOn(device: Device, call: string, offer: Offer): TargetAnswer {
  const run = calls[call];
  if (run === undefined) throw new Error(`unreachable: no device has a call ${call}`);
  const reason = run(device, offer);
  return reason === undefined ? { kind: 'done', answer: 0 } : { kind: 'refused', error: reason as Refusal };
}
