/** The scene in which invariants are read: a state, and no names but their subjects. */
import type { Definition } from '../../spec/language/term.ts';
import { vcpu, vmOf } from '../../spec/vocabulary/vms.ts';
import type { Fields, Scene } from './smt.ts';

/** Pairs of VM and index are numbered in some way that tells them apart. */
export const opaque: ReadonlyMap<Definition, string> = new Map<Definition, string>([
  [vcpu('vm', 'index').definition, 'vcpu_of'],
  [vmOf('vcpu').definition, 'vm_of'],
]);

export const sceneOf = (fields: Fields): Scene => ({
  fields,
  names: new Map(),
  opaque,
  constant: () => {
    throw new Error('unreachable: an invariant that searches');
  },
});
