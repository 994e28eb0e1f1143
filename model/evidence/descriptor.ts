/** Configuration descriptors, as facts. */
import type { DescriptorClaims } from '../../spec/evidence/facts.ts';
import type { Bytes } from '../bytes.ts';
import type { Cbor, CborMap } from '../cbor/decode.ts';
import { decode, isInteger, isMap } from '../cbor/decode.ts';
import { EncodingError } from '../cbor/faults.ts';
import type { Rules } from '../cbor/reader.ts';
import { configFields, reservedFields } from '../dice/labels.ts';
import { asNull, asSigned64, asText, asUnsigned64, field } from './fields.ts';

const absent = { kind: 'absent' } as const;

const unread: DescriptorClaims = {
  fault: undefined,
  isMap: false,
  hasOnlyIntegerKeys: false,
  reservedKeys: [],
  componentName: absent,
  componentVersion: absent,
  componentVersionIsText: false,
  instanceName: absent,
  resettable: absent,
  securityVersion: absent,
  rkpVmMarker: absent,
};

/** Reads a descriptor. Never throws. Values under keys that belong to others may be of any kind. */
export function readDescriptor(bytes: Bytes, rules: Rules = {}): DescriptorClaims {
  try {
    const value = decode(bytes, { ...rules, anyKind: true });
    return isMap(value) ? factsOf(value) : unread;
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return { ...unread, fault: error.fault };
  }
}

const known: readonly Cbor[] = Object.values(configFields);

const isReserved = (key: Cbor): boolean => isInteger(key) && key >= reservedFields.from && key <= reservedFields.to;

function factsOf(map: CborMap): DescriptorClaims {
  const keys = [...map.keys()];
  const version = configFields.componentVersion;
  return {
    fault: undefined,
    isMap: true,
    hasOnlyIntegerKeys: keys.every((key) => asSigned64(key) !== undefined),
    reservedKeys: keys.filter((key) => isReserved(key) && !known.includes(key)).map((key) => String(key as number)),
    componentName: field(map, configFields.componentName, asText),
    componentVersion: field(map, version, (value) => asText(value) ?? asSigned64(value)),
    componentVersionIsText: typeof map.get(version) === 'string',
    instanceName: field(map, configFields.instanceName, asText),
    resettable: field(map, configFields.resettable, asNull),
    securityVersion: field(map, configFields.securityVersion, asUnsigned64),
    rkpVmMarker: field(map, configFields.rkpVmMarker, asNull),
  };
}
