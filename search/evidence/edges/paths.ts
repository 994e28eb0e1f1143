/** X.509 paths that just vouch for a root key. */
import { concat, unhex } from '../../../model/bytes.ts';
import type { PrivateKey } from '../../../model/cose/signature.ts';
import { keyPairFrom } from '../../../model/dice/derive.ts';
import { rsa } from '../../../model/forge/rsa.ts';
import { withOuterAlgorithm } from '../../../model/forge/tamper.ts';
import type { Issued } from '../../../model/forge/uds.ts';
import { issue, leaf, manufacturerKey, root, soundPath, soundRsaPath } from '../../../model/forge/uds.ts';
import type { Extension } from '../../../model/x509/write.ts';
import { extensions, nameParts } from '../../../model/x509/write.ts';
import type { Edge } from './edge.ts';
import { aRequest, edges } from './edge.ts';
import { along, maker, self, three } from './dates.ts';

type Path = ReturnType<typeof three>;
const empty = new Uint8Array();
/** A root, so many authorities one after the other, and the certificate of the device. */
const withBetween =
  (count: number): Path =>
  (key) => {
    const keys = [maker, ...Array.from({ length: count }, (_, at) => manufacturerKey(`authority ${at}`))];
    const named = (at: number): string => (at === 0 ? 'maker' : `authority ${at}`);
    const between = keys
      .slice(1)
      .map((one, at) =>
        issue({ issuer: named(at), subject: named(at + 1), key: one, signer: keys[at] as PrivateKey, authority: {} }),
      );
    return [
      root(),
      ...between,
      issue({ issuer: named(count), subject: 'device', key, signer: keys[count] as PrivateKey }),
    ];
  };

const issuedBy =
  (issuer: string, more: Partial<Issued> = {}): Path =>
  (key) => [
    issue({ ...self, issuer: 'The Maker', subject: 'The Maker', authority: {} }),
    issue({ issuer, subject: 'device', key, signer: maker, ...more }),
  ];

const nameEdges: readonly Edge[] = edges(
  'UDS-PATH-EXACT',
  along,
  {
    'the issuer is named to the letter': issuedBy('The Maker'),
    'the issuer is named in other letters': issuedBy('the MAKER'),
    'the issuer is named with spaces around': issuedBy(' The Maker '),
    'the issuer is named with two spaces': issuedBy('The  Maker'),
    'the issuer is named in UTF-8': issuedBy('The Maker', { inUtf8: true }),
  },
  {
    'the issuer is named with a letter less': issuedBy('The Make'),
    'the issuer is named without a space': issuedBy('TheMaker'),
    'the issuer has its name for a serial number': issuedBy('The Maker', { issuerPart: nameParts.serialNumber }),
  },
);

const withIds = (...more: readonly Extension[]): Partial<Issued> => ({ withoutIds: true, more });
const idEdges: readonly Edge[] = edges(
  'UDS-PATH-EXACT',
  along,
  {
    'no certificate has a key identifier': three({ withoutIds: true }, { withoutIds: true }, { withoutIds: true }),
    'only the last certificate names the key of its issuer': three({}, { withoutIds: true }, {}),
  },
  {
    'the last certificate names another key of its issuer': three(
      {},
      {},
      withIds(extensions.authorityKeyId(unhex('0102'))),
    ),
  },
);

/** Basic constraints and key usage as they are written here. */
const noAuthority: Extension = { id: '2.5.29.19', critical: true, value: unhex('3000') };
const usage = (bits: string): Extension => ({ id: '2.5.29.15', critical: true, value: unhex(bits) });
const between = (...more: readonly Extension[]): Path => three({}, { authority: undefined, more });

const authorityEdges: readonly Edge[] = [
  ...edges(
    'UDS-ISSUERS',
    along,
    {
      'the one in between is an authority, and says nothing of its usage': between(extensions.authority()),
      'the one in between may sign certificates and more': between(extensions.authority(), usage('03020186')),
    },
    {
      'the one in between may sign certificates, and is no authority': between(extensions.keyCertSign()),
      'the one in between says that it is no authority': between(noAuthority, extensions.keyCertSign()),
      'the one in between may sign lists of revoked certificates alone': between(
        extensions.authority(),
        usage('03020102'),
      ),
      'the one in between may sign other things alone': between(extensions.authority(), usage('03020780')),
    },
  ),
  ...edges(
    'UDS-ISSUERS',
    along,
    {
      'the root lets one authority follow': three({ authority: { pathLength: 1 } }),
      'the root lets two authorities follow': three({ authority: { pathLength: 2 } }),
      'a root that lets none follow issues the last': (key) => [
        issue({ ...self, authority: { pathLength: 0 } }),
        issue({ issuer: 'maker', subject: 'device', key, signer: maker }),
      ],
    },
    { 'the root lets no authority follow': three({ authority: { pathLength: 0 } }) },
  ),
];

