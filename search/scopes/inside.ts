/** The scope of a payload: one file of each kind, so that each barrier has something that it alone holds back. */
import type { GuestFile } from '../../spec/inside/config.ts';
import { noMemory } from './boot.ts';
import type { Scope } from './linux.ts';

const file = (name: string, allows: GuestFile['allows'], more: Partial<GuestFile> = {}): GuestFile => ({
  name,
  allows,
  noExec: false,
  secret: false,
  ...more,
});

const files: readonly GuestFile[] = [
  file('a library of the APK', ['read', 'execute']),
  // Its type may be executed, and its mount says no.
  file('a file in the encrypted store', ['read', 'write', 'execute'], { noExec: true }),
  // It lies on no mount that could say no, and its type may not be executed.
  file('a memory file', ['read', 'write']),
  file('the DICE driver', [], { secret: true }),
];

export const payload: Scope = {
  name: 'payload',
  config: { ...noMemory, inside: { files, areas: 2 } },
  prelude: [],
  weights: { payload_map: 2, payload_protect: 2 },
};
/** The same with a payload that was started with capabilities. */
export const capable: Scope = {
  ...payload,
  name: 'capable',
  config: { ...noMemory, inside: { files, areas: 2, capable: true } },
};
/** The same with one area: every state of it can be reached. */
export const oneArea: Scope = { ...payload, name: 'one-area', config: { ...noMemory, inside: { files, areas: 1 } } };
