/** Evidence made to order: sound if nothing is changed, and otherwise wrong in the one place that is named. */
import { sha512 } from '@noble/hashes/sha2.js';
import type { KeyKind } from '../../spec/evidence/facts.ts';
import { ascii } from '../bytes.ts';
import type { Cbor } from '../cbor/decode.ts';
import { isMap } from '../cbor/decode.ts';
import { encode } from '../cbor/encode.ts';
import { coseKeyOf, kindNumbers } from '../cose/key.ts';
import type { PublicKey } from '../cose/key.ts';
import type { PrivateKey } from '../cose/signature.ts';
import { signWith } from '../cose/signature.ts';
import { covered, headerLabels, signedBytes } from '../cose/sign1.ts';
import { keyName, keyPairFrom } from '../dice/derive.ts';
import { claims, configFields, modes } from '../dice/labels.ts';

/** Maps that are changed before they are encoded; a change may also put another value in their place. */
export type Fields = Map<Cbor, Cbor>;
export type Change<T> = (value: T, place: Place) => Cbor | undefined;

/** Where a message is signed: the keys of the chain from its root on, and the number of the one that is to sign. */
export interface Place {
  readonly keys: readonly PrivateKey[];
  readonly at: number;
}

/** What is done differently in one entry. Each change sees the sound value, and may give another. */
export interface EntryChanges {
  readonly descriptor?: Change<Fields>;
  /** The descriptor as bytes, after which its hash is taken. */
  readonly descriptorBytes?: (bytes: Uint8Array) => Uint8Array;
  readonly key?: Change<Fields>;
  readonly claims?: Change<Fields>;
  readonly payload?: (bytes: Uint8Array) => Uint8Array;
  readonly header?: Change<Fields>;
  readonly entry?: Change<Cbor[]>;
  /** Who signs instead. */
  readonly signer?: (place: Place) => PrivateKey | undefined;
}

export interface Changes {
  readonly entries?: Readonly<Record<number, EntryChanges>>;
  readonly rootKey?: Change<Fields>;
  readonly chain?: Change<Cbor[]>;
  readonly bytes?: (bytes: Uint8Array) => Uint8Array;
}

/** The key kinds of a chain, from root to leaf, and the profile that its certificates name. */
export interface Plan {
  readonly kinds: readonly KeyKind[];
  readonly profile: string | undefined;
  /** Which device it is; each has other secrets and measurements. */
  readonly device?: string;
  readonly markers?: readonly boolean[];
}

export const soundPlan: Plan = { kinds: ['Ed25519', 'P-256', 'P-384', 'Ed25519'], profile: 'android.16' };

/** The private keys of a plan; the same plan always has the same. */
export const keysOf = (plan: Plan): readonly PrivateKey[] => plan.kinds.map((kind, at) => keyOf(plan, kind, at));

const known = new Map<string, PrivateKey>();

/** Made once: most evidence is of few devices, and a key takes as long as a signature. */
function keyOf(plan: Plan, kind: KeyKind, at: number): PrivateKey {
  const name = `${kind} ${at} ${plan.device ?? ''}`;
  const key = known.get(name) ?? keyPairFrom(kind, secretOf(plan, at));
  known.set(name, key);
  return key;
}

/** The attestation secret of a stage, from which its key is made. */
export const secretOf = ({ device = 'a device' }: Plan, stage: number): Uint8Array =>
  sha512(ascii(`secret of stage ${stage} of ${device}`)).slice(0, 32);

const applied = <T extends Cbor>(value: T, change: Change<T> | undefined, place: Place): Cbor =>
  change?.(value, place) ?? value;

export function forgeChain(plan: Plan, changes: Changes = {}): Cbor {
  const keys = keysOf(plan);
  const [root, ...others] = keys as [PrivateKey, ...PrivateKey[]];
  const entries = others.map((_, at) => forgeEntry(plan, { keys, at }, changes.entries?.[at] ?? {}));
  const rootKey = applied(new Map(coseKeyOf(root, 'with operations')), changes.rootKey, { keys, at: 0 });
  return applied<Cbor[]>([rootKey, ...entries], changes.chain, { keys, at: 0 });
}

export function forgeChainBytes(plan: Plan, changes: Changes = {}): Uint8Array {
  const bytes = encode(forgeChain(plan, changes));
  return changes.bytes?.(bytes) ?? bytes;
}

const forgeEntry = (plan: Plan, place: Place, changes: EntryChanges): Cbor =>
  signed(encode(applied(claimsOf(plan, place, changes), changes.claims, place)), place, changes);

