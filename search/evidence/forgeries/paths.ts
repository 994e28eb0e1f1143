/** X.509 certificates that do not vouch for the root key. */
import type { ClauseId } from '../../../spec/clauses.generated.ts';
import type { Options } from '../../../spec/evidence/options.ts';
import type { PublicKey } from '../../../model/cose/key.ts';
import { withOtherCurve } from '../../../model/forge/tamper.ts';
import { intermediate, issue, leaf, manufacturerKey, root } from '../../../model/forge/uds.ts';
import type { Forgery } from './forgery.ts';
import { empty } from './forgery.ts';
import { request } from './request.ts';

/** Certificates for the root key of a device, of which some are not what they should be. */
const uds = (
  clause: ClauseId,
  description: string,
  path: (key: PublicKey) => readonly Uint8Array[],
  options?: Partial<Options>,
): Forgery => request(clause, description, { udsCerts: (key) => new Map([['maker', path(key)]]) }, options);

const [top, between] = [root(), intermediate({ pathLength: 0 })];
const stranger = manufacturerKey('stranger');
const notByItself = issue({
  issuer: 'maker',
  subject: 'maker',
  key: manufacturerKey('maker'),
  signer: stranger,
  authority: {},
  withoutIds: true,
});
const unknown = { id: '1.2.3.4', critical: true, value: empty };

export const paths: readonly Forgery[] = [
  uds('UDS-TWO-CERTIFICATES', 'the root vouches for itself', () => [top]),
  uds('UDS-KEY-KINDS', 'a key is on a curve that is not taken', (key) => [top, withOtherCurve(between), leaf(key)]),
  uds('UDS-PATH-EXACT', 'the root is there twice', (key) => [top, top, between, leaf(key)]),
  uds('UDS-PATH-EXACT', 'the one in between is missing', (key) => [top, leaf(key)]),
  uds('UDS-PATH-EXACT', 'they stand from the leaf to the root', (key) => [leaf(key), between, top]),
  uds('UDS-ISSUERS', 'the one in between may not issue', (key) => [top, intermediate(), leaf(key)]),
  uds('UDS-ISSUERS', 'one asks for what nobody understands', (key) => [
    top,
    between,
    leaf(key, manufacturerKey('model'), [unknown]),
  ]),
  uds('UDS-SIGNATURES', 'the last is signed by a stranger under the name of the model', (key) => [
    top,
    between,
    issue({ issuer: 'model', subject: 'device', key, signer: stranger, withoutIds: true }),
  ]),
  uds('UDS-SIGNATURES', 'the root is not signed by itself', (key) => [notByItself, between, leaf(key)]),
  uds('UDS-VALID', 'they are no longer valid', (key) => [top, between, leaf(key)], { at: 2_600_000_000_000 }),
  uds('UDS-VALID', 'they are not valid yet', (key) => [top, between, leaf(key)], { at: 0 }),
  uds('UDS-ROOT-KEY', 'the last is for another key', () => [top, between, leaf(stranger)]),
];