const extra = (more: readonly Extension[]): Path => three({}, {}, { more });
const unknown = { id: '1.2.3.4', value: empty };
const extensionEdges: readonly Edge[] = [
  ...edges(
    'UDS-CRITICAL',
    along,
    { 'the last has an extension that is unknown, and not critical': extra([unknown]) },
    { 'the last has an extension that is unknown, and critical': extra([{ ...unknown, critical: true }]) },
  ),
  ...edges(
    'UDS-CERTIFICATES',
    along,
    { 'the last has two extensions': extra([unknown, { ...unknown, id: '1.2.3.5' }]) },
    { 'the last has one extension twice': extra([unknown, unknown]) },
  ),
];

const plain = unhex('300b06092a864886f70d01010b');
const withNull = unhex('300d06092a864886f70d01010b0500');
const noParameters = { issuer: 'RSA', subject: 'RSA', key: rsa, signer: rsa, parameters: empty };
const ofRsa =
  (change: (last: Uint8Array) => Uint8Array): Path =>
  (key) =>
    soundRsaPath(key).map((one, at) => (at === 1 ? change(one) : one));
const algorithmEdges: readonly Edge[] = edges(
  'UDS-CERTIFICATES',
  along,
  { 'an authority of RSA has issued the last': soundRsaPath },
  {
    'NULL for RSA is outside the signature alone': (key) => [
      withOuterAlgorithm(issue({ ...noParameters, authority: {} }), plain, withNull),
      withOuterAlgorithm(issue({ ...noParameters, subject: 'device', key }), plain, withNull),
    ],
    'NULL for RSA is inside the signature alone': ofRsa((last) => withOuterAlgorithm(last, withNull, plain)),
    'one bit of the NULL outside the signature is another': ofRsa((last) =>
      withOuterAlgorithm(last, withNull, unhex('300d06092a864886f70d01010b0400')),
    ),
    'a byte follows the last certificate': ofRsa((last) => concat(last, unhex('00'))),
    'NULL follows the last certificate': ofRsa((last) => concat(last, unhex('0500'))),
    'the length of the last certificate has a zero in front': ofRsa((last) => concat(unhex('308300'), last.slice(2))),
  },
);

const authorityOf =
  (kind: 'Ed25519' | 'P-384'): Path =>
  (key) => {
    const signer = keyPairFrom(kind, manufacturerKey(kind).secret);
    return [
      issue({ ...self, key: signer, signer, authority: {} }),
      issue({ issuer: 'maker', subject: 'device', key, signer }),
    ];
  };

const otherKey = keyPairFrom('Ed25519', manufacturerKey('stranger').secret);
const firstOfTwo = (first: Path) =>
  aRequest({
    udsCerts: (key) =>
      new Map([
        ['maker', first(key)],
        ['other', soundPath(key)],
      ]),
  });
const twoSigners = (second: Path) =>
  aRequest({
    udsCerts: (key) =>
      new Map([
        ['maker', soundPath(key)],
        ['other', second(key)],
      ]),
  });

export const pathEdges: readonly Edge[] = [
  ...nameEdges,
  ...idEdges,
  ...authorityEdges,
  ...extensionEdges,
  ...algorithmEdges,
  ...edges(
    'UDS-PATH-LENGTH',
    along,
    { 'there are sixteen': withBetween(14), fifteen: withBetween(13) },
    { 'there are seventeen': withBetween(15) },
  ),
  ...edges(
    'UDS-TWO-CERTIFICATES',
    along,
    { 'the root has issued the last': withBetween(0) },
    { 'a certificate that the root key of the chain has signed for itself is all': (key) => [leaf(key)] },
  ),
  ...edges(
    'UDS-KEY-KINDS',
    along,
    {
      'the authority has a key of Ed25519': authorityOf('Ed25519'),
      'the authority has a key on P-384': authorityOf('P-384'),
    },
    {},
  ),
  ...edges(
    'UDS-ROOT-KEY',
    firstOfTwo,
    { 'two signers vouch for the root key, the first with RSA': soundRsaPath },
    { 'the first of two signers vouches for another key': () => soundRsaPath(manufacturerKey('stranger')) },
  ),
  ...edges(
    'UDS-ROOT-KEY',
    twoSigners,
    { 'two signers vouch for the root key': soundRsaPath },
    {
      'the second signer vouches for another key': () => soundRsaPath(manufacturerKey('stranger')),
      'the second signer vouches for another key of the same kind': () => soundRsaPath(otherKey),
    },
  ),
];
