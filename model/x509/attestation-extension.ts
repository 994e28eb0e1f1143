/** The extension in which the RKP VM says what it has attested: challenge, modes and components, in DER. */
import { utf8ToBytes } from '@noble/hashes/utils.js';
import {
  AsnConvert,
  AsnIntegerBigIntConverter,
  AsnProp,
  AsnPropTypes,
  AsnType,
  AsnTypeTypes,
} from '@peculiar/asn1-schema';
import type { Bytes } from '../bytes.ts';
import { hex } from '../bytes.ts';
import type { Subcomponent } from '../dice/config.ts';
import { isDer } from './der.ts';
import type { Extension } from './write.ts';
import { integer, octetString, sequence, truth, utf8String } from './write.ts';

export const attestationExtensionId = '1.3.6.1.4.1.11129.2.1.29.1';

export interface Attested {
  readonly challenge: Bytes;
  /** Every stage is in normal mode. */
  readonly isSecure: boolean;
  readonly components: readonly Subcomponent[];
}

export const attestationExtension = ({ challenge, isSecure, components }: Attested): Extension => ({
  id: attestationExtensionId,
  value: sequence(
    octetString(challenge),
    truth(isSecure),
    sequence(
      ...components.map(({ name, version, codeHash, authorityHash }) =>
        sequence(
          utf8String(utf8ToBytes(name)),
          integer(BigInt(version)),
          octetString(codeHash),
          octetString(authorityHash),
        ),
      ),
    ),
  ),
});

class ComponentSchema {
  name = '';
  securityVersion = 0n;
  codeHash = new ArrayBuffer(0);
  authorityHash = new ArrayBuffer(0);
}
class ExtensionSchema {
  attestationChallenge = new ArrayBuffer(0);
  isVmSecure = false;
  vmComponents: ComponentSchema[] = [];
}

// why: decorators are functions, and are called as such, so that the sources need no other compiler.
const isSequence = AsnType({ type: AsnTypeTypes.Sequence });
isSequence(ComponentSchema);
AsnProp({ type: AsnPropTypes.Utf8String })(ComponentSchema.prototype, 'name');
AsnProp({ type: AsnPropTypes.Integer, converter: AsnIntegerBigIntConverter })(
  ComponentSchema.prototype,
  'securityVersion',
);
for (const hash of ['codeHash', 'authorityHash'])
  AsnProp({ type: AsnPropTypes.OctetString })(ComponentSchema.prototype, hash);
isSequence(ExtensionSchema);
AsnProp({ type: AsnPropTypes.OctetString })(ExtensionSchema.prototype, 'attestationChallenge');
AsnProp({ type: AsnPropTypes.Boolean })(ExtensionSchema.prototype, 'isVmSecure');
AsnProp({ type: ComponentSchema, repeated: 'sequence' })(ExtensionSchema.prototype, 'vmComponents');

/** Hashes as hexadecimal digits, versions as they are. */
export interface ReadAttested {
  readonly challenge: string;
  readonly isSecure: boolean;
  readonly components: readonly {
    readonly name: string;
    readonly version: bigint;
    readonly codeHash: string;
    readonly authorityHash: string;
  }[];
}

/** Reads the extension, or gives undefined for what is not one in DER. Never throws. */
export function readAttestationExtension(der: Bytes): ReadAttested | undefined {
  if (!isDer(der)) return undefined;
  const digits = (bytes: ArrayBuffer): string => hex(new Uint8Array(bytes));
  try {
    const read = AsnConvert.parse(der, ExtensionSchema);
    return {
      challenge: digits(read.attestationChallenge),
      isSecure: read.isVmSecure,
      components: read.vmComponents.map(({ name, securityVersion, codeHash, authorityHash }) => ({
        name,
        version: securityVersion,
        codeHash: digits(codeHash),
        authorityHash: digits(authorityHash),
      })),
    };
  } catch {
    // The library throws for whatever does not fit the schema.
    return undefined;
  }
}
