import { readFileSync } from 'node:fs';
import { sha512 } from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';
import type { KeyKind } from '../../spec/evidence/facts.ts';
import { ascii, concat, hex, unhex } from '../bytes.ts';
import { encode } from '../cbor/encode.ts';
import { readSign1, signedBytes } from '../cose/sign1.ts';
import { signWith, verifies } from '../cose/signature.ts';
import type { Layer, Stage } from './certificate.ts';
import { firstStage, nextStage, payloadOf } from './certificate.ts';
import { componentDescriptor, payloadDescriptor } from './config.ts';
import { kdf, keyId, keyPairFrom, keyPairOf, keySeed } from './derive.ts';
import type { SubjectKey } from '../x509/certificate.ts';
import { readCertificate } from '../x509/certificate.ts';
import { verifiesX509 } from '../x509/verify.ts';
import { writeChain } from './handover.ts';
import { writeX509 } from './x509.ts';
import { modes } from './labels.ts';

const vectors = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8'));

/** The pseudo-random inputs of the published tests: a stream of hashes of a counter that starts at a hash. */
function fake(seed: string, length: number): Uint8Array {
  const state = sha512(ascii(seed));
  const words = new DataView(state.buffer, state.byteOffset);
  let output = new Uint8Array();
  while (output.length < length) {
    output = Uint8Array.from(concat(output, sha512(state)));
    words.setBigUint64(0, words.getBigUint64(0, true) + 1n, true);
  }
  return output.slice(0, length);
}

const zeros = (length: number): Uint8Array => new Uint8Array(length);

const hashes = { codeHash: fake('code_hash', 64), authorityHash: fake('authority_hash', 64) };
const inputs: Readonly<Record<string, { secrets: 'zeros' | 'fake'; layer: Layer }>> = {
  ZeroInput: {
    secrets: 'zeros',
    layer: {
      codeHash: zeros(64),
      authorityHash: zeros(64),
      config: { inline: zeros(64) },
      mode: modes.notConfigured,
      hidden: zeros(64),
    },
  },
  HashOnlyInput: {
    secrets: 'fake',
    layer: { ...hashes, config: { inline: fake('inline_config', 64) }, mode: modes.notConfigured, hidden: zeros(64) },
  },
  DescriptorInput: {
    secrets: 'fake',
    layer: {
      ...hashes,
      codeDescriptor: fake('code_desc', 100),
      config: { descriptor: fake('config_desc', 40) },
      authorityDescriptor: fake('authority_desc', 65),
      mode: modes.notConfigured,
      hidden: zeros(64),
    },
  },
};

function stageOf(secrets: 'zeros' | 'fake', keyKind: KeyKind): Stage {
  const cdis =
    secrets === 'zeros'
      ? { attest: zeros(32), seal: zeros(32) }
      : { attest: fake('cdi_attest', 32), seal: fake('cdi_seal', 32) };
  return { cdis, chain: [], key: keyPairFrom(keyKind, cdis.attest) };
}

const { values } = vectors('open-dice/known_answers.json') as { readonly values: Readonly<Record<string, string>> };
const certificates = Object.keys(values).flatMap((name) => {
  const [_, kind = '', android = '', input = ''] = /^kExpectedCbor(\w+)Cert_(Android)?(\w+)$/.exec(name) ?? [];
  return input === '' ? [] : [{ name, kind, android: android !== '', input }];
});
const x509 = Object.keys(values).flatMap((name) => {
  const [_, kind = '', input = ''] = /^kExpectedX509(\w+)Cert_(\w+)$/.exec(name) ?? [];
  return input === '' ? [] : [{ name, kind, input }];
});
const keyKinds: Readonly<Record<string, KeyKind>> = { Ed25519: 'Ed25519', P256: 'P-256', P384: 'P-384' };

function profileOf(kind: KeyKind, android: boolean): string | undefined {
  if (android) return 'android.18';
  return kind === 'Ed25519' ? undefined : 'opendice.example';
}

