/** pvmfw, as its `entry.rs` and `main.rs` go: each check in turn, then the record, then the jump. */
import type { HandoffShape, KernelShape, TreeShape } from '../../spec/boot/config.ts';
import { hex } from '../bytes.ts';
import type { Layer } from '../dice/certificate.ts';
import type { Device, Disk, FirmwareRecord, Offer, Parent, Reason, Regime, Secret } from './device.ts';
import { given } from './device.ts';
import type { Handoff } from './images/handoff.ts';
import { handoffOf } from './images/handoff.ts';
import type { Placement, Tree } from './images/tree.ts';
import { guestOf, treeOf } from './images/tree.ts';
import { layerOf, measuredIn } from './measure.ts';
import { handoverIn, putHandover, wipeAll } from './memory.ts';
import { freshSalt } from './salts.ts';
import { parentCdis, saltOf } from './secrets.ts';
import type { Place } from './stages.ts';
import { hostWrites, pvmfw } from './stages.ts';
import type { Verified } from './verified-boot.ts';
import { codeOf, verifyCode } from './verified-boot.ts';

const invalidPayload = 'PVM_FIRMWARE_INVALID_PAYLOAD';
const invalidTree = 'PVM_FIRMWARE_INVALID_FDT';
const internal = 'PVM_FIRMWARE_INTERNAL_ERROR';
/** The writes of an entry: its content, then the header by which it counts. */
const writesOfEntry = 2;

/** One boot: what pvmfw found, by its names. */
interface Boot {
  readonly device: Device;
  readonly offer: Offer;
  readonly place: Place;
  readonly verified: Verified;
  readonly parent: Parent;
  readonly regime: Regime;
}

export function bootVm(device: Device, offer: Offer): Reason {
  if (device.vm !== undefined) return 'NOT_READY';
  const place: Place = { owner: 'host', code: { kernel: new Uint8Array(), ramdisk: undefined } };
  hostWrites(place, codeOf(device.pieces, offer['kernel'] ?? 0, given(offer, 'ramdisk')));
  place.owner = 'VM';
  putHandover(device.memory.configuration, parentCdis[parentOf(device, offer)]);
  const reason = start(device, offer, place);
  if (reason !== undefined) wipeAll(device.memory);
  return reason;
}

function start(device: Device, offer: Offer, place: Place): Reason {
  const { readsTreeLast } = device.release;
  const [first, ...others] = [readConfiguration, readHandover, locate, verifyImage] as const;
  const order = readsTreeLast
    ? [first, ...others, sanitiseTree]
    : [first, sanitiseTree, locate, readHandover, verifyImage];
  for (const check of order) {
    const reason = check(device, offer, place);
    if (reason !== undefined) return reason;
  }
  const verified = verifyCode(device.pieces, pvmfw.verifies(place));
  if (verified === undefined) throw new Error('unreachable: what was verified is not there');
  const boot = {
    device,
    offer,
    place,
    verified,
    parent: parentOf(device, offer),
    regime: regimeOf(device, offer, verified),
  };
  pvmfw.takes(device.memory);
  return device.release.salts === 'random' ? byRecord(boot) : byInstanceId(boot);
}

const foundIn = ({ pieces }: Device, offer: Offer): Handoff =>
  handoffOf(pieces.handoffs[offer['handoff'] ?? 0] as HandoffShape);

/** The tree that the host has written for this kernel and this ramdisk. */
function treeIn(device: Device, offer: Offer): Tree {
  const ramdisk = ramdiskOf(device, offer);
  const placement: Placement = {
    kernel: kernelOf(device, offer).flaw === 'absent' ? 'absent' : 'there',
    ramdisk: ramdisk === undefined ? 'none' : ramdisk.misplaced ? 'over the kernel' : 'apart',
  };
  return treeOf(device.pieces.trees[offer['tree'] ?? 0] as TreeShape, placement, foundIn(device, offer));
}
const kernelOf = ({ pieces }: Device, offer: Offer) => pieces.kernels[offer['kernel'] ?? 0] as KernelShape;
const ramdiskOf = ({ pieces }: Device, offer: Offer) =>
  pieces.ramdisks[given(offer, 'ramdisk') ?? pieces.ramdisks.length];

const readConfiguration = (device: Device, offer: Offer): Reason =>
  foundIn(device, offer).isConfiguration ? undefined : 'PVM_FIRMWARE_INVALID_CONFIG_DATA';
function readHandover(device: Device, offer: Offer): Reason {
  if (foundIn(device, offer).isHandover) return undefined;
  return device.release.readsTreeLast ? 'PVM_FIRMWARE_INVALID_DICE_HANDOVER' : 'PVM_FIRMWARE_INVALID_BCC';
}
const sanitiseTree = (device: Device, offer: Offer): Reason => (treeIn(device, offer).isSane ? undefined : invalidTree);

function locate(device: Device, offer: Offer): Reason {
  const { isPlaced } = treeIn(device, offer);
  if (!isPlaced.kernel) return invalidPayload;
  return isPlaced.ramdisk ? undefined : 'PVM_FIRMWARE_INVALID_RAMDISK';
}

