/** What a step changed of a boot, in words: the VM and its secrets, disks, Secretkeeper, what the attacker knows. */
import { formatSecret, parents } from '../../spec/boot/secrets.ts';
import { kernelIn, noBoot, ramdiskIn } from '../../spec/boot/config.ts';
import type { BootConfig } from '../../spec/boot/config.ts';
import { none } from '../../spec/config.ts';
import { fields, leftovers, regions } from '../../spec/fields.ts';
import type { FieldName, FieldShape } from '../../spec/fields.ts';
import type { Layout } from '../../spec/state.ts';

/** A change of one cell. */
export interface Change {
  readonly field: FieldName;
  readonly index: number;
  readonly from: number;
  readonly to: number;
}
/** Whom it is about, and what to say of it. */
export type Label = [subject: string, words: string] | undefined;

/** Whom a change of a boot is about, and what to say of it; nothing for what only mirrors another change. */
export function formatBootChange(layout: Layout, change: Change): Label {
  const boot = layout.config.boot ?? noBoot;
  const { field, index, to } = change;
  switch (fields[field].over) {
    case 'boot':
      return formatVm(boot, change);
    case 'disk':
      return formatDisk(boot, change);
    case 'instance':
      return formatKept(change);
    case 'bearer':
      return formatHeld(boot, change);
    case 'secret':
      return ['attacker', `${knows(to)} ${formatSecret(boot, index)}`];
    case 'parent':
      return ['attacker', `${knows(to)} the secrets of a ${(parents[index] ?? '').toLowerCase()} device`];
    case 'region':
      return ['VM', `${regions[index] ?? ''} holds ${holdings[leftovers[to] ?? 'NOTHING']}`];
    default:
      return undefined;
  }
}

function formatHeld(boot: BootConfig, { field, index, to }: Change): Label {
  if (field === 'secret') return [formatBearer(index), to === none ? 'no secret' : `has ${formatSecret(boot, to)}`];
  return field === 'keeperSecret' && to !== none
    ? [formatBearer(index), `has secret ${to} of Secretkeeper`]
    : undefined;
}

const knows = (to: number): string => (to === 1 ? 'knows' : 'does not know');

/** Whose secrets are in a part of memory. */
const holdings = {
  NOTHING: 'nothing',
  GIVEN: "pvmfw's secrets",
  NEXT: "the guest's secrets",
  DERIVED: "the payload's secrets",
} as const;

const formatBearer = (bearer: number): string => (bearer === 0 ? 'VM' : `place ${bearer}`);

function nameOf(field: FieldName, value: number): string {
  const shape: FieldShape = fields[field];
  return (shape.values?.[value] ?? String(value)).toLowerCase();
}

const arrow = ({ field, from, to }: Change): string => `${nameOf(field, from)} → ${nameOf(field, to)}`;

function formatVm(boot: BootConfig, change: Change): Label {
  const { field, to } = change;
  switch (field) {
    case 'stage':
      return ['VM', arrow(change)];
    case 'vmCode':
      return to === none ? undefined : ['VM', `runs ${formatCode(boot, to)}`];
    case 'vmRegime':
      return nameOf(field, to) === 'record' ? undefined : ['VM', `regime ${nameOf(field, to)}`];
    case 'vmNew':
      return to === 1 ? ['VM', 'first boot'] : undefined;
    case 'vmCertified':
      return change.from === 0 || to === 0 ? undefined : ['VM', `certificates ${arrow(change)}`];
    case 'vmArgued':
      return ['VM', to === 1 ? "has the host's boot arguments" : 'no boot arguments'];
    case 'vmPolicy':
      return ['VM', to === 1 ? 'follows the debug policy' : 'no debug policy'];
    case 'vmShared':
      return ['VM', to === 1 ? 'shares pages with the host' : 'no page shared'];
    case 'vmMounted':
      return to === none ? undefined : ['VM', `mounts ${boot.apexes[to]?.name ?? ''}`];
    case 'vmParent':
      return ['VM', `derives from ${nameOf(field, to)} secrets`];
    default:
      return undefined;
  }
}

const formatCode = (boot: BootConfig, code: number): string =>
  `kernel ${kernelIn(boot, code)?.name ?? ''} with ${ramdiskIn(boot, code)?.name ?? 'no'} ramdisk`;

function formatDisk(boot: BootConfig, change: Change): Label {
  const { field, index, to } = change;
  const disk = `disk ${index}`;
  switch (field) {
    case 'diskForm':
      return [disk, arrow(change)];
    case 'record':
      return [disk, `pvmfw's entry ${arrow(change)}`];
    case 'guestRecord':
      return [disk, `Microdroid's entry ${arrow(change)}`];
    case 'guestRecordApk':
      return to === none ? undefined : [disk, `records ${boot.apks[to]?.name ?? ''}`];
    default:
      return undefined;
  }
}

function formatKept(change: Change): Label {
  const { field, index, to } = change;
  const instance = `id ${index}`;
  switch (field) {
    case 'keptSecret':
      return [instance, to === none ? 'Secretkeeper forgets its secret' : `Secretkeeper keeps secret ${to} for it`];
    case 'keptKernel':
      return to === none ? undefined : [instance, `kernels from version ${to} on`];
    case 'keptPayload':
      return to === none ? undefined : [instance, `payloads from version ${to} on`];
    default:
      return undefined;
  }
}
