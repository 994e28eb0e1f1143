/** The secrets of a device as bytes: those that pvmfw is given, those of a guest, and those of a payload. */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { leftovers } from '../../spec/fields.ts';
import type { BootConfig } from '../../spec/boot/config.ts';
import type { Bytes } from '../bytes.ts';
import { ascii, concat, hex } from '../bytes.ts';
import type { Layer } from '../dice/certificate.ts';
import { configInput } from '../dice/certificate.ts';
import type { Cdis, Measurement } from '../dice/derive.ts';
import { deriveCdis, kdf, keySeed, sizes } from '../dice/derive.ts';
import { modes } from '../dice/labels.ts';
import type { Device, Parent, SecretInputs, Vm } from './device.ts';
import { once } from './images/once.ts';
import { authorityOf, hiddenOf, layerOfPayload } from './measure.ts';

export type Leftover = (typeof leftovers)[number];
const none = new Uint8Array();

const uds = sha512(ascii('the secret of the device')).slice(0, sizes.cdi);
const ofDevice = (mode: number): Cdis =>
  deriveCdis(
    { attest: uds, seal: uds },
    {
      codeHash: sha512(ascii('bootloader')),
      config: new Uint8Array(sizes.hash),
      authorityHash: sha512(ascii('maker of the device')),
      mode,
      hidden: new Uint8Array(sizes.hidden),
    },
  );
const misread = sha512(ascii('what lies where a handover should be'));

/** What lies where pvmfw finds its secrets. */
export const parentCdis: Readonly<Record<Parent, Cdis>> = {
  NORMAL: ofDevice(modes.normal),
  DEBUG: ofDevice(modes.debug),
  FOREIGN: { attest: misread.slice(0, sizes.cdi), seal: misread.slice(sizes.cdi) },
};

/** The key of the entry that pvmfw has in an instance image. */
export const recordKey = ({ seal }: Cdis): Bytes => kdf(32, seal, none, 'vm-instance');

/** The key of the entry that the manager has in it. */
export const guestRecordKey = ({ seal }: Cdis): Bytes => kdf(32, seal, none, 'microdroid_manager_key');

/** The salt with a number: first those of the instance ids, which the host knows, then random ones. */
export const saltOf = ({ ids }: BootConfig, salt: number): Bytes =>
  salt < ids
    ? sha512(concat(ascii('InstanceId:'), new Uint8Array(64).fill(salt + 1)))
    : sha512(ascii(`random salt ${salt - ids}`));

/** What a stage measures of the next one, as it goes into secrets. */
export const measurementOf = (layer: Layer): Measurement => ({ ...layer, config: configInput(layer) });

/** What pvmfw starts, and from whose secrets. */
export interface Started {
  readonly parent: Parent;
  readonly layer: Layer;
}
/** The secrets that pvmfw has to give to a guest. */
export const cdisOf = once(({ parent, layer }: Started): Cdis => deriveCdis(parentCdis[parent], measurementOf(layer)));

/** The sealing secret with these inputs, in hexadecimal digits: neither code nor configuration goes into it. */
export function sealOf(pieces: BootConfig, { parent, publicKey, isDebug, regime, salt }: SecretInputs): string {
  const { seal } = deriveCdis(parentCdis[parent], {
    codeHash: none,
    config: none,
    authorityHash: authorityOf(publicKey),
    mode: isDebug ? modes.debug : modes.normal,
    hidden: hiddenOf({ regime, salt: saltOf(pieces, salt) }),
  });
  return hex(seal);
}

/** The secrets of a payload, out of those of its guest. */
export const payloadCdis = (guest: Cdis, layer: Layer): Cdis => deriveCdis(guest, measurementOf(layer));

/** What a payload asks keys of; with Secretkeeper, its secret goes into it as well. */
export function payloadKey({ seal }: Cdis, keeperSecret: number | undefined): Bytes {
  const kept = (number: number): Bytes => sha512(ascii(`secret ${number} of Secretkeeper`)).slice(0, 32);
  const secret = keeperSecret === undefined ? seal : sha256(concat(seal, kept(keeperSecret)));
  return hkdf(sha256, secret, none, ascii('payload'), 32);
}

const withSeed = ({ attest, seal }: Cdis): readonly Bytes[] => [attest, seal, keySeed(attest)];
const given = once((cdis: Cdis): readonly Bytes[] => [...withSeed(cdis), recordKey(cdis)]);
const next = once((cdis: Cdis): readonly Bytes[] => [...withSeed(cdis), guestRecordKey(cdis)]);
const derived = once(withSeed);

interface OfPayload {
  readonly layer: Layer;
  readonly cdis: Cdis;
}
const payloadsOf = once<Started, Map<string, OfPayload>>(() => new Map());

/** What the payload of a VM has to get, once it is known which one that is. */
export function ofPayload(device: Device, vm: Vm): OfPayload {
  const { apk, apex } = vm.bearer;
  const [known, name] = [payloadsOf(vm.entry), [apk, apex, vm.extra].join()];
  const found = known.get(name);
  if (found !== undefined) return found;
  const layer = layerOfPayload(device, vm);
  const made = { layer, cdis: payloadCdis(cdisOf(vm.entry), layer) };
  known.set(name, made);
  return made;
}

/** All secrets that there are of each kind, as bytes. */
export function secretsOf(device: Device, vm: Vm): Readonly<Record<Exclude<Leftover, 'NOTHING'>, readonly Bytes[]>> {
  const hasPayload = ['VERIFIED', 'SECRET', 'RUNNING'].includes(vm.stage);
  const cdis = hasPayload ? ofPayload(device, vm).cdis : undefined;
  return {
    GIVEN: given(parentCdis[vm.parent]),
    NEXT: next(cdisOf(vm.entry)),
    DERIVED: cdis === undefined ? [] : [...derived(cdis), payloadKey(cdis, vm.bearer.keeperSecret)],
  };
}
