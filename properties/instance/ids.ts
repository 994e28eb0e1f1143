/** Instances by id: versions that come and go, and what Secretkeeper keeps. */
import { none } from '../../spec/config.ts';
import { bootOf, field } from '../boot/laws.ts';
import type { AlwaysInCode, Permitted, Property } from '../property.ts';
import type { View } from '../view.ts';
import { apkOf, isEmpty, kernelOf, openedBy, openedIn, placesOf, regimeOf, termOf } from './words.ts';

/** Neither the kernel nor the payload is older than it was. */
const isNoOlder = (view: View, place: number): boolean =>
  (kernelOf(view, 0)?.securityVersion ?? 0) >= (kernelOf(view, place)?.securityVersion ?? 0) &&
  (apkOf(view, 0)?.version ?? 0) >= (apkOf(view, place)?.version ?? 0);

const olderSoftwareHasNoSecret: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'INSTANCE-NO-OLDER',
  statement: 'deferred, a VM opens what another sealed only if it is no older, and of the same signers',
  loss: 'older software gets the secrets',
  over: 'machine',
  when: (view) => openedIn(view, 'DEFERRED').length > 0,
  holds: (view) =>
    openedIn(view, 'DEFERRED').every(
      (place) =>
        isNoOlder(view, place) &&
        kernelOf(view, 0)?.key === kernelOf(view, place)?.key &&
        apkOf(view, 0)?.key === apkOf(view, place)?.key,
    ),
};

const deferredImagesHaveVersions: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'INSTANCE-NO-OLDER',
  statement: 'deferred, an image has a security version to be judged by',
  loss: 'an image cannot be judged by its version',
  over: 'machine',
  when: (view) => !isEmpty(view, 0) && regimeOf(view, 0) === 'DEFERRED',
  holds: (view) =>
    isEmpty(view, 0) || regimeOf(view, 0) !== 'DEFERRED' || (kernelOf(view, 0)?.securityVersion ?? 0) > 0,
};

const serviceIsFixed: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'INSTANCE-FIXED',
  statement: 'the VM that signs certificates has the security version that pvmfw knows',
  loss: 'an older service runs',
  over: 'machine',
  when: (view) => !isEmpty(view, 0) && regimeOf(view, 0) === 'FIXED',
  holds: (view) =>
    isEmpty(view, 0) ||
    regimeOf(view, 0) !== 'FIXED' ||
    kernelOf(view, 0)?.securityVersion === bootOf(view).serviceVersion,
};

const keeperSecretsStay: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'INSTANCE-ONLY',
  statement: 'two VMs with the same secret of Secretkeeper are of one instance and of one signer',
  loss: 'another instance gets the secret',
  over: 'machine',
  when: (view) => field(view, 'keeperSecret') !== none,
  holds: (view) =>
    placesOf(view).every((place) => {
      const shared = field(view, 'keeperSecret', place);
      if (shared === none || shared !== field(view, 'keeperSecret')) return true;
      return (
        termOf(view, 0).salt === termOf(view, place).salt &&
        field(view, 'payloadKey') === field(view, 'payloadKey', place)
      );
    }),
};

const anUpdateKeepsItsSecrets: Permitted = {
  kind: 'permitted',
  clause: 'INSTANCE-NEWER',
  statement: 'a newer kernel with a newer APK opens what the older ones sealed',
  seen: (step) =>
    openedBy(step, 'DEFERRED').some(
      (place) =>
        (kernelOf(step.now, 0)?.securityVersion ?? 0) > (kernelOf(step.now, place)?.securityVersion ?? 0) &&
        (apkOf(step.now, 0)?.version ?? 0) > (apkOf(step.now, place)?.version ?? 0),
    ),
};

const secretkeeperForgets: Permitted = {
  kind: 'permitted',
  clause: 'KEEPER-FORGETS',
  statement: 'Secretkeeper forgets a secret that something was sealed with',
  seen: (step) =>
    step.call === 'host_delete_kept' &&
    field(step.was, 'keptSecret', step.arg('instance')) !== none &&
    placesOf(step.was).some(
      (place) => field(step.was, 'keeperSecret', place) === field(step.was, 'keptSecret', step.arg('instance')),
    ),
};

const theHostKnowsTheSalt: Permitted = {
  kind: 'permitted',
  clause: 'SALT-KNOWN',
  statement: 'a VM has a salt that the host can compute from the instance id',
  seen: (step) => step.call === 'pvmfw_boot' && step.isDone && termOf(step.now, 0).salt < bootOf(step.now).ids,
};

export const ofIds: readonly Property[] = [
  olderSoftwareHasNoSecret,
  deferredImagesHaveVersions,
  serviceIsFixed,
  keeperSecretsStay,
  anUpdateKeepsItsSecrets,
  secretkeeperForgets,
  theHostKnowsTheSalt,
];

export const anOlderImageOpens: Permitted = {
  kind: 'permitted',
  clause: 'INSTANCE-ROLLBACK-GAP',
  statement: 'by record, an older image opens what a newer one sealed',
  seen: (step) =>
    openedBy(step, 'RECORD').some(
      (place) => (kernelOf(step.now, 0)?.securityVersion ?? 0) < (kernelOf(step.now, place)?.securityVersion ?? 0),
    ),
};
