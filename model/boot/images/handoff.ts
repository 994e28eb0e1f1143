/** What a bootloader leaves behind pvmfw, in bytes, and what pvmfw finds in them. */
import type { HandoffShape } from '../../../spec/boot/config.ts';
import type { DebugFeatures } from '../../../spec/images/config-pieces.ts';
import type { HandoverFacts } from '../../../spec/evidence/facts.ts';
import type { ConfigFacts } from '../../../spec/images/pvmfw-config.ts';
import type { Bytes } from '../../bytes.ts';
import { ascii, concat, sameBytes, unhex } from '../../bytes.ts';
import { encode } from '../../cbor/encode.ts';
import { node, writeFdt } from '../../fdt/write.ts';
import type { Plan } from '../../forge/chain.ts';
import { secretOf } from '../../forge/chain.ts';
import { forgeHandover } from '../../forge/handover.ts';
import { overlayOf } from '../../images/host-tree.ts';
import { writePolicy } from '../../images/policy.ts';
import { entryIn, readConfig, writeConfig } from '../../images/pvmfw-config.ts';
import type { Parent } from '../device.ts';
import { rootOfVendor } from './system.ts';

const plan: Plan = { kinds: ['Ed25519', 'Ed25519'], profile: 'android.16' };
/** The secret that this device gives to pvmfw; in debug mode it has others, which nothing here compares. */
const secret = secretOf(plan, plan.kinds.length - 1);

const vendorDigest = 'vendor_hashtree_descriptor_root_digest';
/** The root digest of a vendor partition by its number. */
export const digestOfVendor = (vendor: number): Bytes => unhex(rootOfVendor(vendor));
const reference = writeFdt(node('', {}, node('avf', { [vendorDigest]: digestOfVendor(0) })));

/** One device can be assigned. */
const overlay = overlayOf(false);
/** The trees that every configuration of this device has. */
export const treesOfDevice: Handoff['trees'] = { reference, overlay };

const policy = writePolicy({ ramdump: true, log: true });

const word = (bytes: Bytes, at: number, value: number): Bytes => {
  new DataView(bytes.buffer).setUint32(at, value, true);
  return bytes;
};
const [totalSizeAt, versionAt, handoverAt, policyAt] = [8, 4, 16, 24];

/** The handover of a device that has these secrets, or of another. */
const handoverOf = ({ given, debug }: HandoffShape): Bytes =>
  forgeHandover(given ? plan : { ...plan, device: 'another device' }, debug);

function bytesOf(shape: HandoffShape): Bytes {
  const { flaw } = shape;
  const handover = {
    form: encode(ascii('something else')),
    'no chain': encode(new Map([1, 2].map((label) => [label, secret]))),
    other: handoverOf(shape),
  }[flaw === 'form' || flaw === 'no chain' ? flaw : 'other'];
  const bytes = writeConfig(2, {
    ...(flaw === 'no handover' ? {} : { handover }),
    ...(shape.policy ? { 'debug policy': policy } : {}),
    'device overlay': overlay,
    'reference tree': reference,
  });
  if (flaw === 'region') return word(bytes, totalSizeAt, bytes.length + 1);
  if (flaw === 'magic') return concat(ascii('fwpv'), bytes.slice(4));
  if (flaw === 'version') return word(bytes, versionAt, 0x2_0000);
  if (flaw === 'bounds') return word(bytes, handoverAt, handoverAt);
  if (flaw === 'order') return word(word(bytes, policyAt, bytes.length - 8), policyAt + 4, 8);
  return bytes;
}

/** What pvmfw has of the bootloader, once it has read all of it. */
export interface Handoff {
  readonly isConfiguration: boolean;
  readonly isHandover: boolean;
  readonly parent: Parent;
  readonly isChained: boolean;
  /** The policy that counts: that of a device in debug mode. */
  readonly policy: DebugFeatures | undefined;
  readonly trees: Readonly<Partial<Record<'reference' | 'overlay', Bytes>>>;
}

/** Header and table, and each entry behind those before it. */
function isConfiguration({ room, hasMagic, major, totalSize, entries }: ConfigFacts): boolean {
  const body = 16 + 8 * entries.length;
  let end = body;
  for (const { offset, size } of entries) {
    if (size === 0) continue;
    if (offset < end || offset + size > totalSize) return false;
    end = offset + size;
  }
  const hasHandover = (entries[0]?.size ?? 0) > 0;
  return room >= 16 && hasMagic && major === 1 && totalSize <= room && totalSize >= body && hasHandover;
}

/** Two secrets and a chain of a root and at least one certificate; no signature is looked at. */
const isHandover = ({ isHandover: isMap, hasSecrets, chain }: HandoverFacts): boolean =>
  isMap &&
  hasSecrets &&
  chain?.isChain === true &&
  chain.entries.every(({ signed, payload: { isMap: isClaims, subjectKey, mode } }) =>
    [signed.isSign1, isClaims, subjectKey.kind === 'given', mode.kind !== 'mistyped'].every(Boolean),
  );

const debugMode = 2;
const isOfDebugMode = ({ chain }: HandoverFacts): boolean =>
  chain?.entries.some(({ payload: { mode } }) => mode.kind === 'given' && mode.value === debugMode) === true;

export function readHandoff(bytes: Bytes): Handoff {
  const facts = readConfig(bytes);
  const { entries, pieces } = facts;
  const [handover, device, fixed] = (['handover', 'device overlay', 'reference tree'] as const).map((name) =>
    entryIn(bytes, entries, name),
  );
  const found = pieces.handover?.facts;
  const isDebug = found !== undefined && isOfDebugMode(found);
  const isOurs = handover !== undefined && sameBytes(secretIn(handover), secret);
  return {
    isConfiguration: isConfiguration(facts),
    isHandover: found !== undefined && isHandover(found),
    parent: isOurs ? (isDebug ? 'DEBUG' : 'NORMAL') : 'FOREIGN',
    isChained: found?.chain?.isChain === true,
    policy: typeof pieces.policy === 'object' ? pieces.policy : undefined,
    trees: { ...(fixed && { reference: fixed }), ...(device && { overlay: device }) },
  };
}

/** The first secret: 32 bytes behind the head of the map, a label and the head of a byte string. */
const secretIn = (handover: Bytes): Bytes => handover.subarray(4, 36);

const known = new WeakMap<HandoffShape, Handoff>();
export function handoffOf(shape: HandoffShape): Handoff {
  const found = known.get(shape) ?? readHandoff(bytesOf(shape));
  known.set(shape, found);
  return found;
}
