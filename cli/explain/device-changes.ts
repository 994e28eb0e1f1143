/** What a step changed of a device, in words: what runs, who owns it, what lies in memory, which secrets there are. */
import { none } from '../../spec/config.ts';
import { systemImages } from '../../spec/device/config.ts';
import { fields } from '../../spec/fields.ts';
import type { FieldName, FieldShape } from '../../spec/fields.ts';
import type { Change, Label } from './boot-changes.ts';

const subjects: Readonly<Partial<Record<FieldName, readonly [string, string]>>> = {
  phonePower: ['device', ''],
  systemImage: ['device', 'system'],
  chainMode: ['device', 'chain'],
  bootState: ['device', 'boot state'],
  userData: ['device', 'user data'],
  resetSecret: ['device', 'factory reset secret'],
  privateCount: ['hypervisor', 'private pages'],
  payload: ['payload', 'version'],
  keeperVersion: ['Secretkeeper', 'least version'],
  runVersion: ['VM', 'payload version'],
  sealedVersion: ['what is sealed', 'by version'],
  runCid: ['VM', 'CID'],
  learntCid: ['app', 'knows CID'],
};
const flags: Readonly<Partial<Record<FieldName, readonly [string, string, string]>>> = {
  unlocked: ['device', 'unlocked', 'locked'],
  debugger: ['device', 'debugger attached', 'debugger detached'],
  memProtect: ['firmware', 'memory protection on', 'memory protection off'],
  runs: ['VM', 'runs', 'ends'],
  sealedOld: ['what is sealed', 'is of a former ownership', 'is of this ownership'],
  learntRuns: ['app', 'its VM runs', 'its VM is gone'],
  imageNew: ['device', 'system of this ownership', 'system of before'],
};
/** What lies in memory. */
const lies = ['nothing', 'something of this boot', 'something of an earlier boot'];
/** A secret as its inputs: mode, signer of the system, factory reset secret. */
const formatSecret = (secret: number): string => {
  if (secret === none) return 'none';
  const [mode, image, frs] = [
    secret % 2,
    Math.floor(secret / 2) % systemImages.length,
    Math.floor(secret / 2 / systemImages.length),
  ];
  return `secret(${mode === 0 ? 'normal' : 'debug'}, ${(systemImages[image] ?? '').toLowerCase()}, reset ${frs})`;
};
const secrets: Readonly<Partial<Record<FieldName, string>>> = { runSecret: 'VM', sealedSecret: 'what is sealed' };

/** Whom a change of a device is about, and what to say of it; nothing for what only mirrors another change. */
export function formatDeviceChange({ field, index, from, to }: Change): Label {
  const shape: FieldShape = fields[field];
  const name = (value: number): string =>
    (shape.values?.[value] ?? (value === none ? 'none' : String(value))).toLowerCase();
  const flag = flags[field];
  if (flag !== undefined) return [flag[0], to === 1 ? flag[1] : flag[2]];
  const subject = subjects[field];
  if (subject !== undefined) return [subject[0], `${subject[1]} ${name(from)} → ${name(to)}`.trim()];
  const bearer = secrets[field];
  if (bearer !== undefined) return to === none ? undefined : [bearer, formatSecret(to)];
  if (field === 'keeperEntry') return ['Secretkeeper', to === none ? 'forgets' : `has entry ${to}`];
  if (field === 'ramUse') return [`P${index}`, `${name(from)} → ${name(to)}`];
  const holds = `holds ${lies[to] ?? ''}`;
  if (field === 'pvmfwMemory') return ['memory of pvmfw', holds];
  return field === 'ram' ? [`P${index}`, holds] : undefined;
}
