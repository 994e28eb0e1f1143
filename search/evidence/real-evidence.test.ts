import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Options } from '../../spec/evidence/options.ts';
import { defaultOptions, profileRanges } from '../../spec/evidence/options.ts';
import { appraise } from '../../properties/evidence/appraise.ts';

const folder = new URL('../../model/vectors/hwtrust/', import.meta.url);

interface Expected {
  readonly predicted: string | Readonly<Record<string, string>>;
  readonly upstream: string;
  readonly instance?: string;
}

const { files } = JSON.parse(readFileSync(new URL('expected_verdicts.json', folder), 'utf8')) as {
  readonly files: Readonly<Record<string, Expected>>;
};

const optionSets: Readonly<Record<string, Partial<Options>>> = {
  default: {},
  'allow-any-mode': { allowAnyMode: true },
  vsr13: { profiles: profileRanges.vsr13 },
  vsr14: { profiles: profileRanges.vsr14 },
};

function evidenceIn(name: string): Uint8Array {
  const [file = '', record] = name.split('#');
  const bytes = readFileSync(new URL(file, folder));
  if (file.endsWith('.base64')) return fromBase64(bytes.toString());
  if (record === undefined) return new Uint8Array(bytes);
  const line = bytes.toString().split('\n')[Number(record)] ?? '';
  return fromBase64((JSON.parse(line) as { readonly csr: string }).csr);
}

const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

/** A verdict in the words of the predictions. */
function inWords(bytes: Uint8Array, options: Partial<Options>): string {
  const appraisal = appraise(bytes, { ...defaultOptions, ...options });
  if (appraisal.kind === 'unreadable') return 'unreadable';
  const { verdict, chain } = appraisal;
  if (verdict.kind !== 'denied') return `accept ${verdict.kind}`;
  const { entry = 0, clause } = verdict;
  switch (clause) {
    case 'CHAIN-MODE-NORMAL': {
      const mode = chain?.entries[entry]?.payload.mode;
      return `reject: payload ${entry}: mode ${mode?.kind === 'given' ? mode.value : '?'} not normal`;
    }
    case 'COSE-SIGNATURE':
      return `reject: entry ${entry}: signature`;
    case 'COSE-KEY-PUBLIC':
      return `reject: disallowed label ${chain?.rootKey.otherLabels.join() ?? ''} in COSE_Key`;
    default:
      return `reject: ${clause}`;
  }
}

/** Two files are refused for what the predictions leave out: X.509 certificates, and requests of version 2. */
const beyondPredictions: Readonly<Record<string, string>> = {
  'csr/valid_csr.cbor': 'reject: CSR-NOT-VERSION-2',
  'factory_csr/v3_p256_mismatched_uds_certs.json#0': 'reject: UDS-ROOT-KEY',
};

describe.each(Object.entries(files))('%s', (name, { predicted, instance }) => {
  test.each(Object.keys(optionSets))('%s', (set) => {
    const options: Partial<Options> = { ...optionSets[set], ...(instance === 'avf' ? { instance } : {}) };
    const expected = beyondPredictions[name] ?? (predicted as Readonly<Record<string, string>>)[set];
    expect(inWords(evidenceIn(name), options)).toBe(expected);
  });
});

describe('the handover that boots pvmfw in tests', () => {
  const bytes = new Uint8Array(readFileSync(new URL('../avf/dice.dat', folder)));

  test('is proper: its first entry is in debug mode, which Android 14 takes of a root', () => {
    expect(inWords(bytes, {})).toBe('accept proper');
  });

  test('is denied where its secret is another', () => {
    const changed = Uint8Array.from(bytes);
    changed[5] = (changed[5] as number) ^ 1;
    expect(inWords(changed, {})).toBe('reject: HANDOVER-LEAF-KEY');
  });
});

test('a request of an RKP VM is not one of the default instance', () => {
  const bytes = evidenceIn('factory_csr/v3_avf_valid_with_rkpvm_markers.json#0');
  expect(inWords(bytes, { allowAnyMode: true })).toBe('reject: CHAIN-MARKERS-RESERVED');
  expect(inWords(bytes, { allowAnyMode: true, markers: 'anywhere' })).toBe('reject: CSR-TYPE');
});
