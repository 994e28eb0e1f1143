/** X.509 paths that vouch for a root key, made to order. */
import { sha512 } from '@noble/hashes/sha2.js';
import { ascii, bigEndian } from '../bytes.ts';
import type { PublicKey } from '../cose/key.ts';
import type { PrivateKey } from '../cose/signature.ts';
import { keyId, keyPairFrom } from '../dice/derive.ts';
import { publicKeyOf } from '../rsa.ts';
import type { Extension, RsaAuthority } from '../x509/write.ts';
import { rsa } from './rsa.ts';
import { extensions, name, nameInUtf8, nameParts, writeCertificate } from '../x509/write.ts';

export const manufacturerKey = (word: string): PrivateKey => keyPairFrom('P-256', sha512(ascii(word)).slice(0, 32));

export interface Issued {
  readonly issuer: string;
  readonly subject: string;
  readonly key: PublicKey | RsaAuthority;
  readonly signer: PrivateKey | RsaAuthority;
  /** May sign certificates, and how many authorities may follow; undefined for none of it. */
  readonly authority?: { readonly pathLength?: number } | undefined;
  readonly more?: readonly Extension[];
  /** Leaves out by which key it was signed, so that the names alone tell. */
  readonly withoutIds?: true;
  /** Names are in UTF-8, and not in the fewer letters of a printable string. */
  readonly inUtf8?: true;
  /** What part the name of the issuer is, if not the usual one. */
  readonly issuerPart?: string;
  /** From when to when it is valid, in place of the usual years. */
  readonly validity?: { readonly notBefore: string; readonly notAfter: string };
  /** In place of the parameters of the signature algorithm. */
  readonly parameters?: Uint8Array;
  /** The parameters of a key of Ed25519, which has none. */
  readonly keyParameters?: Uint8Array;
}

const idOf = (key: PublicKey | RsaAuthority): Uint8Array =>
  keyId(key.keyKind === 'RSA' ? bigEndian(publicKeyOf(key).modulus, 128) : key.raw);

const validity = { notBefore: '240101000000Z', notAfter: '491231235959Z' } as const;

export function issue(issued: Issued): Uint8Array {
  const { issuer, subject, key, signer, authority, more = [], withoutIds, parameters, keyParameters } = issued;
  const write = issued.inUtf8 ? nameInUtf8 : name;
  const mayIssue = authority && [extensions.keyCertSign(), extensions.authority(authority.pathLength)];
  return writeCertificate(
    {
      serial: 1n,
      issuer: write(issued.issuerPart ?? nameParts.commonName, issuer),
      subject: write(nameParts.commonName, subject),
      ...(issued.validity ?? validity),
      key,
      ...(parameters && { parameters }),
      ...(keyParameters && { keyParameters }),
      extensions: [
        ...(withoutIds ? [] : [extensions.authorityKeyId(idOf(signer)), extensions.subjectKeyId(idOf(key))]),
        ...(mayIssue ?? []),
        ...more,
      ],
    },
    signer,
  );
}

const [manufacturer, model] = [manufacturerKey('maker'), manufacturerKey('model')];

/** The manufacturer for itself, the manufacturer for a model, and the model for a device. */
export const root = (): Uint8Array =>
  issue({ issuer: 'maker', subject: 'maker', key: manufacturer, signer: manufacturer, authority: {} });
export const intermediate = (authority?: Issued['authority']): Uint8Array =>
  issue({ issuer: 'maker', subject: 'model', key: model, signer: manufacturer, ...(authority && { authority }) });
export const leaf = (key: PublicKey, signer: PrivateKey = model, more: readonly Extension[] = []): Uint8Array =>
  issue({ issuer: 'model', subject: 'device', key, signer, more });

export const soundPath = (key: PublicKey): readonly Uint8Array[] => [
  root(),
  intermediate({ pathLength: 0 }),
  leaf(key),
];

/** The same of a manufacturer whose key is one of RSA. */
export const soundRsaPath = (key: PublicKey): readonly Uint8Array[] => [
  issue({ issuer: 'RSA maker', subject: 'RSA maker', key: rsa, signer: rsa, authority: {} }),
  issue({ issuer: 'RSA maker', subject: 'device', key, signer: rsa }),
];

const ed25519 = keyPairFrom('Ed25519', manufacturer.secret);

/** The same of a manufacturer whose key is one of Ed25519. */
export const soundEd25519Path = (key: PublicKey): readonly Uint8Array[] => [
  issue({ issuer: 'maker', subject: 'maker', key: ed25519, signer: ed25519, authority: {} }),
  issue({ issuer: 'maker', subject: 'device', key, signer: ed25519 }),
];
