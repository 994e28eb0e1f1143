/** The stages inside the guest: a loader in Android 13, the first process, the manager, and the payload. */
import type { TreeShape } from '../../spec/boot/config.ts';
import { hex } from '../bytes.ts';
import type { Device, Disk, Offer, PayloadRecord, Reason, Stage, Vm } from './device.ts';
import { given, isSame } from './device.ts';
import { digestOfVendor, treesOfDevice } from './images/handoff.ts';
import { guestOf, treeOf } from './images/tree.ts';
import { freshKeeperSecret } from './salts.ts';

type Run = (device: Device, vm: Vm, offer: Offer) => Reason;

/** A stage runs once the one before it has ended well. */
const after =
  (stage: Stage, run: Run) =>
  (device: Device, offer: Offer): Reason =>
    device.vm?.stage === stage ? run(device, device.vm, offer) : 'NOT_READY';

export const startKernel = after('LOADER', ({ pieces }, vm, { loaded = 0 }) => {
  if (pieces.loaded[loaded]?.genuine !== true) return 'LOADER_FAILED';
  vm.loaded = loaded;
  vm.certificates++;
  vm.stage = 'KERNEL';
  return undefined;
});

const vendorOf = (vendor: number): string | undefined => (vendor < 0 ? undefined : hex(digestOfVendor(vendor)));
/** The digest in the tree that the guest was given. */
function vendorInTree(shape: TreeShape): string | undefined {
  const tree = treeOf(shape, { kernel: 'there', ramdisk: 'apart' }, { trees: treesOfDevice });
  return guestOf(tree, false, undefined).vendor;
}

/** The system has to be the one that the boot configuration in the ramdisk names, its vendor the one in the tree. */
export const startSystem = after('KERNEL', ({ pieces }, vm, offer) => {
  const system = pieces.systems[offer['system'] ?? 0];
  const ramdisk = pieces.ramdisks[vm.bearer.image?.ramdisk ?? pieces.ramdisks.length];
  const tree = pieces.trees[vm.tree];
  const isPinned = system?.rooted === true && system.vbmeta === ramdisk?.vbmeta;
  if (!isPinned || tree === undefined || vendorOf(system.vendor) !== vendorInTree(tree)) return 'INIT_FAILED';
  vm.system = offer['system'] ?? 0;
  if (system.vendor >= 0) vm.certificates++;
  vm.stage = 'SYSTEM';
  return undefined;
});

const failed = 'PAYLOAD_VERIFICATION_FAILED';
/** The writes of an entry: its identifier first, and with the last of them it is whole. */
const writesOfEntry = 4;

export const verifyPayload = after('SYSTEM', (device, vm, offer) => {
  const disk = vm.regime === 'RECORD' ? device.disks[vm.disk ?? device.disks.length] : undefined;
  const { apk = 0, apex = 0, extra = 0, writes = 0 } = offer;
  const reason =
    (disk && openEntry(vm, disk)) ??
    verify(device, offer, disk !== undefined && recorded(disk)?.apk === apk) ??
    (disk && compare(disk, apk, apex)) ??
    (device.pieces.extras[extra]?.flaw === 'count' ? 'PAYLOAD_INVALID_CONFIG' : undefined) ??
    (disk?.payload === 'free' ? writeEntry(vm, disk, { apk, apex }, writes) : undefined);
  if (reason !== undefined) return reason;
  vm.extra = extra;
  Object.assign(vm.bearer, { apk, apex });
  vm.stage = 'VERIFIED';
  return undefined;
});

const recorded = ({ payload }: Disk) => (typeof payload === 'string' ? undefined : payload.body);

/** There is an entry exactly if pvmfw has found its own, and it opens with the secret of this VM. */
function openEntry({ bearer, isNew }: Vm, { payload }: Disk): Reason {
  const isThere = payload !== 'free';
  const opens = typeof payload === 'object' && isSame(payload.key, bearer.secret);
  return isThere === isNew || (isThere && !opens) ? 'UNKNOWN_RUNTIME_ERROR' : undefined;
}

/** An APK that is on record was verified at the first boot, and its signature is not looked at again. */
function verify({ pieces }: Device, { apk = 0, extra = 0, apex = 0 }: Offer, isRecorded: boolean): Reason {
  const flaw = pieces.apks[apk]?.flaw;
  const isSound = flaw === undefined || (flaw === 'signature' && isRecorded);
  const others = [pieces.extras[extra]?.flaw, pieces.apexes[apex]?.flaw];
  return isSound && !others.includes('signature') ? undefined : failed;
}

function compare(disk: Disk, apk: number, apex: number): Reason {
  const record = recorded(disk);
  if (record === undefined) return undefined;
  if (record.apex !== apex) return failed;
  return record.apk === apk ? undefined : 'PAYLOAD_CHANGED';
}

/** An entry that was begun is there, and does not open before all of it is written. */
function writeEntry({ bearer }: Vm, disk: Disk, body: PayloadRecord, writes: number): Reason {
  if (writes > 0) disk.payload = 'garbage';
  if (writes < writesOfEntry || bearer.secret === undefined) return 'POWER_LOST';
  disk.payload = { key: bearer.secret, body };
  return undefined;
}

/** The payload gets keys that are derived from the secret of the guest, which is gone from memory from then on. */
export const deriveForPayload = after('VERIFIED', (device, vm, offer) => {
  const key = device.pieces.apks[vm.bearer.apk ?? 0]?.key ?? 0;
  if (vm.regime === 'DEFERRED' && !askSecretkeeper(device, vm, given(offer, 'asked') ?? 0, key)) return 'POLICY_ERROR';
  vm.bearer.payloadKey = key;
  device.memory.handover = 'NOTHING';
  device.memory.payload = 'DERIVED';
  vm.certificates++;
  vm.stage = 'SECRET';
  return undefined;
});

/** Secretkeeper gives the secret of an instance to whoever is of its signer and no older than who had it last. */
function askSecretkeeper(device: Device, { bearer, instance }: Vm, asked: number, key: number): boolean {
  if (asked !== instance) return false;
  const { pieces, secretkeeper } = device;
  const kernelVersion = pieces.kernels[bearer.image?.kernel ?? 0]?.securityVersion ?? 0;
  const payloadVersion = pieces.apks[bearer.apk ?? 0]?.version ?? 0;
  const kept = secretkeeper.get(asked);
  const isOlder = kept !== undefined && (kernelVersion < kept.kernelVersion || payloadVersion < kept.payloadVersion);
  if (isOlder || (kept !== undefined && kept.key !== key)) return false;
  const secret = kept?.secret ?? freshKeeperSecret(device);
  secretkeeper.set(asked, { secret, key, kernelVersion, payloadVersion });
  bearer.keeperSecret = secret;
  return true;
}

/** What is mounted is read from the host once more, and has to be what was measured. */
export const runPayload = after('SECRET', (_, vm, { apex = 0 }) => {
  if (apex !== vm.bearer.apex) return 'APEXD_FAILED';
  vm.mounted = apex;
  vm.stage = 'RUNNING';
  return undefined;
});

export const sealSomething = after('RUNNING', ({ sealed }, { bearer }, { place = 0 }) => {
  sealed[place - 1] = { ...bearer };
  return undefined;
});
