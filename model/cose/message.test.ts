import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { unhex } from '../bytes.ts';
import type { Curve, CurveKey } from './message.ts';
import { holds, readMessage } from './message.ts';

interface Jwk {
  readonly crv: string;
  readonly x?: string;
  readonly y?: string;
  readonly x_hex?: string;
}
interface Signer {
  readonly key: Jwk;
  readonly external?: string;
}
interface Example {
  readonly title: string;
  readonly fail?: boolean;
  readonly input: { readonly sign0?: Signer; readonly sign?: { readonly signers: readonly Signer[] } };
  readonly output: { readonly cbor: string };
}

const folder = fileURLToPath(new URL('../vectors/cose-wg-examples/', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.json'))
  .sort();

const coordinate = (base64: string | undefined, digits?: string): Uint8Array =>
  digits === undefined ? new Uint8Array(Buffer.from(base64 ?? '', 'base64url')) : unhex(digits);

function keyOf({ crv, x, y, x_hex }: Jwk): CurveKey {
  const parts = [coordinate(x, x_hex), ...(y === undefined ? [] : [coordinate(y)])];
  return { curve: crv as Curve, raw: Uint8Array.from(Buffer.concat(parts)) };
}

function isGenuine({ input, output }: Example): boolean {
  const signers = input.sign0 ? [input.sign0] : (input.sign?.signers ?? []);
  const message = readMessage(unhex(output.cbor), input.sign0 ? 'sign1' : 'sign');
  return (
    message?.signatures.length === signers.length &&
    signers.every(({ key, external = '' }, at) => {
      const signature = message.signatures[at];
      return signature !== undefined && holds(signature, keyOf(key), unhex(external));
    })
  );
}

describe('the examples of the COSE working group get the published verdict', () => {
  test.each(files)('%s', (file) => {
    const example = JSON.parse(readFileSync(`${folder}${file}`, 'utf8')) as Example;
    expect(isGenuine(example)).toBe(example.fail !== true);
  });

  test('all of them', () => {
    expect(files).toHaveLength(22);
  });
});
