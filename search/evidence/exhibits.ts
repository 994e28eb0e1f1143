/** Evidence on which verifiers in use disagree, each with what an attacker makes of it, or what else is lost by it. */
import { readFileSync } from 'node:fs';
import { concat, unhex } from '../../model/bytes.ts';
import type { Cbor } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';
import { coseLabels } from '../../model/cose/key.ts';
import { claims } from '../../model/dice/labels.ts';
import type { EntryChanges, Plan } from '../../model/forge/chain.ts';
import { soundPlan } from '../../model/forge/chain.ts';
import { replaced } from '../../model/forge/tamper.ts';
import type { Options } from '../../spec/evidence/options.ts';
import { aChain, anEntry, aRequest } from './edges/edge.ts';
import { partsOf, selfSignedChain, set } from './forgeries/forgery.ts';
import { unprotected } from './forgeries/keys.ts';
import { aHandover, lastSecond, theirs, untilThen, withKeyToSign } from './hwtrust-kinds.ts';

export interface Exhibit {
  readonly description: string;
  readonly loses: string;
  readonly options?: Partial<Options>;
  readonly make: (device: string) => Uint8Array;
}

/** As few and as cheap keys as will do. */
const small: Plan = { ...soundPlan, kinds: ['Ed25519', 'Ed25519'] };
const rkpVm: Plan = { ...soundPlan, kinds: ['Ed25519', 'Ed25519', 'Ed25519'], markers: [true, true] };
const first = (changes: EntryChanges, plan: Partial<Plan> = {}) => anEntry(changes, { ...small, ...plan }, 0);
const note = encode('note');
const avf: Partial<Options> = { instance: 'avf' };
const explicit = (device: string): Uint8Array => {
  const [root = null, ...entries] = partsOf({ ...small, device });
  return encode([1, encode(root, { sorted: true }), ...entries]);
};

/** An RKP VM says placeholders, and its number of `fused` is no truth value. */
const placeholders = new Map<Cbor, Cbor>([
  ...(['vb_state', 'bootloader_state', 'product', 'model', 'device', 'security_level'] as const).map(
    (text) => [text, 'avf'] as const,
  ),
  ...(['brand', 'manufacturer'] as const).map((text) => [text, 'aosp-avf'] as const),
  ['fused', 7],
]);

const version2 = (): Uint8Array => {
  const file = new URL('../../model/vectors/hwtrust/factory_csr/v2_p256_valid.json', import.meta.url);
  return new Uint8Array(
    Buffer.from((JSON.parse(readFileSync(file, 'utf8')) as { readonly csr: string }).csr, 'base64'),
  );
};

export const exhibits: readonly Exhibit[] = [
  {
    description: 'somebody else has a map with a key twice in a descriptor',
    loses: 'a service that takes the first value and one that takes the last see two configurations of one stage',
    make: theirs('a200000001', { kinds: ['Ed25519', 'Ed25519', 'Ed25519'] }),
  },
  {
    description: 'an unprotected header has a float',
    loses: 'whoever carries evidence adds one, and keeps a reader that stops at it from evidence that others believe',
    make: aChain(
      {
        entries: { 0: unprotected(['note', 'value']) },
        bytes: (bytes) => replaced(bytes, concat(note, encode('value')), concat(note, unhex('f93c00'))),
      },
      small,
    ),
  },
  {
    description: 'three parts are signed, the first of which is another challenge',
    loses: 'old evidence passes for fresh with a server that counts parts from the beginning',
    make: aRequest({ data: ([challenge = null, payload = null]) => [unhex('00'), challenge, payload] }, small),
  },
  {
    description: 'the root key is in a byte string',
    loses: 'the owner of a device is denied by the one and served by the other; nobody is believed wrongly',
    make: explicit,
  },
  {
    description: 'a handover, as firmware hands it on',
    loses: 'nothing is: only firmware is ever given one',
    make: aHandover,
  },
  {
    description: 'the root key names the algorithm of ECDH',
    loses: 'a key that is there for agreeing on others, and guarded for no more, vouches for a device',
    make: aChain({ rootKey: set(coseLabels.alg, -25) }, small),
  },
  {
    description: 'a certificate of the root key for itself, from an RKP VM',
    loses: 'a device without a measured stage passes for one with an RKP VM, and certifies VMs of its own making',
    options: avf,
    make: selfSignedChain,
  },
  {
    description: 'a chain of the profile widevine.19',
    loses: 'components of Widevine are denied until the verifier is updated',
    make: aChain({}, { ...small, profile: 'widevine.19' }),
  },
  {
    description: 'a certificate in its last second',
    loses: 'a second of its time',
    options: { at: lastSecond },
    make: untilThen,
  },
  {
    description: 'a request of version 2, encrypted to a key that all know',
    loses: 'whoever carries it reads it, and puts another in its place',
    make: version2,
  },
  {
    description: 'a key of RSA is to be certified',
    loses: 'a key that no HAL makes gets a certificate that says that one did',
    make: withKeyToSign(coseLabels.kty, 3, small),
  },
  {
    description: 'an RKP VM says 7 for `fused`',
    loses: 'a server that takes any number but 0 for yes takes the device for fused',
    options: avf,
    make: aRequest(
      {
        payload: ([version = null, _, ...rest]) => [version, 'rkp-vm', ...rest],
        deviceInfo: (fields) => {
          for (const [text, value] of placeholders) fields.set(text, value);
        },
      },
      rkpVm,
    ),
  },
  {
    description: 'a stage was measured with SHA-256',
    loses: 'VMs of a device whose firmware measures so are attested by nobody, though servers believe its chain',
    make: first(
      {
        claims: (fields) => {
          for (const hash of [claims.codeHash, claims.authorityHash]) fields.set(hash, new Uint8Array(32).fill(1));
          fields.delete(claims.configHash);
        },
      },
      { profile: 'android.15' },
    ),
  },
  {
    description: 'a mode is a number',
    loses: 'a stage that one verifier takes for normal has for another no mode at all',
    make: first({ claims: set(claims.mode, 1) }),
  },
];