function claimsOf(plan: Plan, place: Place, changes: EntryChanges): Fields {
  const { keys, at } = place;
  const [issuer, subject] = keys.slice(at, at + 2) as [PrivateKey, PrivateKey];
  const made = encode(applied(descriptorOf(plan, at), changes.descriptor, place));
  const descriptor = changes.descriptorBytes?.(made) ?? made;
  const key = applied(new Map(coseKeyOf(subject, 'with operations')), changes.key, place);
  const { device = 'a device' } = plan;
  return new Map<Cbor, Cbor>([
    [claims.issuer, keyName(issuer.raw)],
    [claims.subject, keyName(subject.raw)],
    [claims.codeHash, sha512(ascii(`code ${at} of ${device}`))],
    [claims.configDescriptor, descriptor],
    [claims.configHash, sha512(descriptor)],
    [claims.authorityHash, sha512(ascii(`authority ${at}`))],
    [claims.mode, Uint8Array.of(modes.normal)],
    [claims.subjectKey, encode(key)],
    [claims.keyUsage, Uint8Array.of(0x20)],
    ...(plan.profile === undefined ? [] : [[claims.profileName, plan.profile] as const]),
  ]);
}

const descriptorOf = ({ markers }: Plan, at: number): Fields =>
  new Map<Cbor, Cbor>([
    [configFields.componentName, `component ${at}`],
    [configFields.securityVersion, at],
    ...(markers?.[at] ? [[configFields.rkpVmMarker, null] as const] : []),
  ]);

/** A COSE_Sign1, its protected header changed before it is signed. */
function signed(sound: Uint8Array, place: Place, changes: EntryChanges = {}): Cbor {
  const payload = changes.payload?.(sound) ?? sound;
  const key = changes.signer?.(place) ?? place.keys[place.at];
  if (key === undefined) throw new Error('unreachable: a plan has keys');
  const named = new Map<Cbor, Cbor>([[headerLabels.alg, kindNumbers[key.keyKind].alg]]);
  const header = applied(named, changes.header, place);
  const protectedBytes = encode(header);
  const under = isMap(header) ? covered(protectedBytes, header) : protectedBytes;
  const signature = signWith(key, signedBytes({ protectedBytes: under, payload }, new Uint8Array()));
  return applied<Cbor[]>([protectedBytes, new Map<Cbor, Cbor>(), payload, signature], changes.entry, place);
}

/** A request around a chain. */
export interface RequestChanges {
  readonly payload?: Change<Cbor[]>;
  readonly payloadBytes?: (bytes: Uint8Array) => Uint8Array;
  readonly deviceInfo?: Change<Fields>;
  readonly data?: Change<Cbor[]>;
  readonly udsCerts?: Cbor | ((rootKey: PublicKey) => Cbor);
  readonly signing?: EntryChanges;
  readonly request?: Change<Cbor[]>;
  readonly chain?: Changes;
  readonly bytes?: (bytes: Uint8Array) => Uint8Array;
}

const deviceInfo = (): Fields =>
  new Map<Cbor, Cbor>([
    ['brand', 'generic'],
    ['fused', 1],
    ['model', 'the best one'],
    ['device', 'really the best'],
    ['product', 'phone'],
    ['vb_state', 'green'],
    ['os_version', 'dessert'],
    ['manufacturer', 'acme'],
    ['vbmeta_digest', ascii('abcdefg')],
    ['security_level', 'tee'],
    ['boot_patch_level', 30300102],
    ['bootloader_state', 'locked'],
    ['system_patch_level', 303010],
    ['vendor_patch_level', 30300304],
  ]);

export function forgeRequestBytes(plan: Plan, changes: RequestChanges = {}): Uint8Array {
  const keys = keysOf(plan);
  const leaf = { keys, at: keys.length - 1 };
  const info = applied(deviceInfo(), changes.deviceInfo, leaf);
  const made = encode(applied<Cbor[]>([3, 'keymint', info, []], changes.payload, leaf));
  const payload = changes.payloadBytes?.(made) ?? made;
  const data = encode(applied<Cbor[]>([ascii('a challenge'), payload], changes.data, leaf));
  const signedData = signed(data, leaf, changes.signing);
  const { udsCerts = new Map() } = changes;
  const vouched = typeof udsCerts === 'function' ? udsCerts(keys[0] as PublicKey) : udsCerts;
  const parts = [1, vouched, forgeChain(plan, changes.chain), signedData];
  const bytes = encode(applied<Cbor[]>(parts, changes.request, leaf));
  return changes.bytes?.(bytes) ?? bytes;
}
