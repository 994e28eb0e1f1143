/** Requests for certificates, as facts. */
import type { DeviceInfoClaims, RequestFacts } from '../../spec/evidence/facts.ts';
import type { Bytes } from '../bytes.ts';
import type { Cbor } from '../cbor/decode.ts';
import { decode, isArray, isBytes, isMap, tryDecode } from '../cbor/decode.ts';
import { EncodingError } from '../cbor/faults.ts';
import type { Rules } from '../cbor/reader.ts';
import { readKeyMap } from '../cose/key.ts';
import { readSigned } from '../cose/sign1.ts';
import type { ReadChain } from './chain.ts';
import { chainOf } from './chain.ts';
import { readDeviceInfo } from './device-info.ts';
import { asHex, asText, asUnsigned32, field } from './fields.ts';
import { openVersion2 } from './request-v2.ts';
import { readUdsPaths } from './uds-path.ts';

export interface ReadRequest {
  readonly facts: RequestFacts;
  readonly chain: ReadChain;
}

const nothing = new Uint8Array();
const absent = { kind: 'absent' } as const;

/** Reads a request. Never throws. */
export function readRequest(bytes: Bytes, rules: Rules = {}): ReadRequest {
  try {
    return requestOf(decode(bytes, rules), { ...rules, followed: false });
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    const { facts, chain } = requestOf([], {});
    return { facts: { ...facts, fault: error.fault }, chain };
  }
}

/** The same of a value that was decoded already. */
export function requestOf(value: Cbor, rules: Rules): ReadRequest {
  const items = isArray(value) ? value : [];
  const [first, signers, links = null, envelope = null] = items;
  const isVersion2 = isArray(first);
  if (isVersion2 && rules.version2) return openedRequest(items, rules);
  // Version 2 has its chain elsewhere, encrypted.
  const chain = chainOf(isVersion2 ? null : links, rules);
  const { facts: signed, payload } = readSigned(envelope, chain.leafKey, rules);
  const data = readSignedData(payload, rules);
  const facts: RequestFacts = {
    fault: undefined,
    isVersion2,
    version: field(new Map(first === undefined ? [] : [[0, first]]), 0, asUnsigned32),
    length: items.length,
    chain: chain.facts,
    udsCertsIsMap: isMap(signers),
    udsPaths: readUdsPaths(signers, chain.rootKey, rules),
    signed,
    signedData: data.facts,
    payload: readCsrPayload(data.payload, rules),
  };
  return { facts, chain };
}

/** The description of its own that the device was asked for. */
const describedVersion = '2';

function openedRequest(items: readonly Cbor[], rules: Rules): ReadRequest {
  const { facts: none } = requestOf([], {});
  const { facts: version2, chain, signed, deviceInfo: described } = openVersion2(items, rules);
  const deviceInfo = readDeviceInfo(described);
  const { version } = deviceInfo;
  const isOpen = version2.isOpen && version.kind === 'given' && version.value === describedVersion;
  const payload = { ...none.payload, deviceInfo };
  const facts = { ...none, isVersion2: true, version2: { isOpen }, length: items.length, chain: chain.facts };
  return { facts: { ...facts, signed: signed.facts, payload }, chain };
}

function readSignedData(
  bytes: Bytes,
  rules: Rules,
): { readonly facts: RequestFacts['signedData']; readonly payload: Bytes } {
  const value = tryDecode(bytes, rules);
  const pair = lastOf('value' in value ? value.value : null, 2, rules);
  const [challenge, payload] = pair;
  const facts = {
    fault: 'fault' in value ? value.fault : undefined,
    isPair: pair.length === 2 && isBytes(payload),
    challenge: challenge === undefined ? absent : field(new Map([[0, challenge]]), 0, asHex),
  };
  return { facts, payload: isBytes(payload) ? payload : nothing };
}

function readCsrPayload(bytes: Bytes, rules: Rules): RequestFacts['payload'] {
  const value = tryDecode(bytes, rules);
  const parts = lastOf('value' in value ? value.value : null, 4, rules);
  const map = new Map<Cbor, Cbor>(parts.entries());
  return {
    fault: 'fault' in value ? value.fault : undefined,
    isArray: parts.length === 4,
    version: field(map, 0, asUnsigned32),
    certificateType: field(map, 1, asText),
    deviceInfo: readDeviceInfo(parts[2]) satisfies DeviceInfoClaims,
    keysToSign: isArray(parts[3]) ? parts[3].map((key) => readKeyMap(key).facts) : undefined,
  };
}

/** As many parts as there should be, or nothing. */
function lastOf(value: Cbor, count: number, { moreInFront }: Rules): readonly Cbor[] {
  if (!isArray(value)) return [];
  return value.length === count || (moreInFront && value.length > count) ? value.slice(-count) : [];
}
