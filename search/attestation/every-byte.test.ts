/** Requests and certificates of VMs, with one bit flipped: whoever looks at them takes none of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { appraiseCertificate } from '../../spec/evidence/relying.ts';
import type { Policy } from '../../spec/evidence/relying.ts';
import { appraiseVm } from '../../spec/evidence/vm.ts';
import type { FlowConfig } from '../../spec/attestation/config.ts';
import { hex } from '../../model/bytes.ts';
import { readVmCertificate } from '../../model/evidence/vm-certificate.ts';
import { readVmRequest, requestPayload, signRequest, writeVmRequest } from '../../model/evidence/vm-request.ts';
import { open, sealTo } from '../../model/evidence/seal.ts';
import { keyPairFrom } from '../../model/dice/derive.ts';
import { writeChain } from '../../model/dice/handover.ts';
import { readCertificate } from '../../model/x509/certificate.ts';
import { attestation } from '../scopes/attestation.ts';
import { appraiserOf, bootVm, componentsOf, deviceOf, hashOf, rkpVmOf, secretOf } from './device.ts';
import { Issuers } from './issuers.ts';

const device = deviceOf('the device');
const [vm] = attestation.config.flow?.vms ?? [];
if (vm === undefined) throw new Error('unreachable: there are VMs in this scope');
const stage = bootVm(device, vm, 1);
const key = keyPairFrom('P-256', secretOf('a key'));
const challenge = hashOf('a challenge');
const payload = requestPayload(key, challenge);
const request = writeVmRequest(
  writeChain(stage),
  payload,
  [stage.key, key].map((one) => signRequest(one, payload)),
);

/** One issuer, and nobody else. */
const flow: FlowConfig = { vms: [], forged: [], issuers: [{ name: 'the RKP VM', hands: 'own' }], sessions: 0 };
const attested = { challenge, isSecure: true, components: componentsOf.EXPECTED };
const issuedBy = (issuers: Issuers): Uint8Array => issuers.issue(0, key, attested, 'a certificate');

const flipped = (bytes: Uint8Array, place: number, bit: number): Uint8Array =>
  bytes.map((byte, at) => (at === place % bytes.length ? byte ^ (1 << bit) : byte));
const anyBit = [fc.nat(), fc.nat({ max: 7 })] as const;

test('a request with one bit flipped is not certified, unless in an unprotected header', () => {
  const own = appraiserOf(rkpVmOf(device));
  const verdict = (bytes: Uint8Array): string => appraiseVm(readVmRequest(bytes, own).facts).kind;
  expect(verdict(request)).toBe('proper');
  const property = fc.property(...anyBit, (place, bit) => {
    const isHeader = request[place % request.length] === 0xa0;
    return verdict(flipped(request, place, bit)) === 'denied' || isHeader;
  });
  fc.assert(property, { numRuns: 60 });
});

test('a certificate with one bit flipped in any of its path is not accepted', () => {
  const issuers = new Issuers(flow, device);
  issuers.certify(0, () => ({ kind: 'proper' }));
  const path = [...issuers.pathOf(0), issuedBy(issuers)];
  const policy: Policy = {
    root: hex(issuers.root),
    revoked: [],
    at: Date.UTC(2026, 0, 1),
    challenge: hex(challenge),
    isUnused: true,
    components: componentsOf.EXPECTED.map((one) => ({
      ...one,
      version: BigInt(one.version),
      authorityHash: hex(one.authorityHash),
    })),
  };
  const verdict = (shown: readonly Uint8Array[]): string =>
    appraiseCertificate(readVmCertificate(shown).facts, policy).kind;
  expect(verdict(path)).toBe('proper');
  const property = fc.property(fc.nat({ max: path.length - 1 }), ...anyBit, (which, place, bit) => {
    const shown = path.map((one, at) => (at === which ? flipped(one, place, bit) : one));
    return verdict(shown) === 'denied';
  });
  fc.assert(property, { numRuns: 60 });
});

test('around what is signed, no bit of a certificate may be another', () => {
  const certificate = readCertificate(issuedBy(new Issuers(flow, device)));
  if (certificate === undefined) throw new Error('unreachable: it was just written');
  const { der, signed, signature } = certificate;
  const around = [...der.keys()].filter(
    (at) => at < 4 || (at >= 4 + signed.length && at < der.length - signature.length),
  );
  const taken = around
    .flatMap((at) => Array.from({ length: 8 }, (_, bit) => flipped(der, at, bit)))
    .filter(readCertificate);
  expect(taken.map(hex)).toEqual([]);
});

test('what is sealed opens under its key and its challenge, and not with one bit flipped', () => {
  const secret = secretOf('a secret');
  const sealed = sealTo(key, keyPairFrom('P-256', secretOf('an ephemeral key')), secret, challenge);
  expect(open(key, sealed, challenge)).toEqual(secret);
  expect(open(key, sealed, hashOf('another challenge'))).toBeUndefined();
  const property = fc.property(
    ...anyBit,
    (place, bit) => open(key, flipped(sealed, place, bit), challenge) === undefined,
  );
  fc.assert(property, { numRuns: 40 });
});
