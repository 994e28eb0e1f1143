/** Memory of a device as bytes, and the secrets of its VMs as Open DICE derives them. */
import { sha512 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../bytes.ts';
import { ascii, sameBytes } from '../bytes.ts';
import { deriveCdis } from '../dice/derive.ts';
import { modes } from '../dice/labels.ts';

const zeros: Bytes = new Uint8Array(64);

export const images = ['VENDOR', 'CUSTOM', 'UNSIGNED'] as const;
export type Image = (typeof images)[number];

const uds: Bytes = sha512(ascii('the unique secret of a device')).slice(0, 32);
const known = new Map<string, Bytes>();

/** What a VM seals with: of the device, who signed its system, the mode of its chain, and the factory reset secret. */
export function secretOf(image: Image, isDebug: boolean, resetSecret: number): Bytes {
  const name = `${image} ${isDebug} ${resetSecret}`;
  const before = known.get(name);
  if (before !== undefined) return before;
  const { seal } = deriveCdis(
    { attest: uds, seal: uds },
    {
      codeHash: zeros,
      config: zeros,
      authorityHash: sha512(ascii(image)),
      mode: isDebug ? modes.debug : modes.normal,
      hidden: sha512(Uint8Array.of(resetSecret)),
    },
  );
  known.set(name, seal);
  return seal;
}

/** How many factory reset secrets there are to draw from. */
export const resetSecrets = 3;

/** What some boot has put somewhere: bytes that no other boot puts anywhere. */
export const writtenIn = (boot: number): Bytes => sha512(ascii(`boot ${boot}`));

/** Memory by name: the pages that VMs get, and that of pvmfw. */
export class Memory {
  readonly pages: Bytes[];
  pvmfw: Bytes = zeros;

  constructor(pages: number) {
    this.pages = Array.from({ length: pages }, () => zeros);
  }

  clear(): void {
    this.pages.fill(zeros);
    this.pvmfw = zeros;
  }
  wipe(page: number): void {
    this.pages[page] = zeros;
  }
}

export const isZero = (bytes: Bytes): boolean => sameBytes(bytes, zeros);
