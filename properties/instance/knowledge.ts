/** What the attacker comes to know of secrets: what it takes out of a VM, and what it derives from that. */
import { parents, secretTerm } from '../../spec/boot/secrets.ts';
import { none } from '../../spec/config.ts';
import { before, both, callIsDone, cell, implies, stays, truth } from '../../spec/language/build.ts';
import { bootOf, field } from '../boot/laws.ts';
import type { AlwaysInCode, Each, EachInCode, Sometimes } from '../property.ts';
import { isDone } from '../property.ts';
import type { View } from '../view.ts';
import { isEmpty, placesOf, termOf } from './words.ts';

/** Whoever knows what a secret is derived from knows the secret; salts, keys and modes are no secrets. */
const isDerivable = (view: View, secret: number): boolean => {
  const { parent } = secretTerm(bootOf(view), secret);
  return (
    field(view, 'knownSecret', secret) === 1 ||
    field(view, 'knownParent', parent) === 1 ||
    parent === parents.indexOf('FOREIGN')
  );
};

/** The secret comes from the bootloader of a device in debug mode, which its owner may replace. */
const isOfUnlocked = (view: View, bearer: number): boolean => parents[termOf(view, bearer).parent] === 'DEBUG';

export const secretsStayInTheirInstance: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'INSTANCE-ONLY',
  statement:
    'on a device in normal mode, the attacker can derive the secret of an instance only if it has taken over a VM of that very instance',
  loss: 'the attacker derives a secret',
  over: 'machine',
  when: (view) => [0, ...placesOf(view)].some((bearer) => field(view, 'secret', bearer) !== none),
  holds: (view) =>
    [0, ...placesOf(view)].every((bearer) => {
      const secret = field(view, 'secret', bearer);
      return (
        secret === none ||
        !isDerivable(view, secret) ||
        field(view, 'knownSecret', secret) === 1 ||
        isOfUnlocked(view, bearer)
      );
    }),
};

export const secretsAreNotDerived: EachInCode = {
  kind: 'each',
  because: 'what boots',
  clause: 'INSTANCE-ONLY',
  statement: 'on a device in normal mode, the attacker derives no secret that any VM has or had',
  loss: 'the attacker derives a secret',
  over: 'call',
  on: ['host_derive'],
  when: isDone,
  holds: (step) => !step.isDone || isEmpty(step.now, step.arg('bearer')) || isOfUnlocked(step.now, step.arg('bearer')),
};

/** The attacker knows the sealing secret of the VM that runs. */
const isKnown = cell('knownSecret', cell('secret', 0).value).is(1);
const isRunning = cell('stage').is('RUNNING');

export const payloadsHaveNoSecret: Each = {
  kind: 'each',
  clause: 'DICE-SEAL-INDIRECT',
  statement: 'whoever takes over a payload that runs learns no sealing secret',
  loss: 'a payload has the sealing secret',
  over: 'call',
  on: ['take_over'],
  when: both(callIsDone, before(isRunning)),
  holds: implies(both(callIsDone, before(isRunning)), stays(truth(isKnown))),
};
export const debugSecretsAreDerived: Sometimes = {
  kind: 'sometimes',
  clause: 'DICE-NEED-SECRET',
  statement: 'with the secrets of an unlocked device, those of a VM on it are derived',
  seen: (step) => step.call === 'host_derive' && step.isDone && !isEmpty(step.now, step.arg('bearer')),
};
