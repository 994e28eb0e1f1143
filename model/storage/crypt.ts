/**
 * The encrypted storage of a VM as dm-crypt has it: each sector by itself, with its number as the tweak (`plain64`,
 * `iv_large_sectors`), under a key that is derived from the VM's secret for this purpose alone.
 */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../bytes.ts';
import { ascii, unhex } from '../bytes.ts';
import { hctr2 } from './hctr2.ts';
import { xts } from './xts.ts';

export const sectorSize = 4096;
export const unformatted = ascii('UNFORMATTED-STORAGE');

/** What a release encrypts with: HCTR2, and XTS in early ones. */
export interface Mode {
  readonly keySize: number;
  readonly tweakSize: number;
  readonly cipher: typeof hctr2;
}
export const modes: Readonly<Record<'hctr2' | 'xts', Mode>> = {
  hctr2: { keySize: 32, tweakSize: 32, cipher: hctr2 },
  xts: { keySize: 64, tweakSize: 16, cipher: xts },
};

// prettier-ignore
const salts = {
  store: unhex('fc1d357b96f3ef17787d70edeafe1d6fb3f940cedd9940aaa70e927390864a75'),
  payload: unhex('8b0ff0d3b1692b95842c9e3c99567a2255f80823815ff516203ebebab7a84392'),
};

/** The key of the store. The secret is the sealing secret of the payload, with Secretkeeper's part where it has one. */
export const storeKey = (secret: Bytes, { keySize }: Mode): Bytes =>
  hkdf(sha256, secret, salts.store, ascii('encryptedstore_key'), keySize);
/** What a payload that asks for a secret of its own is given. */
export const payloadSecret = (secret: Bytes, identifier: Bytes, size: number): Bytes =>
  hkdf(sha256, secret, salts.payload, identifier, size);

function tweakOf(sector: number, { tweakSize }: Mode): Bytes {
  const tweak = new Uint8Array(tweakSize);
  new DataView(tweak.buffer).setBigUint64(0, BigInt(sector), true);
  return tweak;
}

export const sealSector = (mode: Mode, key: Bytes, sector: number, plain: Bytes): Bytes =>
  mode.cipher.encrypt(key, tweakOf(sector, mode), plain);
/** There is no check: whatever lies there is taken for a sector that was sealed. */
export const openSector = (mode: Mode, key: Bytes, sector: number, sealed: Bytes): Bytes =>
  mode.cipher.decrypt(key, tweakOf(sector, mode), sealed);
