/** Evidence that is made to cost time: however large it is or however many signatures hold, it is decided soon. */
import { describe, expect, test } from 'vitest';
import { concat } from '../../model/bytes.ts';
import type { Cbor } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';
import { coseKeyOf } from '../../model/cose/key.ts';
import { headerLabels, writeSign1 } from '../../model/cose/sign1.ts';
import { claims } from '../../model/dice/labels.ts';
import { keyPairFrom } from '../../model/dice/derive.ts';
import { limits } from '../../model/cbor/reader.ts';
import { forgeChainBytes, forgeRequestBytes, soundPlan } from '../../model/forge/chain.ts';
import { soundPath } from '../../model/forge/uds.ts';
import { appraise } from '../../properties/evidence/appraise.ts';
import { decisionOf } from '../../properties/evidence/decision.ts';
import { anEntry } from './edges/edge.ts';
import { within } from './edges/headers.ts';
import { unprotected } from './forgeries/keys.ts';
import { asSpecified } from '../../spec/evidence/appraiser.ts';
import { appraisers } from '../../spec/evidence/appraisers/all.ts';
import { defaultOptions } from '../../spec/evidence/options.ts';

const tenMegabytes = 10_000_000;
const deadline = 2_000_000;

/** Microseconds of processor time, so that other work on the machine does not count. */
function costOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

const filled = (byte: number, size: number): Uint8Array => new Uint8Array(size).fill(byte);
const counted = (head: number, count: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  concat(Uint8Array.of(head, count >>> 24, (count >>> 16) & 0xff, (count >>> 8) & 0xff, count & 0xff), ...parts);

/** Items whose encodings differ, five bytes each. */
function numbers(count: number): Uint8Array {
  const bytes = new Uint8Array(5 * count);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < count; at++) {
    bytes[5 * at] = 0x1a;
    view.setUint32(5 * at + 1, 0x1_0000 + at);
  }
  return bytes;
}

/** A chain of that many certificates, of which each is signed and says nothing but its key. */
function signedChain(entries: number): Uint8Array {
  const key = keyPairFrom('P-384', filled(7, 32));
  const entry = writeSign1(encode(new Map([[claims.subjectKey, encode(coseKeyOf(key, 'bare'))]])), key);
  return encode([coseKeyOf(key, 'bare'), ...Array.from({ length: entries }, () => entry)]);
}

const longest = Array.from({ length: 150 }, () => 'P-384' as const);

/** A request for whose root key that many signers vouch, each rightly. */
const vouchedBy = (signers: number): Uint8Array =>
  forgeRequestBytes(soundPlan, {
    udsCerts: (key) => {
      const path: Cbor = soundPath(key);
      return new Map(Array.from({ length: signers }, (_, at) => [`signer ${at}`, path]));
    },
  });

const forms: readonly (readonly [string, () => Uint8Array])[] = [
  ['nested arrays', () => filled(0x81, tenMegabytes)],
  ['nested tags', () => filled(0xc2, tenMegabytes)],
  ['arrays without an end', () => filled(0x9f, tenMegabytes)],
  ['a long array', () => counted(0x9a, tenMegabytes, filled(0, tenMegabytes))],
  ['a long byte string', () => counted(0x5a, tenMegabytes, filled(0, tenMegabytes))],
  ['a long text', () => counted(0x7a, tenMegabytes, filled(0x61, tenMegabytes))],
  ['a byte string in pieces', () => concat(Uint8Array.of(0x5f), filled(0x40, tenMegabytes), Uint8Array.of(0xff))],
  ['a large map', () => counted(0xba, 1_000_000, numbers(2_000_000))],
  ['many certificates', () => counted(0x9a, 2_000_000, Uint8Array.of(0xa0), filled(0x84, tenMegabytes))],
  ['a large map, just small enough', () => counted(0xba, 6_550, numbers(13_100))],
  ['a long array, just small enough', () => counted(0x9a, 65_531, filled(0x60, 65_531))],
  ['certificates whose signatures hold, as many as are read', () => signedChain(290)],
  ['a proper chain, as long as is read', () => forgeChainBytes({ ...soundPlan, kinds: longest })],
  [
    'countersignatures one within the other',
    () =>
      anEntry(
        unprotected([headerLabels.counterSignature, within(6500)]),
        { kinds: ['Ed25519', 'Ed25519'] },
        0,
      )('a device'),
  ],
  ['signers of the root key whose signatures hold, as many as are read', () => vouchedBy(58)],
];

describe.each(forms)('%s', (_, make) => {
  let bytes: Uint8Array | undefined;

  test.each([asSpecified, ...appraisers])('is decided within two seconds by $name', (appraiser) => {
    const evidence = (bytes ??= make());
    let decision = '';
    const cost = costOf(() => (decision = decisionOf(appraise(evidence, defaultOptions, appraiser)).verdict));
    expect(cost).toBeLessThan(deadline);
    expect(evidence.length > limits.bytes ? decision : 'denied').toBe('denied');
  });
});
