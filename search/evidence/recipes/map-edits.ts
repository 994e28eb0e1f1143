/** Other values in the maps of a signed message: its claims, its descriptor, its key and its protected header. */
import { unhex } from '../../../model/bytes.ts';
import { coseLabels } from '../../../model/cose/key.ts';
import { headerLabels } from '../../../model/cose/sign1.ts';
import { claims, configFields } from '../../../model/dice/labels.ts';
import type { Edit, Values } from './edit.ts';
import { editsOf, zeros } from './edit.ts';
import { formatCbor, formatLabel, labels } from './format.ts';

const oneByte = (value: number): Uint8Array => Uint8Array.of(value);

const claimValues: Values = [
  [claims.mode, [oneByte(2), oneByte(0), oneByte(3), oneByte(7), 1, unhex('0100')]],
  [claims.issuer, ['somebody', '', 1]],
  [claims.subject, ['somebody', '', 1]],
  [claims.codeHash, [zeros(20), zeros(32), 'code']],
  [claims.codeDescriptor, [zeros(4), 'code'], 'absent'],
  [claims.configHash, [zeros(64), zeros(32)]],
  [claims.configDescriptor, [zeros(0), new Map()]],
  [claims.authorityHash, [zeros(32), zeros(64), 1]],
  [claims.authorityDescriptor, [zeros(4), 'authority'], 'absent'],
  [claims.subjectKey, [zeros(0), new Map()]],
  [claims.keyUsage, [unhex('ff'), unhex('04'), unhex('2000'), unhex('0020'), zeros(0)]],
  [claims.profileName, ['android.14', 'android.15', 'android.16', 'android.17', 16]],
  [4, [0], 'absent'],
  ['note', ['x'], 'absent'],
];

const descriptorValues: Values = [
  [configFields.securityVersion, [7, 2n ** 64n - 1n, -1, '1']],
  [configFields.componentName, ['vm_entry', 1]],
  [configFields.componentVersion, [1, '1', oneByte(1)], 'absent'],
  [configFields.resettable, [null, true], 'absent'],
  [configFields.rkpVmMarker, [null, true], 'absent'],
  [configFields.instanceName, ['one', 1], 'absent'],
  [-70001, [1], 'absent'],
  [-71000, ['a.json'], 'absent'],
  ['name', [1], 'absent'],
  [1n << 63n, [1], 'absent'],
];

const keyValues: Values = [
  [coseLabels.kty, [2]],
  [coseLabels.alg, [-7, -8]],
  [coseLabels.crv, [6, 3]],
  [coseLabels.x, [zeros(31), zeros(32)]],
  [coseLabels.y, [zeros(32)]],
  [coseLabels.keyOps, [[2], [1], [], 2, [2, 99]]],
  [coseLabels.kid, [oneByte(1)], 'absent'],
  [-4, [zeros(32)], 'absent'],
  ['note', [1], 'absent'],
];

const headerValues: Values = [
  [headerLabels.alg, [-7, -8, -35, 'EdDSA']],
  [headerLabels.crit, [[1]], 'absent'],
  [headerLabels.contentType, [0], 'absent'],
  [headerLabels.kid, [oneByte(1), zeros(0), 'k'], 'absent'],
];

const inMap = (part: keyof typeof labels, of: string, values: Values): readonly Edit[] =>
  editsOf(values, (label, change, value) => {
    const name = `${formatLabel(label, labels[part])}${of}`;
    return {
      description: value === undefined ? `no ${name}` : `${name} is ${formatCbor(value)}`,
      message: { [part]: change },
    };
  });

/** The same in the root key, which no certificate is about. */
export const rootKeyEdits = editsOf(keyValues, (label, change, value) => {
  const name = `${formatLabel(label, labels.key)} of the root key`;
  return {
    description: value === undefined ? `no ${name}` : `${name} is ${formatCbor(value)}`,
    chain: { rootKey: change },
  };
});

export const claimEdits = inMap('claims', '', claimValues);
export const descriptorEdits = inMap('descriptor', ' of the descriptor', descriptorValues);
export const keyEdits = inMap('key', ' of the key', keyValues);
export const headerEdits = inMap('header', ' of the protected header', headerValues);
