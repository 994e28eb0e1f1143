/** COSE_Encrypt with ECDH-ES, HKDF-256 and AES-256-GCM, as requests of version 2 are encrypted (RFC 8152, 5 and 12.4). */
import { gcm } from '@noble/ciphers/aes.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../bytes.ts';
import { ascii, concat, unhex } from '../bytes.ts';
import type { Cbor, CborMap } from '../cbor/decode.ts';
import { isArray, isBytes, isMap } from '../cbor/decode.ts';
import { encode } from '../cbor/encode.ts';
import type { Rules } from '../cbor/reader.ts';
import { sameBytes } from '../bytes.ts';
import { agreementPoint } from './key.ts';
import { headerLabels, isSoundHeader, readHeader } from './sign1.ts';

/** A pair of keys to which something is encrypted. */
interface RecipientKey {
  readonly id: Bytes;
  readonly curve: 'X25519' | 'P-256';
  readonly secret: Bytes;
  readonly point: Bytes;
}

/** Those of Google's servers, whose private halves were published for tests when version 3 did without encryption. */
const publishedKeys: readonly RecipientKey[] = [
  {
    id: unhex('d0aec115ca2acf73ae6bcccbd1961d65e8b1ddd74a1a37b9433a97d599df9808'),
    curve: 'X25519',
    secret: unhex('476665dbaae11ddbd303f7ad68bbff8d90af8a4fb8bf7cf339c7e973ec70758c'),
    point: unhex('be85e746c4a3425a40d9363aa615d02c587e3ddc330232d2fc5e1e87255f7260'),
  },
  {
    id: unhex('3573b73fa08a8089b12667e9cb7c75a1af0261fc6e6503913bd34b7d14943e46'),
    curve: 'P-256',
    secret: unhex('d10a5159b2a03943c858f1dc3fc40a0339319d34018f30a9c4467e6461356ddf'),
    point: unhex(
      'e041cf2f0f340f1c332c41b0cfd70c305535d21e6a47134b2ed148967e249c681fce45c5fb61ba8121f9e5059b9b390e76868647b81e2f45f1ceafda3f8068db',
    ),
  },
];

/** What was encrypted to one of the published keys, or undefined. Throws an EncodingError. */
export function openWithPublished(value: Cbor, rules: Rules): Bytes | undefined {
  const message = layerOf(value, 4, rules);
  const [, , ciphertext, recipients] = isArray(value) ? value : [];
  if (message === undefined || !isBytes(ciphertext) || !isArray(recipients)) return undefined;
  const layers = recipients.map((one) => layerOf(one, 3, rules) ?? layerOf(one, 4, rules));
  if (layers.includes(undefined)) return undefined;
  for (const layer of layers) {
    const key = publishedKeys.find(({ id }) => isSame(layer?.unprotectedHeader.get(headerLabels.kid), id));
    if (layer && key) return opened(message, ciphertext, layer, key);
  }
  return undefined;
}

const isSame = (value: Cbor | undefined, bytes: Bytes): boolean => isBytes(value) && sameBytes(value, bytes);

interface Layer {
  readonly protectedBytes: Bytes;
  readonly unprotectedHeader: CborMap;
}

/** An array of so many parts that begins with two sound headers, and a ciphertext or null. */
function layerOf(value: Cbor, length: number, rules: Rules): Layer | undefined {
  const [protectedBytes, unprotectedHeader, ciphertext] = isArray(value) ? value : [];
  if (!isArray(value) || value.length !== length || !isBytes(protectedBytes) || !isMap(unprotectedHeader)) {
    return undefined;
  }
  if (!isBytes(ciphertext) && ciphertext !== null) return undefined;
  const header = readHeader(protectedBytes, rules);
  const areSound = header && [header, unprotectedHeader].every((one) => isSoundHeader(one, rules));
  return areSound ? { protectedBytes, unprotectedHeader } : undefined;
}

/** The label of the sender's key in the header of a recipient. */
const ephemeralKey = -1;

function opened(message: Layer, ciphertext: Bytes, recipient: Layer, key: RecipientKey): Bytes | undefined {
  const point = agreementPoint(recipient.unprotectedHeader.get(ephemeralKey), key.curve);
  const nonce = message.unprotectedHeader.get(headerLabels.iv);
  if (point === undefined || !isBytes(nonce)) return undefined;
  try {
    const shared = sharedSecret(key, point);
    const secret = hkdf(sha256, shared, undefined, contextOf(point, key.point), 32);
    const aad = encode(['Encrypt', message.protectedBytes, new Uint8Array()]);
    return gcm(secret, nonce, aad).decrypt(ciphertext);
  } catch {
    // The libraries throw for points that are none, and for what was encrypted otherwise.
    return undefined;
  }
}

/** The secret that both keys have in common: of a point of two coordinates the first. */
const sharedSecret = ({ curve, secret }: RecipientKey, point: Bytes): Bytes =>
  curve === 'X25519'
    ? x25519.getSharedSecret(secret, point)
    : p256.getSharedSecret(secret, concat(Uint8Array.of(0x04), point)).slice(1);

const a256Gcm = 3;
const keyBits = 256;
const none = new Uint8Array();

/** What the key is derived for: the algorithm, and both sides by name and key (RFC 8152, 11.2). */
const contextOf = (sender: Bytes, recipient: Bytes): Bytes =>
  encode([a256Gcm, [ascii('client'), none, sender], [ascii('server'), none, recipient], [keyBits, none]]);
