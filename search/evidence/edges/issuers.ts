/** X.509 paths in which just the one or just not the one has issued what follows. */
import { concat, unhex } from '../../../model/bytes.ts';
import { keyPairFrom } from '../../../model/dice/derive.ts';
import { rsa } from '../../../model/forge/rsa.ts';
import { issue, manufacturerKey } from '../../../model/forge/uds.ts';
import type { Issued } from '../../../model/forge/uds.ts';
import { explicit, integer, name, nameParts, sequence } from '../../../model/x509/write.ts';
import type { Extension } from '../../../model/x509/write.ts';
import { along, maker, self, three } from './dates.ts';
import type { Edge } from './edge.ts';
import { edges } from './edge.ts';

/** By which number, and by whose name, the certificate of the issuer was made out. */
const madeOut = (serial: bigint, issuer?: string): Extension => ({
  id: '2.5.29.35',
  value: sequence(
    ...(issuer === undefined ? [] : [explicit(1, explicit(4, name(nameParts.commonName, issuer)))]),
    concat(unhex('82'), integer(serial).slice(1)),
  ),
});
const byNumber = (last: Extension, between: readonly Extension[] = []) =>
  three({}, { withoutIds: true, more: between }, { withoutIds: true, more: [last] });

const numbers = edges(
  'UDS-PATH-EXACT',
  along,
  {
    'the last names the number of its issuer': byNumber(madeOut(1n)),
    'the last names the number and the issuer of its issuer': byNumber(madeOut(1n, 'maker')),
    'so does the one in between': byNumber(madeOut(1n, 'MAKER'), [madeOut(1n, 'maker')]),
  },
  {
    'the last names another number of its issuer': byNumber(madeOut(2n)),
    'the last names another number of its issuer, and whose it is': byNumber(madeOut(2n, 'maker')),
    'the last names the subject of its issuer for whose it is': byNumber(madeOut(1n, 'model')),
  },
);

/** The root has issued its own certificate anew, for another key, with which the last is signed. */
const renewed = manufacturerKey('maker, renewed');
const underRoot =
  (pathLength: number, between: string): Parameters<typeof along>[0] =>
  (key) => [
    issue({ ...self, authority: { pathLength } }),
    issue({ ...self, subject: between, key: renewed, authority: {} }),
    issue({ issuer: between, subject: 'device', key, signer: renewed }),
  ];

const depths = edges(
  'UDS-ISSUERS',
  along,
  {
    'the root lets no authority follow, and has issued its own certificate anew': underRoot(0, 'maker'),
    'the root lets one authority follow, and there is one': underRoot(1, 'model'),
  },
  { 'the root lets no authority follow, and has issued that of another': underRoot(0, 'model') },
);

const ofEd25519 = keyPairFrom('Ed25519', maker.secret);
const ed25519Root =
  (keyParameters: Uint8Array): Parameters<typeof along>[0] =>
  (key) => [
    issue({ ...self, key: ofEd25519, signer: ofEd25519, authority: {}, keyParameters }),
    issue({ issuer: 'maker', subject: 'device', key, signer: ofEd25519 }),
  ];
/** The root key is one of Ed25519, and nothing is verified with it that would show its parameters. */
const ed25519Last = (keyParameters: Uint8Array) => three({}, {}, { keyParameters });

const parameters = edges(
  'UDS-KEY-KINDS',
  along,
  {
    'the root, a key of Ed25519, has no parameters': ed25519Root(unhex('')),
    'the last, a key of Ed25519, has no parameters': ed25519Last(unhex('')),
  },
  {
    'the root, a key of Ed25519, has NULL for its parameters': ed25519Root(unhex('0500')),
    'the last, a key of Ed25519, has NULL for its parameters': ed25519Last(unhex('0500')),
    'the last, a key of Ed25519, has a curve for its parameters': ed25519Last(unhex('06082a8648ce3d030107')),
  },
);

const rsaWith =
  (words: Partial<Issued>): Parameters<typeof along>[0] =>
  (key) => {
    const ofRsa = { issuer: 'RSA', signer: rsa, ...words };
    return [issue({ ...ofRsa, subject: 'RSA', key: rsa, authority: {} }), issue({ ...ofRsa, subject: 'device', key })];
  };
const algorithms = edges(
  'UDS-ALGORITHMS',
  along,
  { 'an algorithm of RSA has NULL for its parameters': rsaWith({}) },
  {
    'an algorithm of RSA has a byte string for its parameters, in both places': rsaWith({
      parameters: unhex('0403010203'),
    }),
  },
);
const encodings = edges(
  'UDS-CERTIFICATES',
  along,
  {},
  { 'an algorithm of RSA has NULL with a byte in it, in both places': rsaWith({ parameters: unhex('050100') }) },
);

export const issuerEdges: readonly Edge[] = [...numbers, ...depths, ...parameters, ...algorithms, ...encodings];