const verifyImage = ({ pieces }: Device, _: Offer, place: Place): Reason =>
  verifyCode(pieces, pvmfw.verifies(place)) === undefined ? 'PVM_FIRMWARE_PAYLOAD_VERIFICATION_FAILED' : undefined;

/** Whose secrets the bootloader has left, or what is read as such. */
const parentOf = (device: Device, offer: Offer): Parent => foundIn(device, offer).parent;

function regimeOf({ release }: Device, offer: Offer, { capabilities }: Verified): Regime {
  if (release.salts === 'random') return 'RECORD';
  if (capabilities.includes('remote_attest')) return 'FIXED';
  const isDeferred = capabilities.includes('secretkeeper_protection') && offer['deferred'] === 1;
  return isDeferred ? 'DEFERRED' : release.usual;
}

/** From Android 15 on: the salt is that of the instance id, and each regime has its own condition. */
function byInstanceId(boot: Boot): Reason {
  const { device, offer, verified, regime } = boot;
  const instance = given(offer, 'instance');
  const mayLackId = regime === 'EPHEMERAL';
  if (instance === undefined && !mayLackId) return invalidTree;
  if (regime === 'DEFERRED' && verified.securityVersion === 0) return invalidPayload;
  if (regime === 'FIXED' && verified.securityVersion !== device.pieces.serviceVersion) return invalidPayload;
  if (regime === 'RECORD') return byRecord(boot);
  const salt = mayLackId ? freshSalt(device) : instance;
  if (salt === undefined) return internal;
  return jump(boot, salt, device.release.usual === 'EPHEMERAL');
}

/** The first boot of an instance writes its entry; later boots compare with it, and write nothing. */
function byRecord(boot: Boot): Reason {
  const { device, offer } = boot;
  const disk = device.disks[given(offer, 'disk') ?? device.disks.length];
  if (disk === undefined || disk.isBroken || disk.firmware === 'garbage') return internal;
  pvmfw.opensRecord(device.memory);
  if (disk.firmware === 'free') return firstBoot(boot, disk);
  const { key, body } = disk.firmware;
  if (key !== boot.parent || !isRecorded(boot, body)) return internal;
  return jump(boot, device.release.salts === 'random' ? body.salt : (given(offer, 'instance') ?? 0), false);
}

const isRecorded = ({ verified }: Boot, body: FirmwareRecord): boolean =>
  body.kernelDigest === verified.kernelDigest &&
  body.ramdiskDigest === verified.ramdiskDigest &&
  body.publicKey === verified.publicKey &&
  body.isDebug === verified.isDebug;

function firstBoot(boot: Boot, disk: Disk): Reason {
  const { device, offer, verified, parent } = boot;
  const salt = device.release.salts === 'random' ? freshSalt(device) : given(offer, 'instance');
  if (salt === undefined) return internal;
  if ((offer['writes'] ?? 0) < writesOfEntry) return 'POWER_LOST';
  const { kernelDigest, ramdiskDigest, publicKey, isDebug } = verified;
  disk.firmware = { key: parent, body: { kernelDigest, ramdiskDigest, publicKey, isDebug, salt } };
  return jump(boot, salt, true);
}

/** The host's last try at the images, which are the VM's by now: it writes others over them. */
function hostTries({ device: { pieces }, offer, place }: Boot): void {
  hostWrites(place, codeOf(pieces, ((offer['kernel'] ?? 0) + 1) % pieces.kernels.length, given(offer, 'ramdisk')));
}

/** The secrets of the next stage are in the handover, and nothing of pvmfw's own is left in memory. */
function secretOfNext(boot: Boot, layer: Layer, salt: number): Secret {
  const { device, parent, regime } = boot;
  const { memory } = device;
  const { publicKey, isDebug } = boot.verified;
  pvmfw.derives(memory, layer);
  pvmfw.wipesConfiguration(memory);
  pvmfw.wipesData(memory);
  pvmfw.wipesStack(memory);
  pvmfw.clearsRegisters(memory);
  const handed = handoverIn(memory.handover);
  return { parent, publicKey, isDebug, regime, salt, seal: handed === undefined ? '' : hex(handed.seal) };
}

function jump(boot: Boot, salt: number, isNew: boolean): Reason {
  const { device, offer, place, parent, regime, verified } = boot;
  const handoff = foundIn(device, offer);
  const guest = guestOf(treeIn(device, offer), verified.isDebug, handoff.policy);
  const layer = {
    ...layerOf(verified, { regime, salt: saltOf(device.pieces, salt) }),
    codeHash: pvmfw.codeHash(verified, place.code),
  };
  const secret = secretOfNext(boot, layer, salt);
  hostTries(boot);
  device.sharesPages = false;
  device.vm = {
    stage: device.release.hasLoader ? 'LOADER' : 'KERNEL',
    parent,
    isChained: handoff.isChained,
    chain: [layer],
    entry: { parent, layer },
    code: pvmfw.jumpsTo(place),
    tree: offer['tree'] ?? 0,
    regime,
    disk: given(offer, 'disk'),
    instance: given(offer, 'instance'),
    isNew,
    hasArguments: guest.hasArguments,
    hasPolicy: guest.hasPolicy,
    bearer: { secret, measured: measuredIn(layer) },
  };
  return undefined;
}
