/** pvmfw, as its `entry.rs` and `main.rs` go: each check in turn, then the record, then the jump. */
import type { HandoffShape, KernelShape, RamdiskShape, TreeShape } from '../../spec/boot/config.ts';
import type { Device, Disk, FirmwareRecord, Offer, Parent, Reason, Regime, Region } from './device.ts';
import { given } from './device.ts';
import type { Handoff } from './images/handoff.ts';
import { handoffOf } from './images/handoff.ts';
import type { Placement, Tree } from './images/tree.ts';
import { guestOf, treeOf } from './images/tree.ts';
import { freshSalt } from './salts.ts';

const invalidPayload = 'PVM_FIRMWARE_INVALID_PAYLOAD';
const invalidTree = 'PVM_FIRMWARE_INVALID_FDT';
const internal = 'PVM_FIRMWARE_INTERNAL_ERROR';
/** The writes of an entry: its content, then the header by which it counts. */
const writesOfEntry = 2;

/** One boot: what pvmfw found, by its names. */
interface Boot {
  readonly device: Device;
  readonly offer: Offer;
  readonly kernel: KernelShape;
  readonly ramdisk: RamdiskShape | undefined;
  readonly parent: Parent;
  readonly isDebug: boolean;
  readonly regime: Regime;
}

export function bootVm(device: Device, offer: Offer): Reason {
  if (device.vm !== undefined) return 'NOT_READY';
  const { readsTreeLast } = device.release;
  const [first, ...others] = [readConfiguration, readHandover, locate, verifyImage] as const;
  const order = readsTreeLast
    ? [first, ...others, sanitiseTree]
    : [first, sanitiseTree, locate, readHandover, verifyImage];
  for (const check of order) {
    const reason = check(device, offer);
    if (reason !== undefined) return reason;
  }
  const boot = begin(device, offer);
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

/** One partition with a footer, signed with a key that pvmfw trusts, and the ramdisk that its description lists. */
function verifyImage(device: Device, offer: Offer): Reason {
  const [kernel, ramdisk] = [kernelOf(device, offer), ramdiskOf(device, offer)];
  const listed = [kernel.normal, kernel.debug].filter((digest) => digest >= 0);
  const isListed = ramdisk === undefined ? listed.length === 0 : listed.includes(ramdisk.digest);
  const isVerified = kernel.flaw === undefined && device.pieces.trusted[kernel.key] === true && isListed;
  return isVerified ? undefined : 'PVM_FIRMWARE_PAYLOAD_VERIFICATION_FAILED';
}

function begin(device: Device, offer: Offer): Boot {
  const [kernel, ramdisk] = [kernelOf(device, offer), ramdiskOf(device, offer)];
  const { parent } = foundIn(device, offer);
  const isDebug = ramdisk !== undefined && ramdisk.digest !== kernel.normal;
  return { device, offer, kernel, ramdisk, parent, isDebug, regime: regimeOf(device, offer, kernel) };
}

function regimeOf({ release }: Device, offer: Offer, { capability }: KernelShape): Regime {
  if (release.salts === 'random') return 'RECORD';
  if (capability === 'SERVICE') return 'FIXED';
  return capability === 'SECRETKEEPER' && offer['deferred'] === 1 ? 'DEFERRED' : release.usual;
}

/** From Android 15 on: the salt is that of the instance id, and each regime has its own condition. */
function byInstanceId(boot: Boot): Reason {
  const { device, offer, kernel, regime } = boot;
  const instance = given(offer, 'instance');
  const mayLackId = regime === 'EPHEMERAL';
  if (instance === undefined && !mayLackId) return invalidTree;
  if (regime === 'DEFERRED' && kernel.securityVersion === 0) return invalidPayload;
  if (regime === 'FIXED' && kernel.securityVersion !== device.pieces.serviceVersion) return invalidPayload;
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
  if (disk.firmware === 'free') return firstBoot(boot, disk);
  const { key, body } = disk.firmware;
  if (key !== boot.parent || !isRecorded(boot, body)) return internal;
  return jump(boot, device.release.salts === 'random' ? body.salt : (given(offer, 'instance') ?? 0), false);
}

const isRecorded = ({ kernel, ramdisk, isDebug }: Boot, body: FirmwareRecord): boolean =>
  body.kernelDigest === kernel.digest &&
  body.ramdiskDigest === ramdisk?.digest &&
  body.key === kernel.key &&
  body.isDebug === isDebug;

function firstBoot(boot: Boot, disk: Disk): Reason {
  const { device, offer, kernel, ramdisk, isDebug, parent } = boot;
  const salt = device.release.salts === 'random' ? freshSalt(device) : given(offer, 'instance');
  if (salt === undefined) return internal;
  if ((offer['writes'] ?? 0) < writesOfEntry) return 'POWER_LOST';
  const body = { kernelDigest: kernel.digest, ramdiskDigest: ramdisk?.digest, key: kernel.key, isDebug, salt };
  disk.firmware = { key: parent, body };
  return jump(boot, salt, true);
}

/** Nothing of pvmfw's own is left in memory; the next stage finds its secrets in the handover. */
function jump(boot: Boot, salt: number, isNew: boolean): Reason {
  const { device, offer, kernel, parent, isDebug, regime } = boot;
  const handoff = foundIn(device, offer);
  const guest = guestOf(treeIn(device, offer), isDebug, handoff.policy);
  for (const region of Object.keys(device.memory) as Region[]) device.memory[region] = 'NOTHING';
  device.memory.handover = 'NEXT';
  device.sharesPages = false;
  const image = { kernel: offer['kernel'] ?? 0, ramdisk: given(offer, 'ramdisk') };
  device.vm = {
    stage: device.release.hasLoader ? 'LOADER' : 'KERNEL',
    parent,
    isChained: handoff.isChained,
    certificates: 1,
    tree: offer['tree'] ?? 0,
    regime,
    disk: given(offer, 'disk'),
    instance: given(offer, 'instance'),
    isNew,
    hasArguments: guest.hasArguments,
    hasPolicy: guest.hasPolicy,
    bearer: { secret: { parent, key: kernel.key, isDebug, regime, salt }, image },
  };
  return undefined;
}
