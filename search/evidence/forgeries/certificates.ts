/** Certificates that claim what they must not. */
import { unhex } from '../../../model/bytes.ts';
import { claims, modes } from '../../../model/dice/labels.ts';
import type { Forgery } from './forgery.ts';
import { both, drop, empty, inEntry, instead, named, plain, set } from './forgery.ts';

export const certificates: readonly Forgery[] = [
  inEntry('CHAIN-CLAIMS-MAP', 'the claims are a list', { claims: instead([]) }),
  inEntry('CHAIN-PROFILE-KNOWN', 'the profile is unknown', { claims: set(claims.profileName, 'android.17') }),
  inEntry('CHAIN-PROFILE-KNOWN', 'the profile is a draft', { claims: set(claims.profileName, 'android.18') }),
  inEntry('CHAIN-PROFILE-KNOWN', 'the profile is a number', { claims: set(claims.profileName, 16) }),
  inEntry(
    'CHAIN-PROFILE-KNOWN',
    'the profile is missing where it must be named',
    {},
    {
      plan: plain,
      options: { profiles: ['android.15', 'android.16'] },
      entry: 0,
    },
  ),
  inEntry(
    'CHAIN-PROFILE-RANGE',
    'the profile is newer than those that are taken',
    {},
    {
      options: { profiles: ['android.14', 'android.15'] },
      entry: 0,
    },
  ),
  inEntry(
    'CHAIN-PROFILE-RANGE',
    'the profile is older than those that are taken',
    {},
    {
      plan: named('android.14'),
      options: { profiles: ['android.15', 'android.16'] },
      entry: 0,
    },
  ),
  inEntry('CHAIN-CLAIMS-KNOWN', 'there is a claim of a time', { claims: set(4, 0) }),
  inEntry('CHAIN-CLAIMS-KNOWN', 'there is a claim under a text', { claims: set('1', 'x') }),
  inEntry('CHAIN-KEY-USAGE', 'the key may sign anything', { claims: set(claims.keyUsage, Uint8Array.of(0xff)) }),
  inEntry('CHAIN-KEY-USAGE', 'the key usage is empty', { claims: set(claims.keyUsage, empty) }),
  inEntry('CHAIN-KEY-USAGE', 'the bits stand in the order of Android 14', {
    claims: set(claims.keyUsage, unhex('0020')),
  }),
  inEntry('CHAIN-KEY-USAGE', 'the key usage is missing', { claims: drop(claims.keyUsage) }),
  inEntry('CHAIN-HASH-TYPES', 'the code hash is a text', { claims: set(claims.codeHash, 'hash') }),
  inEntry('CHAIN-CODE-HASH-SIZE', 'the code hash has 20 bytes', { claims: set(claims.codeHash, new Uint8Array(20)) }),
  inEntry('CHAIN-CONFIG-HASH-SIZE', 'the configuration hash is longer than the code hash', {
    claims: both(set(claims.codeHash, new Uint8Array(32)), set(claims.authorityHash, new Uint8Array(32))),
  }),
  inEntry('CHAIN-AUTHORITY-HASH-SIZE', 'the authority hash is shorter than the code hash', {
    claims: set(claims.authorityHash, new Uint8Array(32)),
  }),
  inEntry('CHAIN-NAMES-GIVEN', 'the subject is missing', { claims: drop(claims.subject) }),
  inEntry('CHAIN-NAMES-GIVEN', 'the issuer is a byte string', { claims: set(claims.issuer, empty) }),
  inEntry('CHAIN-SUBJECT-KEY', 'the key is missing', { claims: drop(claims.subjectKey) }),
  inEntry('CHAIN-SUBJECT-KEY', 'the key is not in a byte string', { claims: set(claims.subjectKey, new Map()) }),
  inEntry('CHAIN-MODE-FORM', 'the mode is a number', { claims: set(claims.mode, 1) }),
  inEntry('CHAIN-MODE-FORM', 'the mode has two bytes', { claims: set(claims.mode, unhex('0100')) }),
  ...[0, 2, 3, 7].map((mode) =>
    inEntry('CHAIN-MODE-NORMAL', `the mode is ${mode}`, { claims: set(claims.mode, Uint8Array.of(mode)) }),
  ),
  inEntry(
    'CHAIN-MODE-NORMAL',
    'the root is in debug mode',
    { claims: set(claims.mode, Uint8Array.of(modes.debug)) },
    { entry: 0 },
  ),
  inEntry('CHAIN-MODE-GIVEN', 'the mode is missing', { claims: drop(claims.mode) }),
  inEntry('CHAIN-CODE-HASH-GIVEN', 'the code hash is missing', { claims: drop(claims.codeHash) }),
  inEntry('CHAIN-DESCRIPTOR-GIVEN', 'the descriptor is missing', { claims: drop(claims.configDescriptor) }),
  inEntry('CHAIN-AUTHORITY-GIVEN', 'the authority hash is missing', { claims: drop(claims.authorityHash) }),
  inEntry('CHAIN-DESCRIPTION-TYPES', 'the code descriptor is a text', { claims: set(claims.codeDescriptor, 'code') }),
  inEntry('CHAIN-NAMES-FILLED', 'the subject is empty', { claims: set(claims.subject, '') }),
  inEntry('CHAIN-NAMES-FILLED', 'the last subject is empty', { claims: set(claims.subject, '') }, { entry: 2 }),
  inEntry('CHAIN-NAMES-GIVEN', 'the last subject is missing', { claims: drop(claims.subject) }, { entry: 2 }),
  inEntry('CHAIN-SUBJECT-KEY', 'the last key is missing', { claims: drop(claims.subjectKey) }, { entry: 2 }),
  inEntry(
    'CHAIN-CODE-HASH-SIZE',
    'all three hashes have 20 bytes',
    {
      claims: both(
        set(claims.codeHash, new Uint8Array(20)),
        set(claims.configHash, new Uint8Array(20)),
        set(claims.authorityHash, new Uint8Array(20)),
      ),
    },
    { plan: named('android.15') },
  ),
];