describe('Open DICE', () => {
  test.each(Object.keys(inputs))('secrets: %s', (name) => {
    const { secrets, layer } = inputs[name] as (typeof inputs)[string];
    const { cdis } = nextStage(stageOf(secrets, 'Ed25519'), layer);
    expect(hex(cdis.attest)).toBe(values[`kExpectedCdiAttest_${name}`]);
    expect(hex(cdis.seal)).toBe(values[`kExpectedCdiSeal_${name}`]);
  });

  test.each(certificates)('certificate: $name', ({ name, kind, android, input }) => {
    const keyKind = keyKinds[kind] as KeyKind;
    const { secrets, layer } = inputs[input] as (typeof inputs)[string];
    const published = unhex(values[name] as string);
    const stage = stageOf(secrets, keyKind);
    const profile = profileOf(keyKind, android);
    const next = nextStage(stage, layer, keyKind, profile);
    const ours = encode(next.chain[0] ?? null);
    if (keyKind === 'Ed25519') expect(hex(ours)).toBe(hex(published));
    const theirs = readSign1(published);
    if (theirs === undefined) throw new Error('the published certificate is no COSE_Sign1');
    expect(hex(theirs.payload)).toBe(hex(payloadOf(layer, stage.key, next.key, profile)));
    expect(hex(theirs.protectedBytes)).toBe(hex(readSign1(ours)?.protectedBytes ?? zeros(0)));
    expect(verifies(stage.key, signedBytes(theirs, zeros(0)), theirs.signature)).toBe(true);
  });

  test.each(x509)('X.509 certificate: $name', ({ name, kind, input }) => {
    const keyKind = keyKinds[kind] as KeyKind;
    const { secrets, layer } = inputs[input] as (typeof inputs)[string];
    const stage = stageOf(secrets, keyKind);
    const next = nextStage(stage, layer, keyKind);
    const ours = writeX509(layer, stage.key, next.key, profileOf(keyKind, false));
    const published = unhex(values[name] as string);
    const [mine, theirs] = [readCertificate(ours), readCertificate(published)];
    if (keyKind === 'Ed25519') expect(hex(ours)).toBe(hex(published));
    if (mine === undefined || theirs === undefined) throw new Error('one is no certificate');
    expect(hex(mine.signed)).toBe(hex(theirs.signed));
    const issuer = readCertificate(writeX509(layer, stage.key, stage.key));
    expect(verifiesX509(issuer?.key as SubjectKey, theirs.signatureAlgorithm, theirs.signed, theirs.signature)).toBe(
      true,
    );
  });

  test('all published certificates of the X.509 form', () => {
    expect(x509).toHaveLength(6);
  });

  test('all published certificates of the CBOR form', () => {
    expect(certificates).toHaveLength(17);
  });
});

describe('the Android Virtualization Framework', () => {
  interface SampleLayer {
    readonly component_name: string;
    readonly component_version: number;
    readonly resettable: boolean;
    readonly security_version: number;
    readonly code_hash: string;
    readonly authority_hash: string;
    readonly mode: number;
    readonly hidden: string;
  }

  const layerOf = (layer: SampleLayer): Layer => ({
    codeHash: unhex(layer.code_hash),
    authorityHash: unhex(layer.authority_hash),
    config: {
      descriptor: componentDescriptor({
        name: layer.component_name,
        version: layer.component_version,
        resettable: layer.resettable,
        securityVersion: layer.security_version,
      }),
    },
    mode: layer.mode,
    hidden: unhex(layer.hidden),
  });

  test('a chain of three stages, with its secrets', () => {
    const sample = vectors('avf/sample_chain_kat.json') as {
      readonly inputs: { readonly UDS: string; readonly layers: readonly SampleLayer[] };
      readonly expected: { readonly CDI_Attest: string; readonly CDI_Seal: string; readonly DiceChain: string };
    };
    const last = sample.inputs.layers.reduce(
      (stage, layer) => nextStage(stage, layerOf(layer), 'Ed25519', 'android.16'),
      firstStage(unhex(sample.inputs.UDS)),
    );
    expect(hex(last.cdis.attest)).toBe(sample.expected.CDI_Attest);
    expect(hex(last.cdis.seal)).toBe(sample.expected.CDI_Seal);
    expect(hex(writeChain(last))).toBe(sample.expected.DiceChain);
  });

  test('the descriptors of the payload', () => {
    const known = vectors('avf/microdroid_config_descriptors_kat.json') as Readonly<Record<string, string>>;
    const byPath = { configPath: '/config_path' };
    const parts = [
      { name: 'apk1', version: 1, codeHash: unhex('2a2b'), authorityHash: unhex('11') },
      { name: 'apk2', version: 0x1000_0000_0001n, codeHash: unhex('2b'), authorityHash: unhex('1314') },
    ];
    expect(hex(payloadDescriptor(byPath, []))).toBe(known['config_path']);
    expect(hex(payloadDescriptor({ binaryName: 'payload_binary' }, []))).toBe(known['payload_binary']);
    expect(hex(payloadDescriptor(byPath, parts))).toBe(known['subcomponents']);
  });

  test('the single derivations', () => {
    const known = vectors('avf/open_dice_primitives_kat.json') as Readonly<Record<string, string>> & {
      readonly kdf: { ikm: string; salt: string; info: string; len: number; out: string };
      readonly cdi_certificate_id: { pub: string; out: string };
    };
    const { ikm, salt, info, len, out } = known.kdf;
    expect(hex(sha512(ascii('hello world')))).toBe(known['hash_hello_world']);
    expect(hex(kdf(len, ascii(ikm), ascii(salt), info))).toBe(out);
    expect(hex(keyId(ascii(known.cdi_certificate_id.pub)))).toBe(known.cdi_certificate_id.out);
    const attest = unhex(known['EXPECTED_CDI_ATTEST'] as string);
    expect(hex(keySeed(attest))).toBe(known['EXPECTED_CDI_PRIVATE_KEY_SEED']);
    const key = keyPairFrom('Ed25519', attest);
    expect(hex(key.raw)).toBe(known['EXPECTED_PUB_KEY']);
    expect(hex(signWith(key, ascii('MyMessage')))).toBe(known['EXPECTED_SIGNATURE_MyMessage']);
    const ecdsa = keyPairOf('P-256', keySeed(attest));
    expect(hex(ecdsa.raw)).toBe(known['EXPECTED_EC_P256_PUB_KEY']);
    expect(hex(ecdsa.secret)).toBe(known['EXPECTED_EC_P256_PRIV_KEY']?.slice(0, 64));
  });
});
