/** What an Android host does not promise, and what it does not promise once it has fallen: each has to be seen. */
import { none } from '../../spec/config.ts';
import { hostOf } from '../../spec/host/config.ts';
import type { App, HostFile } from '../../spec/host/config.ts';
import { hostVmStates } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Permitted, Sometimes, Step } from '../property.ts';
import type { View } from '../view.ts';

const at = (view: View, name: FieldName, index = 0): number => view.at(view.layout.base[name] + index);
const ofApp = (view: View, name: FieldName, app: number, vm: number): number =>
  at(view, name, app * hostOf(view.config).vms + vm);
const appOf = (step: Step, name = 'app'): App | undefined => hostOf(step.now.config).apps[step.arg(name)];
const fileOf = (step: Step): HostFile | undefined => hostOf(step.now.config).files[step.arg('file')];
const isFallen = ({ was }: Step): boolean => at(was, 'hostFallen') === 1;
const idsOf = (view: View): number[] => Array.from({ length: hostOf(view.config).ids }, (_, id) => id);

const permitted = (clause: ClauseId, call: string, statement: string, seen: (step: Step) => boolean): Permitted => ({
  kind: 'permitted',
  clause,
  statement,
  on: [call],
  seen: (step) => step.isDone && seen(step),
});
const honestly =
  (seen: (step: Step) => boolean) =>
  (step: Step): boolean =>
    !isFallen(step) && seen(step);
const afterTheFall =
  (seen: (step: Step) => boolean) =>
  (step: Step): boolean =>
    isFallen(step) && seen(step);

const nonGuarantees: readonly Permitted[] = [
  permitted(
    'HOST-CAPABILITY',
    'connect_vsock',
    'an app that is entitled to nothing is connected to a VM that it was given',
    honestly((step) => appOf(step)?.entitled.length === 0),
  ),
  permitted(
    'HOST-APP-KERNEL',
    'create_vm',
    'a VM that is not protected has a kernel that an app can write',
    honestly((step) => fileOf(step)?.appWrites === true),
  ),
  permitted(
    'HOST-EXEMPT',
    'open_socket',
    'a process opens a socket to a VM that has no business there',
    honestly((step) => appOf(step)?.entitled.includes('CHANNEL') === false),
  ),
  permitted(
    'HOST-RELAY',
    'app_relay',
    'an app carries to a VM what another has said',
    honestly((step) => step.arg('from') !== step.arg('to')),
  ),
  permitted(
    'HOST-ID-PURGE',
    'allocate_id',
    'an app asks for an id, and loses its oldest instance',
    honestly(({ was, now }) =>
      idsOf(now).some((id) => at(was, 'idOwner', id) !== none && at(now, 'idOwner', id) === none),
    ),
  ),
  permitted(
    'HOST-ID-CLAIM',
    'remove_id',
    'an app has the secrets of an instance deleted that another has made',
    honestly((step) => {
      const maker = at(step.was, 'idMaker', step.arg('id'));
      return maker !== none && maker !== step.arg('app');
    }),
  ),
];

/** One thing of each kind that the chapter guarantees. */
const voided: readonly Permitted[] = [
  permitted(
    'HOST-VOID',
    'create_vm',
    'the host is compromised, and an app has a VM that is entitled to none',
    afterTheFall((step) => appOf(step)?.entitled.length === 0),
  ),
  permitted(
    'HOST-VOID',
    'create_vm',
    'the host is compromised, and a protected VM is made of a file that an app can write',
    afterTheFall((step) => fileOf(step)?.appWrites === true && step.arg('protected') === 1),
  ),
  permitted(
    'HOST-VOID',
    'list_vms',
    'the host is compromised, and an app learns of VMs of others',
    afterTheFall((step) => appOf(step)?.entitled.includes('DEBUG') === false),
  ),
  permitted(
    'HOST-VOID',
    'connect_vsock',
    'the host is compromised, and an app is connected to a VM that it was never given',
    afterTheFall((step) => ofApp(step.was, 'appHeld', step.arg('app'), step.arg('vm')) === 0),
  ),
  permitted(
    'HOST-VOID',
    'guest_send',
    'the host is compromised, and a packet of a VM reaches another',
    afterTheFall((step) => {
      const to = step.arg('destination');
      return to !== none && to !== step.arg('vm') && hostVmStates[at(step.now, 'hostVmState', to)] === 'RUNNING';
    }),
  ),
  permitted(
    'HOST-VOID',
    'remove_id',
    'the host is compromised, and the secrets of an instance go that nobody wanted to go',
    afterTheFall((step) => {
      const owner = at(step.was, 'idOwner', step.arg('id'));
      return owner !== none && owner !== step.arg('app');
    }),
  ),
];

const someAppGetsItsVm: Sometimes = {
  kind: 'sometimes',
  clause: 'HOST-CREATE',
  statement: 'an app that is entitled to it has a VM, and the host is honest',
  on: ['create_vm'],
  seen: (step) => step.isDone && !isFallen(step),
};

export const hostWitnesses = [someAppGetsItsVm, ...nonGuarantees, ...voided];
