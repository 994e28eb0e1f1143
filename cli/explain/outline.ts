/** Evidence in words: each of its maps, label by label, as far as the bytes can be read at all. */
import type { Rules } from '../../model/cbor/reader.ts';
import { entriesOf, itemsOf } from '../../model/cbor/parts.ts';
import type { Cbor } from '../../model/cbor/decode.ts';
import { decode, isBytes } from '../../model/cbor/decode.ts';
import { claims } from '../../model/dice/labels.ts';
import type { Labels } from '../../search/evidence/recipes/format.ts';
import { formatCbor, formatLabel, labels } from '../../search/evidence/recipes/format.ts';

/** Read with every leniency, for what is wrong is what is to be seen. */
const lenient: Rules = { longNumbers: true, repeatedKeys: 'last' };

const valueOf = (bytes: Uint8Array): Cbor | undefined => attempt(() => decode(bytes, lenient));
const itemsIn = (bytes: Uint8Array): readonly Uint8Array[] =>
  attempt(() => itemsOf(bytes, { ...lenient, anyKind: true, followed: true })) ?? [];
const entriesIn = (bytes: Uint8Array): readonly (readonly [Uint8Array, Uint8Array])[] =>
  attempt(() => entriesOf(bytes, { ...lenient, anyKind: true, followed: true })) ?? [];

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    // What cannot be read is shown as bytes.
    return undefined;
  }
}

const format = (bytes: Uint8Array): string => formatCbor(valueOf(bytes) ?? bytes);

const inBytes = (bytes: Uint8Array): Uint8Array => {
  const value = valueOf(bytes);
  return isBytes(value) ? value : new Uint8Array();
};

/** A map on one line, its labels by name. */
const formatMap = (bytes: Uint8Array, names: Labels): string => {
  const entries = entriesIn(bytes).map(
    ([key, value]) => `${formatLabel(valueOf(key) ?? key, names)}: ${format(value)}`,
  );
  return entries.length === 0 && bytes[0] !== 0xa0 ? format(bytes) : `{${entries.join(', ')}}`;
};

/** Claims whose bytes hold a map of their own. */
const nested: ReadonlyMap<Cbor, Labels> = new Map<Cbor, Labels>([
  [claims.configDescriptor, labels.descriptor],
  [claims.subjectKey, labels.key],
]);

function formatClaim([key, value]: readonly [Uint8Array, Uint8Array]): string {
  const label = valueOf(key);
  const inner = label === undefined ? undefined : nested.get(label);
  const long = key.length > 5 ? ' (longer than it need be)' : '';
  const text = inner && inBytes(value).length > 0 ? formatMap(inBytes(value), inner) : format(value);
  return `${formatLabel(label ?? key, labels.claims)}${long}: ${text}`;
}

/** The four parts of a signed message, with what `payload` makes of the third. */
function outlineMessage(bytes: Uint8Array, payload: (bytes: Uint8Array) => readonly string[]): readonly string[] {
  const [header, unprotected, signed, signature] = itemsIn(bytes);
  if (header === undefined || unprotected === undefined || signed === undefined) return [format(bytes)];
  const inside = payload(inBytes(signed));
  return [
    `header ${formatMap(inBytes(header), labels.header)}${entriesIn(unprotected).length > 0 ? `, not covered ${formatMap(unprotected, labels.header)}` : ''}`,
    ...(inside.length > 0 ? inside : [`payload ${format(signed)}`]),
    `signature ${signature === undefined ? 'none' : format(signature)}`,
  ];
}

const under = (title: string, lines: readonly string[]): readonly string[] =>
  lines.map((line, at) => `${at === 0 ? title.padEnd(9) : ' '.repeat(9)} ${line}`);

function outlineChain(bytes: Uint8Array): readonly string[] {
  const [first, second, ...rest] = itemsIn(bytes);
  if (first === undefined) return [format(bytes)];
  const isExplicit = first[0] === 1 && second !== undefined;
  const [root, entries] = isExplicit ? [inBytes(second), rest] : [first, second === undefined ? [] : [second, ...rest]];
  return [
    ...under('root key', [formatMap(root, labels.key)]),
    ...entries.flatMap((entry, at) =>
      under(
        `entry ${at}`,
        outlineMessage(entry, (all) => entriesIn(all).map(formatClaim)),
      ),
    ),
  ];
}

function outlineRequest([version, vouched, chain, signed, ...more]: readonly Uint8Array[]): readonly string[] {
  const parts = (data: Uint8Array): readonly string[] => {
    const [challenge, proper, ...others] = itemsIn(data);
    if (challenge === undefined || proper === undefined) return [];
    const [number, type, info, keys] = itemsIn(inBytes(proper));
    if (number === undefined || type === undefined || info === undefined)
      return [`challenge ${format(challenge)}`, format(proper)];
    return [
      `challenge ${format(challenge)}`,
      `version ${format(number)}, type ${format(type)}, keys ${keys === undefined ? 'none' : format(keys)}`,
      `device info ${formatMap(info, {})}`,
      ...others.map(format),
    ];
  };
  const path = vouched === undefined ? [] : entriesIn(vouched);
  return [
    ...under('version', [version === undefined ? 'none' : format(version)]),
    ...under(
      'UDS certs',
      path.length === 0 ? [vouched === undefined ? 'none' : format(vouched)] : path.map(formatPath),
    ),
    ...(chain === undefined ? [] : outlineChain(chain)),
    ...(signed === undefined ? [] : under('request', outlineMessage(signed, parts))),
    ...more.flatMap((part) => under('beyond', [format(part)])),
  ];
}

const formatPath = ([signer, path]: readonly [Uint8Array, Uint8Array]): string =>
  `${format(signer)}: ${itemsIn(path).map(format).join(', ')}`;

/** The outline of a chain, a handover or a request. */
export function outline(bytes: Uint8Array): readonly string[] {
  const handover = entriesIn(bytes);
  if (handover.length > 0) {
    return handover.flatMap(([label, part]) =>
      format(label) === '3' ? outlineChain(part) : under(`label ${format(label)}`, [format(part)]),
    );
  }
  const items = itemsIn(bytes);
  const isRequest = items.length >= 3 && (items[0]?.[0] ?? 0xa0) >> 5 !== 5 && (items[1]?.[0] ?? 0) >> 5 !== 2;
  return isRequest ? outlineRequest(items) : outlineChain(bytes);
}
