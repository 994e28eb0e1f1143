/** The configuration behind pvmfw as a format. */
import { configChecks, configEntrySize, configFields, configHeaderSize } from '../../spec/images/pvmfw-config.ts';
import type { ConfigEntryName, ConfigFacts } from '../../spec/images/pvmfw-config.ts';
import type { ConfigPieces } from '../../spec/images/config-pieces.ts';
import { ascii, sameBytes } from '../../model/bytes.ts';
import { readConfig } from '../../model/images/pvmfw-config.ts';
import type { Reader, Row } from './format.ts';

const magic = ascii('pvmf');

const header = ({ major, minor, totalSize, flags }: ConfigFacts): Row[] => [
  { at: configFields.minor, size: 4, part: 'version', value: `${major}.${minor}` },
  { at: configFields.totalSize, size: 4, part: 'total size', value: String(totalSize) },
  { at: configFields.flags, size: 4, part: 'flags', value: `0x${flags.toString(16)}` },
];

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

function policyWords(policy: ConfigPieces['policy']): string {
  if (policy === undefined || typeof policy === 'string') return `passed over, ${policy ?? 'outside'}`;
  const on = (['ramdump', 'log'] as const).filter((feature) => policy[feature]);
  return on.length === 0 ? 'turns on nothing' : `turns on ${on.join(' and ')}`;
}

/** What an entry is found to hold, in a few words. */
function inside(name: ConfigEntryName, { pieces }: ConfigFacts): string {
  if (name === 'trusted keys') return `: ${counted(pieces.keys, 'key')}`;
  if (name === 'reserved memory') return `: ${counted(pieces.reserved?.items.length ?? 0, 'item')}`;
  if (name === 'debug policy') return `: ${policyWords(pieces.policy)}`;
  return name === 'handover' ? `: ${counted(pieces.handover?.facts.chain?.entries.length ?? 0, 'certificate')}` : '';
}

export const pvmfwConfig: Reader<ConfigFacts> = {
  name: 'pvmfw configuration',
  isMeant: (bytes) => sameBytes(bytes.subarray(0, magic.length), magic),
  read: ({ bytes }) => readConfig(bytes),
  checks: configChecks,
  rows: (facts) => [
    ...header(facts),
    ...facts.entries.map(({ name, at, offset, size }) => ({
      at,
      size: configEntrySize,
      part: name,
      value: size === 0 ? 'none' : `${size} bytes at ${offset}${inside(name, facts)}`,
    })),
  ],
  free: ({ room }) => [
    {
      from: configFields.minor,
      to: configFields.major,
      why: 'a later minor version is read as the last that is known',
    },
    { from: configFields.totalSize, to: configHeaderSize, why: 'sizes are the bootloader’s, and flags are ignored' },
    { from: configHeaderSize, to: room, why: 'the bootloader is trusted for where entries lie and what is in them' },
  ],
};
