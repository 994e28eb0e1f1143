/** What a host can do that has been taken over: to disks, to services, and with whatever it finds in a VM's memory. */
import type { Device, Disk, Offer, Reason } from './device.ts';
import { isSame } from './device.ts';
import { leftIn } from './leftovers.ts';
import { wipeAll } from './memory.ts';

type Act = (device: Device, offer: Offer) => Reason;

/** The hypervisor wipes what a VM had before anybody else has it. */
export const endVm: Act = (device) => {
  if (device.vm === undefined) return 'NOT_READY';
  device.vm = undefined;
  wipeAll(device.memory);
  device.sharesPages = false;
  return undefined;
};

/** The host writes what it likes to a disk. */
const write =
  (change: (disk: Disk) => void): Act =>
  ({ disks }, { disk = 0 }) => {
    const there = disks[disk];
    if (there !== undefined) change(there);
    return undefined;
  };

export const makeDisk = write((disk) => {
  Object.assign(disk, { isBroken: false, firmware: 'free', payload: 'free' } satisfies Disk);
});
export const breakDisk = write((disk) => {
  disk.isBroken = true;
});
/** A changed byte: what was sealed does not open any more. A free entry has no byte that counts. */
export const flipFirmwareEntry = write((disk) => {
  if (typeof disk.firmware === 'object') disk.firmware = 'garbage';
});
export const flipPayloadEntry = write((disk) => {
  if (typeof disk.payload === 'object') disk.payload = 'garbage';
});
export const freeFirmwareEntry = write((disk) => {
  disk.firmware = 'free';
});
export const freePayloadEntry = write((disk) => {
  disk.payload = 'free';
});
export const copyDisk: Act = ({ disks }, { from = 0, to = 0 }) => {
  disks[to] = { ...(disks[from] as Disk) };
  return undefined;
};

export const deleteKept: Act = ({ secretkeeper }, { instance = 0 }) => {
  secretkeeper.delete(instance);
  return undefined;
};

/** A bootloader of the owner's is given the secrets of debug mode. */
export const replaceLoader: Act = ({ knownParents }) => {
  knownParents.add('DEBUG');
  return undefined;
};

function learn({ knownSecrets }: Device, secret: Device['knownSecrets'][number] | undefined): void {
  if (secret !== undefined && !knownSecrets.some((one) => isSame(one, secret))) knownSecrets.push(secret);
}

/** From the secrets before it, any secret follows; who never had one has nothing but bytes of no device. */
export const derive: Act = (device, { bearer = 0 }) => {
  const secret = bearer === 0 ? device.vm?.bearer.secret : device.sealed[bearer - 1]?.secret;
  if (!device.knownParents.has(secret?.parent ?? 'FOREIGN')) return 'UNKNOWN_KEY';
  learn(device, secret);
  return undefined;
};

/** The guest is the attacker's, with its memory. */
export const takeOver: Act = (device) => {
  if (device.vm === undefined) return 'NOT_READY';
  const found = new Set(Object.values(leftIn(device)));
  if (found.has('GIVEN')) device.knownParents.add(device.vm.parent);
  if (found.has('NEXT')) learn(device, device.vm.bearer.secret);
  return undefined;
};
