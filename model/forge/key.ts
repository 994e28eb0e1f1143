/** Certificates of keys, with their paths, made to order. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../bytes.ts';
import { ascii } from '../bytes.ts';
import type { Extension } from '../x509/write.ts';
import type { KeyDescription, RootOfTrust } from '../x509/key-description.ts';
import { keyDescription } from '../x509/key-description.ts';
import type { Issued } from './uds.ts';
import { issue, manufacturerKey } from './uds.ts';

export const bootKeyOf = (signer: string): Bytes => sha256(ascii(`the key of ${signer}`));

export const soundTrust: RootOfTrust = {
  bootKey: bootKeyOf('the vendor'),
  isLocked: true,
  state: 'Verified',
  bootHash: sha256(ascii('all that was booted')),
};
export const soundDescription: KeyDescription = {
  version: 400,
  level: 'TrustedEnvironment',
  keyMintVersion: 400,
  keyMintLevel: 'TrustedEnvironment',
  challenge: ascii('a challenge'),
  rootOfTrust: soundTrust,
};

/** What is otherwise than in a sound path; certificates are counted from that of the key on. */
export interface KeyChanges {
  readonly described?: Partial<KeyDescription>;
  readonly trust?: Partial<RootOfTrust>;
  /** In place of the extension: others, or none. */
  readonly extensions?: readonly Extension[];
  readonly certificates?: Readonly<Record<number, { readonly [K in keyof Issued]?: Issued[K] | undefined }>>;
}

const [root, middle, batch, key] = ['root', 'middle', 'batch', 'key'].map(manufacturerKey) as [
  Issued['signer'],
  Issued['signer'],
  Issued['signer'],
  Issued['signer'],
];
const authority = {};

/** That of the key, of the batch of devices, of an intermediate, and of the root. */
export function forgeKeyPath({ described, trust, extensions, certificates = {} }: KeyChanges = {}): readonly Bytes[] {
  const { rootOfTrust, ...rest } = { ...soundDescription, ...described };
  const whole = { ...rest, ...(rootOfTrust && { rootOfTrust: { ...rootOfTrust, ...trust } }) };
  const path: readonly Issued[] = [
    {
      issuer: 'batch',
      subject: 'Android Keystore Key',
      key,
      signer: batch,
      more: extensions ?? [keyDescription(whole)],
    },
    { issuer: 'middle', subject: 'batch', key: batch, signer: middle, authority },
    { issuer: 'root', subject: 'middle', key: middle, signer: root, authority },
    { issuer: 'root', subject: 'root', key: root, signer: root, authority },
  ];
  return path.map((one, at) => issue({ ...one, ...certificates[at] } as Issued));
}
