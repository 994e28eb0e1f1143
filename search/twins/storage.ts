/** The disks that a state of storage stands for, byte for byte. */
import { hex } from '../../model/bytes.ts';
import type { Bytes } from '../../model/bytes.ts';
import { answerOfDisks, markBytes, storageCalls } from '../../model/storage/calls.ts';
import { modes } from '../../model/storage/crypt.ts';
import type { Mode } from '../../model/storage/crypt.ts';
import { keyOf, partOf, secretOf, setPart } from '../../model/storage/disks.ts';
import type { Disks, Medium } from '../../model/storage/disks.ts';
import { shape as chunks } from '../../model/storage/fs-verity.ts';
import { blockIn, blockSizeOf, copyOf, digestIn, digestNumber, noDigest } from '../../model/storage/media.ts';
import { setBlock, shapeOf, signedMedium } from '../../model/storage/media.ts';
import { digestOf } from '../../model/storage/merkle.ts';
import { noise, samplesOf, smallSector } from '../../model/storage/samples.ts';
import type { Known } from '../../model/storage/samples.ts';
import { sameBytes } from '../../model/bytes.ts';
import { datumsOf, parts, placesOf } from '../../spec/storage/config.ts';
import type { StorageConfig } from '../../spec/storage/config.ts';
import { initialState } from '../../spec/state.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { Cells } from './cells.ts';
import { twin } from './twin.ts';
import type { Twin } from './twin.ts';

const { hctr2, xts } = modes;
const releases: Readonly<Record<string, Mode>> = {
  'images-15': hctr2,
  'authfs-15': hctr2,
  'store-15': hctr2,
  'store-13': xts,
};
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** What the states of one configuration have in common. */
interface World {
  readonly storage: StorageConfig;
  readonly mode: Mode;
  readonly secrets: readonly Bytes[];
  readonly keys: readonly Bytes[];
  readonly samples: Known;
  readonly signed: readonly Medium[];
  /** What may stand in a tree for each block: the digests of its two contents, and one of nothing. */
  readonly digests: readonly (readonly Bytes[])[];
  /** The digest of a chunk for each thing that can be written. */
  readonly leaves: readonly Bytes[];
}

function worldOf(storage: StorageConfig, mode: Mode): World {
  const secrets = upTo(storage.instances).map((instance) => noise(`secret ${instance}`, 32));
  const disks = { secrets, mode };
  const keys = upTo(storage.instances).flatMap((one) => [secretOf(disks, one), keyOf(disks, one)]);
  const protectionOf = (partition: number): Medium['kind'] => storage.partitions[partition]?.protection ?? 'none';
  const samples = samplesOf({
    mode,
    keys,
    sectors: placesOf(storage),
    data: datumsOf(storage),
    mark: markBytes,
    blockSize: (partition) => blockSizeOf(protectionOf(partition)),
  });
  const signed = storage.partitions.map(({ protection }, partition) =>
    signedMedium(protection, (block) => samples.block(partition, block, 0)),
  );
  const digests = signed.flatMap((medium, partition) =>
    upTo(storage.blocks).map((block) => [
      ...[0, 1].map((content) => digestOf(samples.block(partition, block, content), shapeOf(medium))),
      noDigest,
    ]),
  );
  const leaves = upTo(datumsOf(storage)).map((datum) => digestOf(samples.chunk(datum), chunks));
  return { storage, mode, secrets, keys, samples, signed, digests, leaves };
}

export function storageTwin({ profile, layout, config }: TransitionSystem): Twin | undefined {
  const mode = releases[profile.name];
  if (mode === undefined || config.storage === undefined) return undefined;
  const world = worldOf(config.storage, mode);
  const start = initialState(layout).cells;
  return twin<Disks>({
    name: 'storage',
    calls: storageCalls.filter((call) => profile.rules.has(call)),
    read: (cells) => disksOf(world, new Cells(layout, cells)),
    write: (disks, cells) => {
      cells.set(start);
      writeMedia(world, new Cells(layout, cells), disks);
      writeStore(world, new Cells(layout, cells), disks);
      writeFile(world, new Cells(layout, cells), disks);
    },
    answer: (disks, call, args) => answerOfDisks(disks, world.samples, call, args),
  });
}

function mediumIn({ storage, samples, signed, digests }: World, cells: Cells, partition: number): Medium {
  const medium = copyOf(signed[partition] as Medium);
  for (const block of upTo(storage.blocks)) {
    const at = partition * storage.blocks + block;
    const [content, digest] = [cells.get('blockContent', at), cells.get('blockDigest', at)];
    if (content !== 0) setBlock(medium, block, samples.block(partition, block, content));
    if (digest !== 0) digestIn(medium, block)?.set(digests[at]?.[digest] ?? noDigest);
  }
  return medium;
}

function writeMedia({ storage, samples, digests }: World, cells: Cells, { media }: Disks): void {
  for (const [partition, medium] of media.entries()) {
    for (const block of upTo(storage.blocks)) {
      const at = partition * storage.blocks + block;
      const isSigned = sameBytes(blockIn(medium, block) as Bytes, samples.block(partition, block, 0));
      cells.set('blockContent', isSigned ? 0 : 1, at);
      cells.set('blockDigest', digestNumber(medium, block, (digests[at] ?? []).slice(0, -1)), at);
    }
  }
}

