/** Secrets are of one instance, in every version of the framework. */
import { modes, regimes } from '../../spec/boot/secrets.ts';
import { field } from '../boot/laws.ts';
import type { AlwaysInCode, EachInCode, Sometimes } from '../property.ts';
import { isDone } from '../property.ts';
import type { View } from '../view.ts';
import { isDebugging, kernelOf, openedIn, opens, placesOf, regimeOf, termOf } from './words.ts';

export const newBootsHaveNewSecrets: EachInCode = {
  kind: 'each',
  because: 'what boots',
  clause: 'INSTANCE-EPHEMERAL',
  statement: 'in the ephemeral regime, pvmfw derives a secret that nobody had before',
  loss: 'a secret comes back',
  over: 'call',
  on: ['pvmfw_boot'],
  when: ({ isDone, now }) => isDone && regimeOf(now, 0) === 'EPHEMERAL',
  holds: ({ isDone, was, now }) => {
    if (!isDone || regimeOf(now, 0) !== 'EPHEMERAL') return true;
    const secret = field(now, 'secret');
    return (
      placesOf(was).every((place) => field(was, 'secret', place) !== secret) && field(was, 'knownSecret', secret) === 0
    );
  },
};

export const debugGuestsHaveOtherSecrets: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'INSTANCE-MODE',
  statement: 'a VM opens what another sealed only if both can be debugged, or neither',
  loss: 'a debugged guest gets the secrets',
  over: 'machine',
  when: (view) => placesOf(view).some((place) => opens(view, place)),
  holds: (view) =>
    placesOf(view).every((place) => !opens(view, place) || isDebugging(view, 0) === isDebugging(view, place)),
};

export const secretsAreOfTheirInputs: EachInCode = {
  kind: 'each',
  because: 'what boots',
  clause: 'SECRET-INPUTS',
  statement: 'the sealing secret is that of the device, the key, the mode, the regime and the salt of this boot',
  loss: 'a secret is of something else',
  over: 'call',
  on: ['pvmfw_boot'],
  when: isDone,
  holds: ({ isDone, now }) => {
    if (!isDone) return true;
    const term = termOf(now, 0);
    const regime = regimes[term.regime] ?? '';
    const salts = [
      ...(regime === 'EPHEMERAL' ? [term.salt] : [field(now, 'vmInstance')]),
      ...(regime === 'RECORD' ? [field(now, 'recordSalt', field(now, 'vmDisk'))] : []),
    ];
    return (
      term.parent === field(now, 'vmParent') &&
      term.key === kernelOf(now, 0)?.key &&
      (modes[term.mode] === 'DEBUG') === isDebugging(now, 0) &&
      term.regime === field(now, 'vmRegime') &&
      salts.includes(term.salt)
    );
  },
};

export const anInstanceComesBack: Sometimes = {
  kind: 'sometimes',
  clause: 'INSTANCE-ONLY',
  statement: 'a later boot opens what an earlier one sealed',
  seen: (step) =>
    step.call === 'payload_secret' && step.isDone && placesOf(step.now).some((place) => opens(step.now, place)),
};

const measured = ['bearerCode', 'bearerApk', 'bearerApex'] as const;

const isSameCode = (view: View, place: number): boolean =>
  measured.every((name) => field(view, name) === field(view, name, place));

export const recordedCodeHasTheSecret: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'INSTANCE-SAME-CODE',
  statement: 'by record, a VM opens what another sealed only if it runs the same image, APKs and APEXes',
  loss: 'other software gets the secrets',
  over: 'machine',
  when: (view) => openedIn(view, 'RECORD').length > 0,
  holds: (view) => openedIn(view, 'RECORD').every((place) => isSameCode(view, place)),
};
