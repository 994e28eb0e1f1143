/** What a device claims of itself in a request. */
import type { DeviceInfoClaims, DeviceText, Field } from '../../spec/evidence/facts.ts';
import type { Cbor, CborMap } from '../cbor/decode.ts';
import { isMap } from '../cbor/decode.ts';
import { asHex, asText, asUnsigned32, field } from './fields.ts';

const texts: readonly DeviceText[] = [
  'brand',
  'manufacturer',
  'product',
  'model',
  'device',
  'vb_state',
  'bootloader_state',
  'os_version',
  'security_level',
];
const patchLevels = ['system_patch_level', 'boot_patch_level', 'vendor_patch_level'] as const;
const fields: readonly Cbor[] = [...texts, ...patchLevels, 'vbmeta_digest', 'fused', 'version'];

export function readDeviceInfo(value: Cbor | undefined): DeviceInfoClaims {
  const map: CborMap = isMap(value) ? value : new Map();
  return {
    isMap: isMap(value),
    unknownFields: [...map.keys()].filter((key) => !fields.includes(key)).map((key) => String(key as string | number)),
    texts: Object.fromEntries(texts.map((text) => [text, field(map, text, asText)])) as Record<
      DeviceText,
      Field<string>
    >,
    patchLevels: patchLevels.map((level) => field(map, level, asUnsigned32)),
    vbmetaDigest: field(map, 'vbmeta_digest', asHex),
    fused: field(map, 'fused', asUnsigned32),
    version: field(map, 'version', asUnsigned32),
  };
}
