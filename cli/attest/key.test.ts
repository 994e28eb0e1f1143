import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concat, hex } from '../../model/bytes.ts';
import { forgeKeyPath, soundDescription } from '../../model/forge/key.ts';
import { pvmSpecIn } from '../in-process.ts';
import { certificatesIn } from './key.ts';

const inPem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;
const challenge = hex(soundDescription.challenge);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pvm-spec-'));
  const path = forgeKeyPath();
  writeFileSync(join(folder, 'root.pem'), inPem(path.at(-1) ?? new Uint8Array()));
  writeFileSync(join(folder, 'locked.pem'), path.map(inPem).join(''));
  writeFileSync(
    join(folder, 'unlocked.der'),
    concat(...forgeKeyPath({ trust: { isLocked: false, state: 'Unverified' } })),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const verify = async (...args: readonly string[]): Promise<{ status: number; out: string; err: string }> => {
  const { status, stdout, stderr } = await pvmSpecIn({ folder }, 'attest', 'verify', ...args);
  return { status, out: stdout, err: stderr };
};

describe('attest verify, of a key attestation', () => {
  test('shows what is said of the device, and ends with 0 if it is believed', async () => {
    const { status, out } = await verify('locked.pem', '--root', 'root.pem', '--challenge', challenge);
    expect(out.split('\n').filter((line) => !/hash|^ {2}#|[✓✗]/.test(line))).toEqual([
      'locked.pem: key attestation',
      '  4 certificates, version 400, statement of TrustedEnvironment, key in TrustedEnvironment',
      `  challenge ${challenge}`,
      '  device locked, boot state Verified',
      'locked.pem: proper',
      '',
    ]);
    expect(out).toMatch(/^ {2}key +CN=Android Keystore Key +CN=batch +P-256 \w{12}… .* ✓ signed by certificate 1/m);
    expect(status).toBe(0);
  });

  test('names the clause that denies it, and ends with 1', async () => {
    const { status, out } = await verify('unlocked.der', '--root', 'root.pem', '--json');
    expect(JSON.parse(out)).toMatchObject({
      kind: 'key attestation',
      verdict: { kind: 'denied', clause: 'KEY-ATTEST-LOCKED' },
      described: { rootOfTrust: { isLocked: false, state: 'Unverified' } },
    });
    expect(status).toBe(1);
  });

  test.each([
    { args: ['locked.pem'], says: 'a key attestation is judged by a root: --root FILE' },
    { args: ['locked.pem', '--root', 'absent.pem'], says: 'cannot read absent.pem: there is no such file' },
    { args: ['locked.pem', '--root', 'root.pem', '--challenge', 'xyz'], says: 'take hexadecimal digits, got xyz' },
  ])('refuses $args in one line, and ends with 2', async ({ args, says }) => {
    const { status, out, err } = await verify(...args);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(says);
  });
});

test('bytes after the last certificate count as one that cannot be read', () => {
  const path = forgeKeyPath();
  expect(certificatesIn(concat(...path, Uint8Array.of(0x30)))).toEqual([...path, Uint8Array.of(0x30)]);
  expect(certificatesIn(Uint8Array.of(0x84, 1, 2))).toBeUndefined();
});
