/** Certificates of the CBOR form, as Open DICE writes them: the order of the claims is its, not sorted. */
import { sha512 } from '@noble/hashes/sha2.js';
import type { KeyKind } from '../../spec/evidence/facts.ts';
import type { Bytes } from '../bytes.ts';
import type { Cbor } from '../cbor/decode.ts';
import { encode } from '../cbor/encode.ts';
import type { PublicKey } from '../cose/key.ts';
import { coseKeyOf } from '../cose/key.ts';
import type { PrivateKey } from '../cose/signature.ts';
import { writeSign1 } from '../cose/sign1.ts';
import type { Cdis } from './derive.ts';
import { deriveCdis, keyName, keyPairFrom } from './derive.ts';
import { claims } from './labels.ts';

/** What one stage says of the next; the configuration is a descriptor, or 64 bytes as they are. */
export interface Layer {
  readonly codeHash: Bytes;
  readonly codeDescriptor?: Bytes;
  readonly config: { readonly descriptor: Bytes } | { readonly inline: Bytes };
  readonly authorityHash: Bytes;
  readonly authorityDescriptor?: Bytes;
  readonly mode: number;
  readonly hidden: Bytes;
}

/** Only to sign certificates, as little-endian bits. */
const keyCertSign = Uint8Array.of(0x20);

/** What goes into the secrets for the configuration. */
export const configInput = ({ config }: Layer): Bytes =>
  'inline' in config ? config.inline : sha512(config.descriptor);

/** The claims about a layer and its key, in the order in which Open DICE writes them. */
export function payloadOf(layer: Layer, issuer: PublicKey, subject: PublicKey, profile?: string): Bytes {
  const { config, codeDescriptor, authorityDescriptor } = layer;
  const optional = (label: number, value: Cbor | undefined): readonly (readonly [Cbor, Cbor])[] =>
    value === undefined ? [] : [[label, value]];
  const inline = 'inline' in config;
  return encode(
    new Map<Cbor, Cbor>([
      [claims.issuer, keyName(issuer.raw)],
      [claims.subject, keyName(subject.raw)],
      [claims.codeHash, layer.codeHash],
      ...optional(claims.codeDescriptor, codeDescriptor),
      ...optional(claims.configDescriptor, inline ? config.inline : config.descriptor),
      ...optional(claims.configHash, inline ? undefined : configInput(layer)),
      [claims.authorityHash, layer.authorityHash],
      ...optional(claims.authorityDescriptor, authorityDescriptor),
      [claims.mode, Uint8Array.of(layer.mode)],
      [claims.subjectKey, encode(coseKeyOf(subject, 'with operations'))],
      [claims.keyUsage, keyCertSign],
      ...optional(claims.profileName, profile),
    ]),
  );
}

/** What one stage hands to the next. */
export interface Stage {
  readonly cdis: Cdis;
  /** The root key, then a certificate for each layer; CBOR values of a chain. */
  readonly chain: readonly Cbor[];
  readonly key: PrivateKey;
}

/** The first stage, which has the UDS and nothing before it. */
export function firstStage(uds: Bytes, keyKind: KeyKind = 'Ed25519'): Stage {
  const key = keyPairFrom(keyKind, uds);
  return { cdis: { attest: uds, seal: uds }, chain: [coseKeyOf(key, 'with operations')], key };
}

/** Measure a layer, and derive what it gets. */
export function nextStage(stage: Stage, layer: Layer, keyKind: KeyKind = 'Ed25519', profile?: string): Stage {
  const cdis = deriveCdis(stage.cdis, { ...layer, config: configInput(layer) });
  const key = keyPairFrom(keyKind, cdis.attest);
  const certificate = writeSign1(payloadOf(layer, stage.key, key, profile), stage.key);
  return { cdis, chain: [...stage.chain, certificate], key };
}
