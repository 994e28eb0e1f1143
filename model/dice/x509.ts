/** Certificates of the X.509 form, as Open DICE writes them. Android's profile does not use them. */
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Bytes } from '../bytes.ts';
import { hex, unsigned } from '../bytes.ts';
import type { PublicKey } from '../cose/key.ts';
import type { PrivateKey } from '../cose/signature.ts';
import {
  enumerated,
  explicit,
  extensions,
  name,
  nameParts,
  octetString,
  sequence,
  utf8String,
  writeCertificate,
} from '../x509/write.ts';
import type { Layer } from './certificate.ts';
import { configInput } from './certificate.ts';
import { keyId } from './derive.ts';

const diceInput = '1.3.6.1.4.1.11129.2.1.24';
/** The clocks of boot stages cannot be trusted, so all certificates are valid from a fixed day on and for ever. */
const validity = { notBefore: '180322235959Z', notAfter: '99991231235959Z' } as const;

export function writeX509(layer: Layer, issuer: PrivateKey, subject: PublicKey, profile?: string): Bytes {
  const [authority, own] = [keyId(issuer.raw), keyId(subject.raw)];
  return writeCertificate(
    {
      serial: unsigned(own),
      issuer: name(nameParts.serialNumber, hex(authority)),
      subject: name(nameParts.serialNumber, hex(own)),
      ...validity,
      key: subject,
      extensions: [
        extensions.authorityKeyId(authority),
        extensions.subjectKeyId(own),
        extensions.keyCertSign(),
        extensions.authority(),
        { id: diceInput, critical: true, value: inputOf(layer, profile) },
      ],
    },
    issuer,
  );
}

/** What was measured, each part under its number; the hash of a configuration only where there is a descriptor. */
function inputOf(layer: Layer, profile: string | undefined): Bytes {
  const { config, codeDescriptor, authorityDescriptor } = layer;
  const bytes = (number: number, value: Bytes | undefined): readonly Bytes[] =>
    value === undefined ? [] : [explicit(number, octetString(value))];
  return sequence(
    ...bytes(0, layer.codeHash),
    ...bytes(1, codeDescriptor),
    ...bytes(2, 'inline' in config ? undefined : configInput(layer)),
    ...bytes(3, 'inline' in config ? config.inline : config.descriptor),
    ...bytes(4, layer.authorityHash),
    ...bytes(5, authorityDescriptor),
    explicit(6, enumerated(layer.mode)),
    ...(profile === undefined ? [] : [explicit(7, utf8String(utf8ToBytes(profile)))]),
  );
}
