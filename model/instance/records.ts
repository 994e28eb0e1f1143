/** The entries of pvmfw and of Microdroid: how each is sealed, opened and written. */
import { gcm } from '@noble/ciphers/aes.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { Bytes } from './disk.ts';
import { blockSize } from './disk.ts';
import type { Write } from './image.ts';
import { contentOf, findEntry, headerOf, headerParts, identifiers } from './image.ts';

/** What a stage learns from its entry. `damaged`: it is there, and does not open. */
export type Opened =
  { readonly kind: 'new' } | { readonly kind: 'recorded'; readonly body: Bytes } | { readonly kind: 'damaged' };

const keySize = 32;
const nonceSize = 12;
const tagSize = 16;
const ascii = (text: string): Bytes => Uint8Array.from(text, (character) => character.charCodeAt(0));
const noBytes = new Uint8Array(0);

/** The key of pvmfw's entry, from the sealing secret that pvmfw is given: one for all VMs of a device. */
const pvmfwKey = (secret: Bytes): Bytes => hkdf(sha512, secret, noBytes, ascii('vm-instance'), keySize);
/** The key of Microdroid's entry, from the sealing secret that Microdroid is given: one for each instance. */
const microdroidKey = (secret: Bytes): Bytes => hkdf(sha256, secret, noBytes, ascii('microdroid_manager_key'), keySize);

/** Opens, or gives undefined where one bit of key, nonce, associated data or sealed bytes is another. */
function open(key: Bytes, nonce: Bytes, associated: Bytes, sealed: Bytes): Bytes | undefined {
  try {
    return gcm(key, nonce, associated).decrypt(sealed);
  } catch {
    return undefined;
  }
}

const asOpened = (body: Bytes | undefined): Opened =>
  body === undefined ? { kind: 'damaged' } : { kind: 'recorded', body };

/** The body of pvmfw's entry: three digests or salts of 64 bytes, and the mode. */
export const pvmfwBodySize = 3 * 64 + 1;

/** pvmfw's entry: one block, nonce last, nothing authenticated besides. */
export function openPvmfw(image: Bytes, secret: Bytes): Opened {
  const found = findEntry(image, identifiers.pvmfw);
  if (found.kind === 'free') return { kind: 'new' };
  if (found.kind !== 'entry' || found.size > blockSize || found.size < nonceSize + tagSize) return { kind: 'damaged' };
  const content = contentOf(image, found.at, found.size);
  if (content === undefined) return { kind: 'damaged' };
  const end = content.length - nonceSize;
  const body = open(pvmfwKey(secret), content.subarray(end), noBytes, content.subarray(0, end));
  return asOpened(body?.length === pvmfwBodySize ? body : undefined);
}

/** The writes of pvmfw's first boot: the content, then the header that makes it count. */
export function writePvmfw(image: Bytes, secret: Bytes, body: Bytes, nonce: Bytes): readonly Write[] | undefined {
  const found = findEntry(image, identifiers.pvmfw);
  if (found.kind !== 'free' || found.at + 2 * blockSize > image.length) return undefined;
  const sealed = gcm(pvmfwKey(secret), nonce, noBytes).encrypt(body);
  const block = new Uint8Array(blockSize);
  block.set(sealed);
  block.set(nonce, sealed.length);
  const header = headerOf(identifiers.pvmfw, sealed.length + nonceSize);
  return [
    { at: found.at + blockSize, bytes: block },
    { at: found.at, bytes: header },
  ];
}

/** Microdroid's entry: nonce first, the whole header authenticated with it. The body is CBOR. */
export function openMicrodroid(image: Bytes, secret: Bytes): Opened {
  const found = findEntry(image, identifiers.microdroid);
  if (found.kind === 'free') return { kind: 'new' };
  if (found.kind !== 'entry' || found.size < nonceSize + tagSize) return { kind: 'damaged' };
  const content = contentOf(image, found.at, found.size);
  if (content === undefined) return { kind: 'damaged' };
  const header = image.slice(found.at, found.at + blockSize);
  return asOpened(open(microdroidKey(secret), content.subarray(0, nonceSize), header, content.subarray(nonceSize)));
}

/** The writes of Microdroid's first boot: identifier and length, then the nonce, then what is sealed. */
export function writeMicrodroid(image: Bytes, secret: Bytes, body: Bytes, nonce: Bytes): readonly Write[] | undefined {
  const found = findEntry(image, identifiers.microdroid);
  const size = nonceSize + body.length + tagSize;
  if (found.kind !== 'free' || found.at + blockSize + size > image.length) return undefined;
  const { at } = found;
  const header = image.slice(at, at + blockSize);
  header.set(headerOf(identifiers.microdroid, size).subarray(0, headerParts.size[1]));
  const sealed = gcm(microdroidKey(secret), nonce, header).encrypt(body);
  return [
    { at: at + headerParts.identifier[0], bytes: header.slice(...headerParts.identifier) },
    { at: at + headerParts.size[0], bytes: header.slice(...headerParts.size) },
    { at: at + blockSize, bytes: nonce },
    { at: at + blockSize + nonceSize, bytes: sealed },
  ];
}
