/** Configuration descriptors: what pvmfw and Microdroid write into their certificates. */
import type { Bytes } from '../bytes.ts';
import type { Cbor } from '../cbor/decode.ts';
import { encode } from '../cbor/encode.ts';
import { configFields, microdroidFields } from './labels.ts';

export interface Component {
  readonly name?: string;
  readonly version?: number | string;
  readonly resettable?: boolean;
  readonly securityVersion?: number | bigint;
  readonly rkpVmMarker?: boolean;
}

type Entry = readonly [Cbor, Cbor];

const ifGiven = (label: number, value: Cbor | undefined): readonly Entry[] =>
  value === undefined ? [] : [[label, value]];
const ifSo = (label: number, flag: boolean | undefined): readonly Entry[] => (flag ? [[label, null]] : []);

/** The fields that every component may have, in the order in which Open DICE writes them. */
export const componentDescriptor = (component: Component): Bytes =>
  encode(
    new Map([
      ...ifGiven(configFields.componentName, component.name),
      ...ifGiven(configFields.componentVersion, component.version),
      ...ifSo(configFields.resettable, component.resettable),
      ...ifGiven(configFields.securityVersion, component.securityVersion),
      ...ifSo(configFields.rkpVmMarker, component.rkpVmMarker),
    ]),
  );

/** An APK or APEX inside the payload. */
export interface Subcomponent {
  readonly name: string;
  readonly version: number | bigint;
  readonly codeHash: Bytes;
  readonly authorityHash: Bytes;
}

const subcomponentLabels = { name: 1, version: 2, codeHash: 3, authorityHash: 4 } as const;

/** The descriptor of Microdroid's payload: by the path of its configuration or by the name of its binary. */
export function payloadDescriptor(
  payload: { readonly configPath: string } | { readonly binaryName: string },
  subcomponents: readonly Subcomponent[],
  securityVersion: number | bigint = 0,
): Bytes {
  const parts = subcomponents.map(
    ({ name, version, codeHash, authorityHash }) =>
      new Map<Cbor, Cbor>([
        [subcomponentLabels.name, name],
        [subcomponentLabels.version, version],
        [subcomponentLabels.codeHash, codeHash],
        [subcomponentLabels.authorityHash, authorityHash],
      ]),
  );
  return encode(
    new Map<Cbor, Cbor>([
      [configFields.componentName, 'Microdroid payload'],
      'configPath' in payload
        ? [microdroidFields.configPath, payload.configPath]
        : [microdroidFields.payloadConfig, new Map([[1, payload.binaryName]])],
      ...ifGiven(microdroidFields.subcomponents, parts.length === 0 ? undefined : parts),
      [configFields.securityVersion, securityVersion],
    ]),
  );
}
