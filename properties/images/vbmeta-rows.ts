/** A description of images, shown part by part, and its bytes that no check covers. */
import type { DescriptorFacts, HashFacts, HashtreeFacts } from '../../spec/images/descriptors.ts';
import { mostVbmeta, vbmetaAlgorithms, vbmetaFields, vbmetaHeaderSize } from '../../spec/images/vbmeta.ts';
import type { Range, VbmetaFacts } from '../../spec/images/vbmeta.ts';
import type { Free, Row } from './format.ts';
import { gaps } from './gaps.ts';

const flagNames = ['hash trees off', 'verification off'] as const;

function flagsIn(flags: number): string {
  const known = flagNames.filter((_, bit) => (flags & (1 << bit)) !== 0);
  return flags === 0 ? 'none' : `0x${flags.toString(16)}${known.length === 0 ? '' : ` (${known.join(', ')})`}`;
}

function ofPartition(one: HashFacts | HashtreeFacts): string {
  const what = one.kind === 'hash' ? `${one.algorithm} ${one.digest}` : `root ${one.digest}`;
  const name = one.partition === '' ? 'no name' : one.partition;
  return `${name}, ${one.imageSize} bytes: ${what}`;
}

function inWords(one: DescriptorFacts): string {
  switch (one.kind) {
    case 'hash':
    case 'hash tree':
      return ofPartition(one);
    case 'chained partition':
      return `${one.partition}, rollback location ${one.rollbackLocation}, key ${one.publicKey.slice(16)}`;
    case 'property':
      return `${one.key} = ${one.value}`;
    case 'command line':
      return one.text;
    case 'other':
      return `kind ${one.tag}, which nobody reads`;
  }
}

/** More descriptors than this are counted and not shown. */
const mostShown = 40;

function listOf({ list }: VbmetaFacts): readonly Row[] {
  const shown = list
    .slice(0, mostShown)
    .map((one) => ({ at: one.at, size: one.size, part: one.kind, value: inWords(one) }));
  const next = list[mostShown];
  const rest = list.slice(mostShown).reduce((sum, { size }) => sum + size, 0);
  if (next === undefined) return shown;
  return [...shown, { at: next.at, size: rest, part: 'more', value: `${list.length - mostShown} descriptors` }];
}

function partOf(facts: VbmetaFacts, { offset, size }: Range, part: string, value: string, isFirst: boolean): Row {
  const start = facts.at + vbmetaHeaderSize + (isFirst ? 0 : facts.authentication);
  return { at: start + offset, size, part, value };
}

export function vbmetaRows(facts: VbmetaFacts): readonly Row[] {
  const { at, major, minor, algorithm, release, rollbackIndex, rollbackLocation, flags } = facts;
  const { authentication, auxiliary, hash, signature, key, publicKey } = facts;
  const header = [
    ['version', 8, 'libavb', `${major}.${minor} at least`],
    ['blocks', 16, 'blocks', `${authentication} and ${auxiliary} bytes`],
    ['algorithm', 4, 'algorithm', vbmetaAlgorithms[algorithm]?.name ?? `number ${algorithm}, which is not known`],
    ['rollbackIndex', 8, 'rollback index', String(rollbackIndex)],
    ['flags', 4, 'flags', flagsIn(flags)],
    ['rollbackLocation', 4, 'rollback location', String(rollbackLocation)],
    ['release', 48, 'written by', release ?? 'a text that does not end'],
  ] as const;
  return [
    ...header.map(([name, size, part, value]) => ({ at: at + vbmetaFields[name], size, part, value })),
    partOf(facts, hash, 'hash', facts.hashMatches ? 'that of header and auxiliary block' : 'another', true),
    partOf(facts, signature, 'signature', facts.verifies ? 'holds' : 'does not hold', true),
    partOf(facts, key, 'key', `${publicKey.slice(16, 48)}…`, false),
    ...listOf(facts),
  ].toSorted((one, other) => one.at - other.at);
}

/** Between hash and signature and behind them; nothing else of the description can be changed. */
export const vbmetaFree = ({ at, authentication, hash, signature }: VbmetaFacts): readonly Free[] =>
  gaps(
    at + vbmetaHeaderSize,
    at + vbmetaHeaderSize + Math.min(authentication, mostVbmeta),
    [hash, signature].map(({ offset, size }) => ({ offset: at + vbmetaHeaderSize + offset, size })),
    'it fills up the authentication block, which is not signed itself',
  );

export const endOfVbmeta = ({ at, authentication, auxiliary }: VbmetaFacts): number =>
  at + vbmetaHeaderSize + authentication + auxiliary;