/** A sector as it lies on the disk; nothing where no bytes are like that. */
function sectorIn({ samples, keys, storage }: World, cells: Cells, sector: number): Bytes | undefined {
  const sectors: Bytes[] = [new Uint8Array(smallSector)];
  for (const part of upTo(parts)) {
    const at = sector * parts + part;
    const [key, place, datum] = [
      cells.maybe('storedKey', at),
      cells.maybe('storedPlace', at),
      cells.get('storedDatum', at),
    ];
    if (datum < 0 || datum >= datumsOf(storage)) return undefined;
    if (key === undefined) {
      if (datum > 1 || (datum === 1 && part !== 0)) return undefined;
      if (datum === 1) setPart(sectors, 0, 0, markBytes);
    } else {
      // Nobody seals nothing, or the mark.
      if (datum < samples.fileSystem || place === undefined || keys[key] === undefined || place >= placesOf(storage))
        return undefined;
      setPart(sectors, 0, part, partOf(samples.sealed(key, place, datum), part));
    }
    const bytes = partOf(sectors[0] as Bytes, part);
    if (cells.flag('storedFlip', at)) setPart(sectors, 0, part, bytes.with(0, (bytes[0] ?? 0) ^ 1));
  }
  return sectors[0];
}

/** Every write that was ever made, and the last one to each sector at the end. */
function journalIn({ storage }: World, cells: Cells): Disks['journal'] {
  const [sectors, data] = [placesOf(storage), datumsOf(storage)];
  return upTo(storage.instances * sectors).flatMap((at) => {
    const all = upTo(data).filter((datum) => cells.flag('written', at * data + datum));
    const last = cells.get('lastWritten', at);
    const ordered = all.includes(last) ? [...all.filter((datum) => datum !== last), last] : all;
    return ordered.map((datum) => ({ instance: Math.floor(at / sectors), sector: at % sectors, datum }));
  });
}

function disksOf(world: World, cells: Cells): Disks | undefined {
  const { storage, mode, secrets, keys, samples, leaves } = world;
  const sectors = upTo(placesOf(storage)).map((sector) => sectorIn(world, cells, sector));
  const running = cells.maybe('storeOpenBy');
  if (sectors.some((sector) => sector === undefined) || (running !== undefined && running >= storage.instances))
    return undefined;
  const stored = upTo(storage.chunks).map((at) => {
    const datum = cells.maybe('chunkStored', at);
    return datum === undefined ? undefined : samples.chunk(datum);
  });
  const kept = upTo(storage.chunks).map((at) => leaves[cells.maybe('chunkLeaf', at) ?? -1]);
  const wrote = upTo(storage.chunks).map((at) => cells.maybe('chunkWritten', at));
  return {
    mode,
    secrets,
    media: storage.partitions.map((_, partition) => mediumIn(world, cells, partition)),
    sectors: sectors as Bytes[],
    running,
    journal: journalIn(world, cells),
    hostKeys: new Set(keys.filter((_, key) => cells.flag('knownKey', key)).map(hex)),
    hostData: new Set(upTo(datumsOf(storage)).filter((datum) => cells.flag('knownDatum', datum))),
    file: cells.flag('fileThere') ? (stored as Bytes[]) : undefined,
    own: cells.flag('fileOpen') ? { leaves: kept as Bytes[], wrote } : undefined,
  };
}

function writeStore({ storage, samples, keys }: World, cells: Cells, disks: Disks): void {
  for (const [sector, bytes] of disks.sectors.entries()) {
    for (const part of upTo(parts)) {
      const found = samples.placed(partOf(bytes, part), part);
      if (found === undefined) throw new Error('unreachable: bytes on a disk that nobody has written');
      cells.set('storedKey', found.key, sector * parts + part);
      cells.set('storedPlace', found.sector, sector * parts + part);
      cells.set('storedDatum', found.datum, sector * parts + part);
      cells.set('storedFlip', found.flipped, sector * parts + part);
    }
  }
  cells.set('storeOpenBy', disks.running);
  for (const [key, bytes] of keys.entries()) cells.set('knownKey', disks.hostKeys.has(hex(bytes)), key);
  for (const datum of disks.hostData) cells.set('knownDatum', 1, datum);
  const [sectors, data] = [placesOf(storage), datumsOf(storage)];
  for (const { instance, sector, datum } of disks.journal) {
    cells.set('written', 1, (instance * sectors + sector) * data + datum);
    cells.set('lastWritten', datum, instance * sectors + sector);
  }
}

function writeFile({ storage, samples, leaves }: World, cells: Cells, { file, own }: Disks): void {
  const numberOf = (chunk: Bytes | undefined): number | undefined => chunk && samples.chunkNumber(chunk);
  const leafOf = (leaf: Bytes | undefined): number | undefined =>
    leaf && leaves.findIndex((one) => sameBytes(one, leaf));
  cells.set('fileThere', file !== undefined);
  cells.set('fileOpen', own !== undefined);
  for (const at of upTo(storage.chunks)) {
    cells.set('chunkStored', numberOf(file?.[at]), at);
    cells.set('chunkLeaf', leafOf(own?.leaves[at]), at);
    cells.set('chunkWritten', own?.wrote[at], at);
  }
}
