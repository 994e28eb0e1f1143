/** Configuration descriptors, as facts. */
import type { DescriptorClaims } from '../../spec/evidence/facts.ts';
import type { Bytes } from '../bytes.ts';
import type { Cbor, CborMap } from '../cbor/decode.ts';
import { decode, isInteger } from '../cbor/decode.ts';
import { EncodingError } from '../cbor/faults.ts';
import type { Rules } from '../cbor/scan.ts';
import { entriesOf, major, scan } from '../cbor/scan.ts';
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

/** Reads a descriptor. Never throws. Values under keys that belong to others may be of any kind; they stay bytes. */
export function readDescriptor(bytes: Bytes, rules: Rules = {}): DescriptorClaims {
  try {
    const entries = entriesOf(bytes, { ...rules, anyKind: true });
    return entries === undefined ? unread : factsOf(entries, rules);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return { ...unread, fault: error.fault };
  }
}

const known: readonly Cbor[] = Object.values(configFields);

const isReserved = (key: Cbor): boolean => isInteger(key) && key >= reservedFields.from && key <= reservedFields.to;

function factsOf(entries: readonly (readonly [Bytes, Bytes])[], rules: Rules): DescriptorClaims {
  const keys = entries.map(([key]) => decode(key, rules));
  const ours = entries.flatMap(([_, value], at) => {
    const key = keys[at] as Cbor;
    return known.includes(key) ? [[key, valueOf(value, rules)] as const] : [];
  });
  const map: CborMap = new Map(rules.repeatedKeys === 'first' ? ours.toReversed() : ours);
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

/** No field of ours is a tag or a float, so that either counts as the wrong type, as an array does. */
function valueOf(bytes: Bytes, rules: Rules): Cbor {
  return scan(bytes, { ...rules, anyKind: true }).major >= major.array && bytes[0] !== 0xf6 ? [] : decode(bytes, rules);
}
