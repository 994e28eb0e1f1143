/** Requests for certificates (AuthenticatedRequest of version 3 of the RKP HAL). */
import type { Cbor } from './cbor.ts';
import { decode, isArray, isBytes, isMap, isText, need } from './cbor.ts';
import type { Chain } from './chain.ts';
import { verifyChain } from './chain.ts';
import { checkKeyToSign, verifySign1 } from './cose.ts';
import { checkDeviceInfo } from './device-info.ts';
import type { Options } from './options.ts';
import { checkUdsPath } from './x509.ts';

export function verifyRequest(parts: readonly Cbor[], options: Options): Chain['kind'] {
  need(parts.length === 4 || parts.length === 5, 'not four parts or five');
  const [version, udsCerts, dice, signedData] = parts;
  need(version === 1n, 'not of version 1');
  const chain = verifyChain(dice, options);
  need(isMap(udsCerts), 'the certificates for the root key are no map');
  for (const { key: signer, value: path } of udsCerts.entries) {
    need(isText(signer), 'a signer without a name');
    need(isArray(path) && path.every(isBytes), 'no list of certificates');
    checkUdsPath(path, chain.rootKey, options.at);
  }
  const data = decode(verifySign1(signedData, chain.leafKey));
  need(isArray(data) && data.length === 2, 'no pair of challenge and payload');
  const [challenge, payload] = data;
  need(isBytes(challenge) && challenge.length <= 64, 'no challenge of at most 64 bytes');
  need(isBytes(payload), 'no payload in a byte string');
  checkPayload(decode(payload), chain, options);
  return chain.kind;
}

function checkPayload(payload: Cbor, { hasMarker }: Chain, { instance }: Options): void {
  need(isArray(payload) && payload.length === 4, 'not four parts');
  const [version, type, info, keys] = payload;
  need(version === 3n, 'not of version 3');
  need(isText(type), 'no type');
  need((type === 'rkp-vm') === (instance === 'avf'), 'a type for another instance');
  need(isArray(keys), 'no keys');
  keys.forEach(checkKeyToSign);
  need((type !== 'keymint' && type !== 'widevine') || !hasMarker, 'a VM that asks as a TEE');
  checkDeviceInfo(info);
}
