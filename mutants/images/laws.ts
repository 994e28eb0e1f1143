/** Mistakes that break the laws of every image: in what is asked, in where it is looked for, in how it ends. */
import { ascii, hex } from '../../model/bytes.ts';
import type { Bytes } from '../../model/bytes.ts';
import { readFdt } from '../../model/fdt/form.ts';
import { cellOf, propertyOf } from '../../model/fdt/look.ts';
import { readPolicy } from '../../model/images/policy.ts';
import { entryIn, readConfig } from '../../model/images/pvmfw-config.ts';
import type { Format } from '../../properties/images/format.ts';
import { ofImages } from '../../properties/images/laws.ts';
import { entries, lawsOfEntries } from '../../properties/images/config-laws.ts';
import type { Entries } from '../../properties/images/config-laws.ts';
import { fixedName, lawsOfTrees, written } from '../../properties/images/trees.ts';
import type { Line } from '../../properties/images/trees.ts';
import { sounds } from '../../search/images/sounds.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { DebugFeatures } from '../../spec/images/config-pieces.ts';
import type { LawFault } from '../evidence/laws.ts';

const fault = (id: string, clause: ClauseId, wrong: (format: Format) => Partial<Format>): LawFault => ({
  id,
  clause,
  laws: () => ofImages(sounds.map((sound) => ({ ...sound, format: { ...sound.format, ...wrong(sound.format) } }))),
});

/** A pvmfw that writes the tree of the guest otherwise. */
const inTrees = (id: string, clause: ClauseId, wrong: typeof written): LawFault => ({
  id,
  clause,
  laws: () => lawsOfTrees(wrong),
});
/** A pvmfw that reads entries of its configuration otherwise. */
const inEntries = (id: string, clause: ClauseId, wrong: Partial<Entries>): LawFault => ({
  id,
  clause,
  laws: () => lawsOfEntries({ ...entries, ...wrong }),
});

/** The policy of a configuration, wherever a node of it says something. */
function policyAnywhere(configuration: Bytes): DebugFeatures {
  const { nodes } = readFdt(policyIn(configuration));
  const isOn = (feature: string): boolean => nodes.some((node) => cellOf(propertyOf(node, feature)) === 1);
  return { ramdump: isOn('ramdump'), log: isOn('log') };
}
const policyIn = (configuration: Bytes): Bytes =>
  entryIn(configuration, readConfig(configuration).entries, 'debug policy') ?? new Uint8Array();
/** One property of the guest's tree has another value, or is there besides. */
const writes = (id: string, clause: ClauseId, path: string, value: string): LawFault =>
  inTrees(id, clause, (facts) => {
    const lines = written(facts).filter(([one]) => one !== path);
    return [...lines, [path, value] satisfies Line];
  });

/** The memory in which an image lies, from where it begins. */
const onward = ({ buffer, byteOffset }: Bytes): Bytes => new Uint8Array(buffer, byteOffset);

export const imageLawFaults: readonly LawFault[] = [
  fault('first-byte-unread', 'IMAGE-EVERY-BYTE', ({ judge }) => ({
    judge: (piece, ...others) => judge({ ...piece, bytes: Uint8Array.of(0x70, ...piece.bytes.subarray(1)) }, ...others),
  })),
  fault('end-unknown', 'IMAGE-BOUNDED', ({ judge }) => ({
    judge: (piece, ...others) => judge({ ...piece, bytes: onward(piece.bytes) }, ...others),
  })),
  fault('place-behind-the-end', 'IMAGE-VERDICT', ({ judge }) => ({
    judge: (piece, ...others) => {
      const verdict = judge(piece, ...others);
      return verdict.kind === 'accepted' ? verdict : { ...verdict, at: piece.bytes.length + 1 };
    },
  })),
  writes('node-of-the-host', 'TREE-OWN', '/firmware/host', 'ff'),
  writes('memory-elsewhere', 'BOOT-TREE-CONFINED', '/memory/reg', '0'.repeat(32)),
  writes('fixed-value-of-the-host', 'BOOT-TREE-FIXED', `/avf/${fixedName}`, 'ff'),
  writes('arguments-of-the-host', 'BOOT-TREE-ARGUMENTS', '/chosen/bootargs', hex(ascii('init=/bin/sh\0'))),
  inTrees('written-twice', 'FDT-FIRST', (facts) => written(facts).flatMap((line) => [line, line])),
  inEntries('whole-list-is-a-key', 'CONFIG-KEYS', { keys: (list) => [list] }),
  inEntries('nameless-is-the-first', 'CONFIG-RESERVED-OWN', {
    reserved: (vm = 'vm', ...others) => entries.reserved(vm, ...others),
  }),
  inEntries('policy-on-any-device', 'BOOT-DEBUG-POLICY', {
    policy: (configuration) => readPolicy(policyIn(configuration)) ?? { ramdump: false, log: false },
  }),
  inEntries('policy-in-part', 'CONFIG-POLICY', { policy: policyAnywhere }),
];
