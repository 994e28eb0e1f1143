/** The stages inside the guest: a loader in Android 13, the first process, the manager, and the payload. */
import type { Layer } from '../dice/certificate.ts';
import type { Device, Disk, Offer, PayloadRecord, Reason, Stage, Vm } from './device.ts';
import { given, isSame } from './device.ts';
import { isNamed } from './first-stage.ts';
import { findApk, findExtras } from './images/apps.ts';
import type { FoundApk } from './images/apps.ts';
import { verifiedLoaded } from './images/loaded.ts';
import { findApex } from './images/modules.ts';
import type { FoundApex } from './images/modules.ts';
import { layerOfLoaded, layerOfVendor } from './measure.ts';
import { freshKeeperSecret } from './salts.ts';
import { ofPayload } from './secrets.ts';
import { manager } from './stages.ts';
import { versionOf } from './verified-boot.ts';

type Run = (device: Device, vm: Vm, offer: Offer) => Reason;

/** A stage runs once the one before it has ended well. */
const after =
  (stage: Stage, run: Run) =>
  (device: Device, offer: Offer): Reason =>
    device.vm?.stage === stage ? run(device, device.vm, offer) : 'NOT_READY';

/** A stage certifies the next one. */
function certify(vm: Vm, layer: Layer): void {
  vm.chain = [...vm.chain, layer];
}

export const startKernel = after('LOADER', (device, vm, { loaded = 0 }) => {
  if (verifiedLoaded(device.pieces.loaded[loaded]) === undefined) return 'LOADER_FAILED';
  vm.loaded = loaded;
  certify(vm, layerOfLoaded(device, vm));
  vm.stage = 'KERNEL';
  return undefined;
});

/** The system has to be the one that the boot configuration in the ramdisk names, its vendor the one in the tree. */
export const startSystem = after('KERNEL', (device, vm, offer) => {
  const { pieces } = device;
  const system = pieces.systems[offer['system'] ?? 0];
  if (!isNamed(system, vm.code.ramdisk, pieces.trees[vm.tree])) return 'INIT_FAILED';
  vm.system = offer['system'] ?? 0;
  const vendor = layerOfVendor(device, vm);
  if (vendor !== undefined) certify(vm, vendor);
  vm.stage = 'SYSTEM';
  return undefined;
});

const failed = 'PAYLOAD_VERIFICATION_FAILED';
/** The writes of an entry: its identifier first, and with the last of them it is whole. */
const writesOfEntry = 4;

export const verifyPayload = after('SYSTEM', (device, vm, offer) => {
  const disk = vm.regime === 'RECORD' ? device.disks[vm.disk ?? device.disks.length] : undefined;
  const { apk = 0, apex = 0, extra = 0, writes = 0 } = offer;
  if (disk !== undefined) {
    manager.opensRecord(device.memory);
    manager.wipesData(device.memory);
  }
  const reason =
    (disk && openEntry(vm, disk)) ??
    verify(device, offer, disk && recorded(disk)) ??
    (disk && compare(device, disk, apk, apex)) ??
    count(device, offer) ??
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

const apkOf = ({ pieces }: Device, apk = -1): FoundApk | undefined => pieces.apks[apk] && findApk(pieces.apks[apk]);
const apexOf = ({ pieces }: Device, apex = -1): FoundApex | undefined =>
  pieces.apexes[apex] && findApex(pieces.apexes[apex]);
const extrasOf = ({ pieces }: Device, extra: number): readonly FoundApk[] =>
  pieces.extras[extra] === undefined ? [] : findExtras(pieces.extras[extra]);

/** An APK whose root is on record was verified at the first boot, and its signature is not looked at again. */
function verify(device: Device, { apk = 0, extra = 0, apex = 0 }: Offer, record: PayloadRecord | undefined): Reason {
  const found = apkOf(device, apk);
  const isTrusted = record !== undefined && apkOf(device, record.apk)?.root === found?.root;
  const isSound = found?.isRead === true && (isTrusted || found.isSigned);
  const areSound = extrasOf(device, extra).every((one) => one.isRead && one.isSigned);
  return isSound && areSound && apexOf(device, apex)?.isVerified === true ? undefined : failed;
}

/** What is on record stands for what was measured of it. */
function compare(device: Device, disk: Disk, apk: number, apex: number): Reason {
  const record = recorded(disk);
  if (record === undefined) return undefined;
  if (apexOf(device, record.apex)?.measured !== apexOf(device, apex)?.measured) return failed;
  return apkOf(device, record.apk)?.root === apkOf(device, apk)?.root ? undefined : 'PAYLOAD_CHANGED';
}

/** The configuration is a file in the main APK. */
const count = (device: Device, { apk = 0, extra = 0 }: Offer): Reason =>
  apkOf(device, apk)?.extras === extrasOf(device, extra).length ? undefined : 'PAYLOAD_INVALID_CONFIG';

/** An entry that was begun is there, and does not open before all of it is written. */
function writeEntry({ bearer }: Vm, disk: Disk, body: PayloadRecord, writes: number): Reason {
  if (writes > 0) disk.payload = 'garbage';
  if (writes < writesOfEntry || bearer.secret === undefined) return 'POWER_LOST';
  disk.payload = { key: bearer.secret, body };
  return undefined;
}

/** The payload gets keys that are derived from the secrets of the guest, which are gone from memory from then on. */
export const deriveForPayload = after('VERIFIED', (device, vm, offer) => {
  const key = apkOf(device, vm.bearer.apk ?? 0)?.author ?? 0;
  if (vm.regime === 'DEFERRED' && !askSecretkeeper(device, vm, given(offer, 'asked') ?? 0, key)) return 'POLICY_ERROR';
  const { memory } = device;
  if (!manager.takes(memory)) return 'UNKNOWN_RUNTIME_ERROR';
  const { layer } = ofPayload(device, vm);
  manager.derives(memory, layer, vm.bearer.keeperSecret);
  manager.wipesHandover(memory);
  manager.wipesData(memory);
  manager.wipesStack(memory);
  vm.bearer.payloadKey = key;
  certify(vm, layer);
  vm.stage = 'SECRET';
  return undefined;
});

/** Secretkeeper gives the secret of an instance to whoever is of its signer and no older than who had it last. */
function askSecretkeeper(device: Device, { bearer, instance, code }: Vm, asked: number, key: number): boolean {
  if (asked !== instance) return false;
  const { pieces, secretkeeper } = device;
  const kernelVersion = versionOf(code.kernel);
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
export const runPayload = after('SECRET', (device, vm, { apex = 0 }) => {
  const [measured, found] = [apexOf(device, vm.bearer.apex), apexOf(device, apex)];
  if (measured === undefined || found?.measured !== measured.measured) return 'APEXD_FAILED';
  vm.mounted = apex;
  vm.stage = 'RUNNING';
  return undefined;
});

export const sealSomething = after('RUNNING', ({ sealed }, { bearer }, { place = 0 }) => {
  sealed[place - 1] = { ...bearer };
  return undefined;
});
