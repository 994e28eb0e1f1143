/** What holds of what pvmfw makes of the configuration behind it. */
import fc from 'fast-check';
import type { DebugFeatures } from '../../spec/images/config-pieces.ts';
import { fdtChecks } from '../../spec/images/fdt.ts';
import { verdictOn } from '../../spec/images/image.ts';
import { ascii, hex } from '../../model/bytes.ts';
import type { Bytes } from '../../model/bytes.ts';
import { readFdt } from '../../model/fdt/form.ts';
import { writeFdt } from '../../model/fdt/write.ts';
import { forgeHandover } from '../../model/forge/handover.ts';
import { readTree } from '../../model/images/device-tree.ts';
import { guestTree } from '../../model/images/guest-tree.ts';
import { hostTree } from '../../model/images/host-tree.ts';
import { writePolicy } from '../../model/images/policy.ts';
import { readConfig, writeConfig } from '../../model/images/pvmfw-config.ts';
import { handedTo, writeReserved } from '../../model/images/reserved.ts';
import type { Region, ReservedBlob } from '../../model/images/reserved.ts';
import { readKeys, writeKeys } from '../../model/images/trusted-keys.ts';
import type { EvidenceLaw } from '../evidence/law.ts';
import { linesOf } from './trees.ts';

/** How pvmfw reads the entries of its configuration. */
export interface Entries {
  readonly keys: typeof readKeys;
  /** The features that are turned on by the policy of a configuration; none where it is passed over. */
  readonly policy: (configuration: Bytes) => DebugFeatures;
  readonly reserved: typeof handedTo;
}

const nothing: DebugFeatures = { ramdump: false, log: false };
export const entries: Entries = {
  keys: readKeys,
  policy: (configuration) => {
    const { policy } = readConfig(configuration).pieces;
    return typeof policy === 'object' ? policy : nothing;
  },
  reserved: handedTo,
};

const features: fc.Arbitrary<DebugFeatures> = fc.record({ ramdump: fc.boolean(), log: fc.boolean() });
const [ofDevice, ofDebugMode] = [false, true].map((isDebug) =>
  forgeHandover({ kinds: ['Ed25519', 'Ed25519'], profile: 'android.16' }, isDebug),
) as [Bytes, Bytes];

const isTree = (bytes: Bytes): boolean => verdictOn(fdtChecks, readFdt(bytes).form, {}).kind === 'accepted';
const isSame = (one: DebugFeatures, other: DebugFeatures): boolean =>
  one.ramdump === other.ramdump && one.log === other.log;

const page = 0x1000;
const from = 0x7fd0_0000n;
const names = ['vm', 'vm2', 'another'] as const;
const blobs: fc.Arbitrary<readonly ReservedBlob[]> = fc.array(
  fc.record({
    vm: fc.constantFrom(...names),
    compatible: fc.constantFrom('a,seed', 'a,key'),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
    isUnmapped: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

/** What the tree of a guest says of reserved memory besides the buffer and the handover, one line for each property. */
function regionsIn(reserved: readonly Region[]): readonly string[] {
  const facts = readTree({ bytes: writeFdt(hostTree({})) });
  const given = { isDebuggable: false, policy: undefined, isNew: true, seed: 0n, handover: [0n, 0n] } as const;
  return linesOf(guestTree(facts, { ...given, reserved })).flatMap(([path, value]) =>
    path.startsWith('/reserved-memory/memory@') ? [`${path}=${value}`] : [],
  );
}

/** The lines that blobs ought to have, each on the next page. */
const wanted = (own: readonly ReservedBlob[]): readonly string[] =>
  own.flatMap(({ compatible, bytes, isUnmapped }, i) => {
    const start = from + BigInt(page * i);
    const node = `/reserved-memory/memory@${start.toString(16)}`;
    const register = [start, BigInt(bytes.length)].map((number) => number.toString(16).padStart(16, '0'));
    return [
      `${node}/compatible=${hex(ascii(`${compatible}\0`))}`,
      `${node}/reg=${register.join('')}`,
      ...(isUnmapped === true ? [`${node}/no-map=`] : []),
    ];
  });

const runs = 100;
export const lawsOfEntries = (read: Entries): readonly EvidenceLaw[] => [
  {
    kind: 'always',
    clause: 'CONFIG-KEYS',
    statement: 'a list of keys gives them all, and with a byte of its table changed none, or keys inside of it',
    runs,
    property: fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (keys, place, byte) => {
        const list = writeKeys(keys);
        const table = 4 + 32 * keys.length;
        const at = place % table;
        const changed = read.keys(list.with(at, (list[at] ?? 0) ^ byte));
        const isWhole = read.keys(list).map(hex).join() === keys.map(hex).join();
        const isOfReserved = at >= 4 && (at - 4) % 32 >= 4;
        return (
          isWhole && (changed.length === 0 || (!isOfReserved && changed.every((key) => key.length <= list.length)))
        );
      },
    ),
  },
  {
    kind: 'always',
    clause: 'CONFIG-RESERVED-OWN',
    statement: 'a VM gets the blobs that are for its name, each alone on a page that its tree names, and nothing else',
    runs,
    property: fc.property(blobs, fc.option(fc.constantFrom(...names), { nil: undefined }), (all, vm) => {
      const own = all.filter((blob) => blob.vm === vm);
      const { memory, regions } = read.reserved(vm, writeReserved(all), from);
      const pages = own.map(({ bytes }) => hex(bytes).padEnd(2 * page, '0'));
      return hex(memory) === pages.join('') && regionsIn(regions).join() === wanted(own).join();
    }),
  },
  {
    kind: 'always',
    clause: 'BOOT-DEBUG-POLICY',
    statement: 'in bytes: a debug policy counts as it is on a device in debug mode, and not at all on any other',
    runs,
    property: fc.property(features, fc.boolean(), (policy, isDebug) => {
      const handover = isDebug ? ofDebugMode : ofDevice;
      const found = read.policy(writeConfig(1, { handover, 'debug policy': writePolicy(policy) }));
      return isSame(found, isDebug ? policy : nothing);
    }),
  },
  {
    kind: 'always',
    clause: 'CONFIG-POLICY',
    statement: 'a debug policy with a changed byte turns on nothing, unless it is still a device tree',
    runs: 2 * runs,
    property: fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (place, byte) => {
      const policy = writePolicy({ ramdump: true, log: true });
      const at = place % policy.length;
      const changed = policy.with(at, (policy[at] ?? 0) ^ byte);
      const found = read.policy(writeConfig(1, { handover: ofDebugMode, 'debug policy': changed }));
      return isTree(changed) || isSame(found, nothing);
    }),
  },
];

export const ofEntries = lawsOfEntries(entries);
