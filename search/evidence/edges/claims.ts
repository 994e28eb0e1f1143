/** What a certificate of a chain may just claim. */
import { unhex } from '../../../model/bytes.ts';
import type { Cbor } from '../../../model/cbor/decode.ts';
import { claims } from '../../../model/dice/labels.ts';
import type { Fields } from '../../../model/forge/chain.ts';
import { drop, named, set } from '../forgeries/forgery.ts';
import type { Edge } from './edge.ts';
import { anEntry, edges } from './edge.ts';

type Change = (fields: Fields) => undefined;
const of14 = named('android.14');
const of15 = named('android.15');
const claim =
  (label: number, plan = {}, at = 1) =>
  (value: Cbor) =>
    anEntry({ claims: set(label, value) }, plan, at);
const claimed = (change: Change) => anEntry({ claims: change });
const oneByte = (value: number): Uint8Array => Uint8Array.of(value);
const zeros = (size: number): Uint8Array => new Uint8Array(size);

const profileEdges: readonly Edge[] = [
  ...edges(
    'CHAIN-PROFILE-KNOWN',
    (profile: string) => anEntry({}, named(profile)),
    Object.fromEntries(
      ['android.14', 'android.15', 'android.16', 'widevine.19', 'widevine.20'].map((one) => [
        `the profile is ${one}`,
        one,
      ]),
    ),
    Object.fromEntries(
      [
        'android.13',
        'android.17',
        'android.18',
        'widevine.18',
        'widevine.21',
        'Android.16',
        ' android.16',
        'android.1',
        '',
      ].map((one) => [`the profile is “${one}”`, one]),
    ),
  ),
  ...edges<string | undefined>(
    'CHAIN-PROFILE-KNOWN',
    (profile) => anEntry({}, { profile }),
    { 'from Android 15 on, a profile of Android 15 is named': 'android.15' },
    { 'from Android 15 on, no profile is named': undefined },
    'Android 15 and 16',
  ),
];

const inAndroid13: readonly Edge[] = edges<string | undefined>(
  'CHAIN-PROFILE-KNOWN',
  (profile) => anEntry({}, { profile }),
  { 'Android 13 is accepted, and no profile is named': undefined },
  { 'Android 13 is accepted, and named': 'android.13' },
  'Android 13 to 15',
);

const usageEdges: readonly Edge[] = [
  ...edges(
    'CHAIN-KEY-USAGE',
    claim(claims.keyUsage),
    { 'the usage is 20': unhex('20'), 'the usage is 2000': unhex('2000'), 'the usage is 20000000': unhex('20000000') },
    {
      'the usage is 2001': unhex('2001'),
      'it is 200000ff': unhex('200000ff'),
      'it is 60': unhex('60'),
      'it is 21': unhex('21'),
    },
  ),
  ...edges<Cbor>(
    'CHAIN-KEY-USAGE',
    claim(claims.keyUsage),
    { 'the usage is 20 and seven zeros': unhex('2000000000000000') },
    {
      'the usage is the integer 32': 32,
      'the usage is 04': unhex('04'),
      'the usage is 00': unhex('00'),
      'it is 2020': unhex('2020'),
    },
  ),
  ...edges(
    'CHAIN-KEY-USAGE',
    claim(claims.keyUsage, of14),
    {
      'in Android 14 the usage is 0020': unhex('0020'),
      'in Android 14 it is 00000020': unhex('00000020'),
      'in Android 14 it is 2000': unhex('2000'),
    },
    { 'in Android 14 the usage is 0120': unhex('0120'), 'in Android 14 it is 002000': unhex('002000') },
  ),
  ...edges(
    'CHAIN-KEY-USAGE',
    claim(claims.keyUsage, of15),
    { 'in Android 15 the usage is 2000': unhex('2000') },
    { 'in Android 15 the usage is 0020': unhex('0020') },
  ),
];

const modeEdges: readonly Edge[] = [
  ...edges<Cbor>(
    'CHAIN-MODE-FORM',
    claim(claims.mode),
    { 'the mode is 01': oneByte(1) },
    {
      'the mode is no byte': zeros(0),
      'the mode is 0001': unhex('0001'),
      'the mode is the integer 1': 1,
      'it is a text': '1',
    },
  ),
  ...edges<Cbor>(
    'CHAIN-MODE-FORM',
    claim(claims.mode),
    { 'any mode is taken, and it is ff': oneByte(255) },
    { 'any mode is taken, and it has two bytes': unhex('0100'), 'any mode is taken, and it is the integer 2': 2 },
    'any mode',
  ),
  ...edges<Change>(
    'CHAIN-MODE-GIVEN',
    claimed,
    { 'any mode is taken, and it is 00': set(claims.mode, oneByte(0)) },
    { 'any mode is taken, and there is none': drop(claims.mode) },
    'any mode',
  ),
  ...edges<Cbor>(
    'CHAIN-MODE-NORMAL',
    claim(claims.mode, of14),
    { 'in Android 14 the mode is the integer 1': 1 },
    {
      'in Android 14 the mode is the integer 257': 257,
      'in Android 14 the mode is the integer 2^32 + 1': 2 ** 32 + 1,
      'in Android 14 the mode is the integer -1': -1,
      'in Android 14 the mode of a certificate in the middle is debug': oneByte(2),
    },
  ),
  ...edges<Cbor>(
    'CHAIN-MODE-NORMAL',
    claim(claims.mode, of14, 0),
    { 'in Android 14 the first mode is debug': oneByte(2), 'in Android 14 the first mode is the integer 2': 2 },
    {
      'in Android 14 the first mode is recovery': oneByte(3),
      'in Android 14 the first mode is 00': oneByte(0),
      'it is 258': 258,
    },
  ),
  ...edges(
    'CHAIN-MODE-NORMAL',
    claim(claims.mode, of15, 0),
    { 'in Android 15 the first mode is normal': oneByte(1) },
    { 'in Android 15 the first mode is debug': oneByte(2) },
  ),
];

export const claimEdges: readonly Edge[] = [
  ...profileEdges,
  ...inAndroid13,
  ...usageEdges,
  ...modeEdges,
  ...edges<Change>(
    'CHAIN-CLAIMS-KNOWN',
    claimed,
    { 'there is an authority descriptor of no bytes': set(claims.authorityDescriptor, zeros(0)) },
    {
      'there is the claim before the first of DICE': set(-4670544, 0),
      'there is the claim after the last': set(-4670555, 0),
    },
  ),
];
