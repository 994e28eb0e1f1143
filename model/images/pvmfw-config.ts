/** The configuration behind pvmfw, read from bytes and written to them. */
import type { ConfigPieces } from '../../spec/images/config-pieces.ts';
import type { ConfigEntry, ConfigEntryName, ConfigFacts } from '../../spec/images/pvmfw-config.ts';
import type { HandoverFacts } from '../../spec/evidence/facts.ts';
import { readHandover } from '../evidence/handover.ts';
import { readFdt } from '../fdt/form.ts';
import { readPolicy } from './policy.ts';
import { readReserved } from './reserved.ts';
import { readKeys } from './trusted-keys.ts';
import type { Bytes } from '../bytes.ts';
import { ascii, sameBytes } from '../bytes.ts';
import { little } from './reader.ts';

const magic = ascii('pvmf');
const at = { minor: 4, major: 6, totalSize: 8, flags: 12, table: 16 } as const;
const rowSize = 8;
const names: readonly ConfigEntryName[] = [
  'handover',
  'debug policy',
  'device overlay',
  'reference tree',
  'reserved memory',
  'trusted keys',
];
/** Version 1.0 has two entries, and each minor version since has had one more. */
const inFirstVersion = 2;

const countOf = (minor: number): number => Math.min(inFirstVersion + minor, names.length);

/** What the header and the table say. Never throws. */
export function readConfig(bytes: Bytes): ConfigFacts {
  const minor = little(bytes, at.minor, 2);
  const entries = entriesOf(bytes, minor);
  return {
    pieces: piecesOf(bytes, entries),
    room: bytes.length,
    hasMagic: sameBytes(bytes.subarray(0, magic.length), magic),
    minor,
    major: little(bytes, at.major, 2),
    totalSize: little(bytes, at.totalSize, 4),
    flags: little(bytes, at.flags, 4),
    entries,
  };
}

const entriesOf = (bytes: Bytes, minor: number): readonly ConfigEntry[] =>
  names.slice(0, countOf(minor)).map((name, row) => {
    const place = at.table + row * rowSize;
    return { name, at: place, offset: little(bytes, place, 4), size: little(bytes, place + 4, 4) };
  });

/** The bytes of an entry, where all of it is there. */
export function entryIn(bytes: Bytes, entries: readonly ConfigEntry[], name: ConfigEntryName): Bytes | undefined {
  const entry = entries.find((one) => one.name === name);
  if (entry === undefined || entry.size === 0 || entry.offset + entry.size > bytes.length) return undefined;
  return bytes.subarray(entry.offset, entry.offset + entry.size);
}

function piecesOf(bytes: Bytes, entries: readonly ConfigEntry[]): ConfigPieces {
  const [handover, policy, overlay, reference, reserved, keys] = names.map((name) => entryIn(bytes, entries, name));
  const placeOf = (piece: Bytes): number => piece.byteOffset - bytes.byteOffset;
  const facts = handover && readHandover(handover).facts;
  return {
    ...(handover && facts && { handover: { at: placeOf(handover), facts } }),
    ...(policy && { policy: becomesOf(policy, facts) }),
    ...(overlay && { overlay: { at: placeOf(overlay), form: readFdt(overlay).form } }),
    ...(reference && { reference: { at: placeOf(reference), form: readFdt(reference).form } }),
    ...(reserved && { reserved: readReserved(reserved, placeOf(reserved)) }),
    keys: keys === undefined ? 0 : readKeys(keys).length,
  };
}

const debugMode = 2;
const isOfDebugMode = ({ chain }: HandoverFacts): boolean =>
  chain?.entries.some(({ payload: { mode } }) => mode.kind === 'given' && mode.value === debugMode) === true;

/** What becomes of a debug policy: only on a device in debug mode is it read. */
function becomesOf(policy: Bytes, handover: HandoverFacts | undefined): NonNullable<ConfigPieces['policy']> {
  if (handover === undefined || !isOfDebugMode(handover)) return 'not in debug mode';
  return readPolicy(policy) ?? 'no device tree';
}

const align = (offset: number): number => Math.ceil(offset / rowSize) * rowSize;

/** A configuration of a minor version with these entries, one behind the other. */
export function writeConfig(minor: number, entries: Readonly<Partial<Record<ConfigEntryName, Bytes>>>): Bytes {
  const count = countOf(minor);
  const rows = names.slice(0, count).map((name) => entries[name] ?? new Uint8Array());
  let end = at.table + count * rowSize;
  const places = rows.map((entry) => {
    const offset = entry.length === 0 ? 0 : align(end);
    if (entry.length > 0) end = offset + entry.length;
    return offset;
  });
  const bytes = new Uint8Array(end);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint16(at.minor, minor, true);
  view.setUint16(at.major, 1, true);
  view.setUint32(at.totalSize, end, true);
  for (const [row, entry] of rows.entries()) {
    view.setUint32(at.table + row * rowSize, places[row] ?? 0, true);
    view.setUint32(at.table + row * rowSize + 4, entry.length, true);
    bytes.set(entry, places[row]);
  }
  return bytes;
}
