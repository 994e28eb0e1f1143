/** Key attestations that are not to be believed: one or more for each check. */
import { ascii, concat, hex } from '../../../model/bytes.ts';
import { manufacturerKey } from '../../../model/forge/uds.ts';
import type { KeyChanges } from '../../../model/forge/key.ts';
import { bootKeyOf, forgeKeyPath, soundDescription, soundTrust } from '../../../model/forge/key.ts';
import { keyDescription, keyDescriptionId, keyTags, writeRootOfTrust } from '../../../model/x509/key-description.ts';
import { rootKeyOf } from '../../../model/evidence/key-certificate.ts';
import type { ClauseId } from '../../../spec/clauses.generated.ts';
import type { KeyPolicy } from '../../../spec/evidence/key.ts';

const sound = forgeKeyPath();
const keyOfRoot = rootKeyOf(sound.at(-1) ?? new Uint8Array()) ?? '';
export const keyPolicy: KeyPolicy = {
  rootKeys: [keyOfRoot],
  revoked: [],
  challenge: hex(soundDescription.challenge),
  bootKeys: [],
};
export const pinned = hex(bootKeyOf('another vendor'));

export interface KeyForgery {
  readonly clause: ClauseId;
  readonly description: string;
  readonly policy?: Partial<KeyPolicy>;
  readonly path: () => readonly Uint8Array[];
}

const stranger = manufacturerKey('a stranger');
const forged = (
  clause: ClauseId,
  description: string,
  changes: KeyChanges,
  policy: Partial<KeyPolicy> = {},
): KeyForgery => ({
  clause,
  description,
  policy,
  path: () => forgeKeyPath(changes),
});
const description = keyDescription(soundDescription);
/** Locked for one reader, unlocked for another. */
const trustedTwice = keyDescription({
  ...soundDescription,
  more: [[keyTags.rootOfTrust, writeRootOfTrust({ ...soundTrust, isLocked: false })]],
}).value;
const inExtension = (value: Uint8Array): KeyChanges => ({ extensions: [{ id: keyDescriptionId, value }] });

export const keyForgeries: readonly KeyForgery[] = [
  {
    clause: 'KEY-ATTEST-FORM',
    description: 'there are 17 certificates',
    path: () => [...sound, ...Array.from({ length: 17 - sound.length }, () => sound.at(-1) ?? new Uint8Array())],
  },
  {
    clause: 'KEY-ATTEST-FORM',
    description: 'there is the certificate of the key alone',
    path: () => sound.slice(0, 1),
  },
  {
    clause: 'KEY-ATTEST-FORM',
    description: 'a certificate is cut off',
    path: () => sound.map((one, at) => (at === 1 ? one.slice(0, -1) : one)),
  },
  forged('KEY-ATTEST-ROOT', 'a stranger has made the root', {
    certificates: { 2: { signer: stranger }, 3: { key: stranger, signer: stranger } },
  }),
  { clause: 'KEY-ATTEST-ROOT', description: 'the root is left out', path: () => sound.slice(0, -1) },
  forged('KEY-ATTEST-REVOKED', 'the certificate of the batch was taken back', {}, { revoked: ['01'] }),
  forged('KEY-ATTEST-CURRENT', 'it is long after', {}, { at: Date.parse('2060-01-01') }),
  forged('KEY-ATTEST-CURRENT', 'it is long before', {}, { at: Date.parse('2000-01-01') }),
  forged('KEY-ATTEST-SIGNED', 'a stranger has signed for the batch', {
    certificates: { 0: { signer: stranger, withoutIds: true } },
  }),
  forged('KEY-ATTEST-SIGNED', 'the certificate of the key names another issuer', {
    certificates: { 0: { issuer: 'middle' } },
  }),
  {
    clause: 'KEY-ATTEST-SIGNED',
    description: 'a certificate is left out',
    path: () => sound.filter((_one, at) => at !== 1),
  },
  forged('KEY-ATTEST-ISSUERS', 'the certificate of the batch is for no authority', {
    certificates: { 1: { authority: undefined } },
  }),
  forged('KEY-ATTEST-ISSUERS', 'the root lets no authority follow', {
    certificates: { 3: { authority: { pathLength: 0 } } },
  }),
  forged('KEY-ATTEST-ONCE', 'an attested key has certified another', { certificates: { 1: { more: [description] } } }),
  forged('KEY-ATTEST-EXTENSION', 'there is no extension', { extensions: [] }),
  forged(
    'KEY-ATTEST-EXTENSION',
    'bytes follow the description',
    inExtension(concat(description.value, Uint8Array.of(5, 0))),
  ),
  forged('KEY-ATTEST-EXTENSION', 'the description is cut off', inExtension(description.value.slice(0, -1))),
  forged('KEY-ATTEST-EXTENSION', 'an entry is there twice', inExtension(trustedTwice)),
  forged('KEY-ATTEST-VERSION', 'the version is one of the future', { described: { version: 1000 } }),
  forged('KEY-ATTEST-LEVEL', 'software has made the statement', { described: { level: 'Software' } }),
  forged('KEY-ATTEST-LEVEL', 'software has the key', { described: { keyMintLevel: 'Software' } }),
  forged('KEY-ATTEST-CHALLENGE', 'it is for another session', { described: { challenge: ascii('another challenge') } }),
  forged('KEY-ATTEST-CHALLENGE', 'it is for a part of the challenge', { described: { challenge: ascii('a chall') } }),
  forged('KEY-ATTEST-TRUST', 'nothing is said of the device', { described: { rootOfTrust: undefined } }),
  forged('KEY-ATTEST-TRUST', 'software says how the device was booted', { described: { isSoftware: true } }),
  forged('KEY-ATTEST-HASH', 'there is no hash', { trust: { bootHash: undefined } }),
  forged('KEY-ATTEST-HASH', 'the hash is too short', { trust: { bootHash: new Uint8Array(31) } }),
  forged('KEY-ATTEST-LOCKED', 'the device is unlocked', { trust: { isLocked: false } }),
  forged('KEY-ATTEST-LOCKED', 'the device is unlocked, and says so in orange', {
    trust: { isLocked: false, state: 'Unverified' },
  }),
  forged('KEY-ATTEST-VERIFIED', 'nobody has verified the system', { trust: { state: 'Unverified' } }),
  forged('KEY-ATTEST-VERIFIED', 'the system has failed verification', { trust: { state: 'Failed' } }),
  forged('KEY-ATTEST-OWNER', 'the owner has signed the system', { trust: { state: 'SelfSigned' } }),
  forged('KEY-ATTEST-OWNER', 'another key is pinned', { trust: { state: 'SelfSigned' } }, { bootKeys: [pinned] }),
];
