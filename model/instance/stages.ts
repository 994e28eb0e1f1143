/** What pvmfw and Microdroid do with the instance image when a VM boots in the regime by record. */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha512 } from '@noble/hashes/sha2.js';
import type { Bytes } from './disk.ts';
import { perform } from './image.ts';
import { openMicrodroid, openPvmfw, writeMicrodroid, writePvmfw } from './records.ts';

/** How a stage ends: it goes on, at a first boot or a later one, or it does not. */
export type Ended =
  | { readonly kind: 'goes on'; readonly first: boolean; readonly secret: Bytes }
  | { readonly kind: 'refuses' }
  | { readonly kind: 'loses power' };

export interface PvmfwInputs {
  /** The sealing secret of the device, as the bootloader hands it over. */
  readonly secret: Bytes;
  readonly code: Bytes;
  readonly key: Bytes;
  readonly mode: number;
  /** A salt made for this boot, and the one of the instance id where that is what counts. */
  readonly random: Bytes;
  readonly ofInstance?: Bytes;
  readonly nonce: Bytes;
  /** How many writes the power lasts for. */
  readonly writes: number;
}

const same = (a: Bytes, b: Bytes): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

const hashSize = 64;

function bodyOf({ code, key, mode }: PvmfwInputs, salt: Bytes): Bytes {
  const body = new Uint8Array(3 * hashSize + 1);
  body.set(code);
  body.set(key, hashSize);
  body.set(salt, 2 * hashSize);
  body[3 * hashSize] = mode;
  return body;
}

/** The sealing secret of the next stage: out of key, mode and salt, and not of the code. */
function derive({ secret, key, mode }: PvmfwInputs, salt: Bytes): Bytes {
  const inputs = new Uint8Array(2 * hashSize + 1);
  inputs.set(key);
  inputs.set(salt, hashSize);
  inputs[2 * hashSize] = mode;
  return hkdf(sha512, secret, sha512(inputs), Uint8Array.of(), 32);
}

/** pvmfw looks for its entry, and makes one where there is none. */
export function runPvmfw(image: Bytes, inputs: PvmfwInputs): Ended {
  const opened = openPvmfw(image, inputs.secret);
  if (opened.kind === 'damaged') return { kind: 'refuses' };
  if (opened.kind === 'recorded') {
    const salt = opened.body.slice(2 * hashSize, 3 * hashSize);
    if (!same(opened.body, bodyOf(inputs, salt))) return { kind: 'refuses' };
    return { kind: 'goes on', first: false, secret: derive(inputs, inputs.ofInstance ?? salt) };
  }
  const salt = inputs.ofInstance ?? inputs.random;
  const writes = writePvmfw(image, inputs.secret, bodyOf(inputs, salt), inputs.nonce);
  if (writes === undefined) return { kind: 'refuses' };
  perform(image, writes, inputs.writes);
  if (inputs.writes < writes.length) return { kind: 'loses power' };
  return { kind: 'goes on', first: true, secret: derive(inputs, salt) };
}

export interface MicrodroidInputs {
  /** The sealing secret of the instance, and whether pvmfw found a first boot. */
  readonly secret: Bytes;
  readonly first: boolean;
  /** All that is recorded of the payload, in its encoding. */
  readonly payload: Bytes;
  readonly nonce: Bytes;
  readonly writes: number;
}

/** The manager looks for its entry, holds the payload to it, and makes one at a first boot. */
export function runMicrodroid(image: Bytes, inputs: MicrodroidInputs): Ended {
  const { secret, first } = inputs;
  const opened = openMicrodroid(image, secret);
  if (opened.kind === 'damaged' || (opened.kind === 'new') !== first) return { kind: 'refuses' };
  if (opened.kind === 'recorded') {
    return same(opened.body, inputs.payload) ? { kind: 'goes on', first, secret } : { kind: 'refuses' };
  }
  const writes = writeMicrodroid(image, secret, inputs.payload, inputs.nonce);
  if (writes === undefined) return { kind: 'refuses' };
  perform(image, writes, inputs.writes);
  return inputs.writes < writes.length ? { kind: 'loses power' } : { kind: 'goes on', first, secret };
}
