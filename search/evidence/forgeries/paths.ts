/** X.509 certificates that do not vouch for the root key. */
import type { ClauseId } from '../../../spec/clauses.generated.ts';
import type { Options } from '../../../spec/evidence/options.ts';
import type { PublicKey } from '../../../model/cose/key.ts';
import { unhex } from '../../../model/bytes.ts';
import { rsa } from '../../../model/forge/rsa.ts';
import { withOtherCurve, withOuterParameters } from '../../../model/forge/tamper.ts';
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
const [maker, model] = [manufacturerKey('maker'), manufacturerKey('model')];
const nothing = Uint8Array.of(0x05, 0);
const ofRsa = { issuer: 'RSA', signer: rsa };
const alternativeName = { id: '2.5.29.17', critical: true, value: unhex('30058203612e62') };
const noNames = { id: '2.5.29.30', value: unhex('3000') };

/** Each authority issues the next, and the last the certificate of the device. */
function longPath(key: PublicKey): readonly Uint8Array[] {
  const between = Array.from({ length: 15 }, (_, at) =>
    issue({
      issuer: at === 0 ? 'maker' : `authority ${at - 1}`,
      subject: `authority ${at}`,
      key: manufacturerKey(`authority ${at}`),
      signer: at === 0 ? maker : manufacturerKey(`authority ${at - 1}`),
      authority: {},
    }),
  );
  const last = { issuer: 'authority 14', signer: manufacturerKey('authority 14') };
  return [top, ...between, issue({ ...last, subject: 'device', key })];
}

const unknown = { id: '1.2.3.4', critical: true, value: empty };

export const paths: readonly Forgery[] = [
  uds('UDS-TWO-CERTIFICATES', 'the root vouches for itself', () => [top]),
  uds('UDS-KEY-KINDS', 'a key is on a curve that is not taken', (key) => [top, withOtherCurve(between), leaf(key)]),
  uds('UDS-PATH-EXACT', 'the root is there twice', (key) => [top, top, between, leaf(key)]),
  uds('UDS-PATH-EXACT', 'the one in between is missing', (key) => [top, leaf(key)]),
  uds('UDS-PATH-EXACT', 'they stand from the leaf to the root', (key) => [leaf(key), between, top]),
  uds('UDS-ISSUERS', 'the one in between may not issue', (key) => [top, intermediate(), leaf(key)]),
  uds('UDS-CRITICAL', 'one asks for what nobody understands', (key) => [
    top,
    between,
    leaf(key, manufacturerKey('model'), [unknown]),
  ]),
  uds('UDS-CRITICAL', 'one has a critical extension that is not acted upon', (key) => [
    top,
    between,
    leaf(key, manufacturerKey('model'), [alternativeName]),
  ]),
  uds('UDS-NAME-CONSTRAINTS', 'the manufacturer may issue for one name alone', (key) => [
    issue({ issuer: 'maker', subject: 'maker', key: maker, signer: maker, authority: {}, more: [noNames] }),
    between,
    leaf(key),
  ]),
  uds('UDS-PATH-LENGTH', 'there are seventeen of them', longPath),
  uds('UDS-ALGORITHMS', 'an algorithm of ECDSA has NULL for its parameters', (key) => [
    top,
    between,
    issue({ issuer: 'model', subject: 'device', key, signer: model, parameters: nothing }),
  ]),
  uds('UDS-ALGORITHMS', 'an algorithm of RSA has no parameters', (key) => [
    issue({ ...ofRsa, subject: 'RSA', key: rsa, authority: {}, parameters: empty }),
    issue({ ...ofRsa, subject: 'device', key, parameters: empty }),
  ]),
  uds('UDS-CERTIFICATES', 'an algorithm has parameters outside the signature alone', (key) => [
    top,
    between,
    withOuterParameters(leaf(key)),
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
