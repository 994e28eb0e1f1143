/** Signed APKs as a format, and the index of hashes beside one. */
import { idsigChecks } from '../../spec/images/idsig.ts';
import type { IdsigFacts } from '../../spec/images/idsig.ts';
import { latestSdk, schemeFor, signersFor } from '../../spec/images/apk.ts';
import type { ApkFacts, ApkScheme, ApkSigner } from '../../spec/images/apk.ts';
import { apkChecks } from '../../spec/images/apk-checks.ts';
import type { ImageCheck, ImageOptions } from '../../spec/images/image.ts';
import { of } from '../../spec/evidence/check.ts';
import { ascii, sameBytes } from '../../model/bytes.ts';
import type { Bytes } from '../../model/bytes.ts';
import { readApk } from '../../model/images/apk.ts';
import { readIdsig } from '../../model/images/idsig.ts';
import { little } from '../../model/images/reader.ts';
import type { Free, Reader, Row } from './format.ts';

const localHeader = ascii('PK\x03\x04');
export const isArchive = (bytes: Bytes): boolean => sameBytes(bytes.subarray(0, localHeader.length), localHeader);

export interface ApkWithIndex extends ApkFacts {
  readonly idsig: IdsigFacts | undefined;
}

/** An index that was handed over as well; the byte that is wrong in it is none of the APK. */
const ofIndex: readonly ImageCheck<ApkWithIndex>[] = of(
  ({ idsig }: ApkWithIndex) => idsig,
  idsigChecks.map(({ clause, reason, holds }) => ({ clause, reason, holds })),
);

const number = (value: number): string => `0x${value.toString(16)}`;
const many = (count: number, what: string, several = `${what}s`): string => `${count} ${count === 1 ? what : several}`;
const releases = ({ name }: ApkScheme, { sdk }: ApkSigner): string =>
  name === 'v2' ? '' : sdk.max === 0x7fff_ffff ? `, from release ${sdk.min}` : `, releases ${sdk.min} to ${sdk.max}`;

function rowsOfSigner(scheme: ApkScheme, signer: ApkSigner): readonly Row[] {
  const { at, signed, signatures, keyAt, key } = signer;
  return [
    { at, size: keyAt + key.length / 2 - at, part: 'signer', value: `${scheme.name}${releases(scheme, signer)}` },
    ...signed.digests.map(({ at: place, algorithm, isRight }) => ({
      at: place,
      size: 4,
      part: 'digest',
      value: `of ${number(algorithm)}, ${isRight ? 'of what is here' : 'not of what is here'}`,
    })),
    ...signatures.map(({ at: place, size, algorithm, holds }) => ({
      at: place,
      size,
      part: 'signature',
      value: `of ${number(algorithm)}, ${holds ? 'holds' : 'does not hold'}`,
    })),
    { at: keyAt, size: key.length / 2, part: 'key', value: key },
  ];
}

export function rowsOfArchive({ end, size, block }: Pick<ApkFacts, 'end' | 'size' | 'block'>): readonly Row[] {
  if (end === undefined) return [];
  const { at, directoryOffset, directorySize, count } = end;
  const contents = block?.hasMagic === true ? block.at : directoryOffset;
  return [
    { at: 0, size: contents, part: 'contents', value: many(count, 'file') },
    {
      at: directoryOffset,
      size: directorySize,
      part: 'central directory',
      value: many(count, 'entry', 'entries'),
    },
    { at, size: size - at, part: 'end record', value: `comment of ${many(end.commentSize, 'byte')}` },
  ];
}

function rowsOfApk(facts: ApkFacts): readonly Row[] {
  const { block, schemes } = facts;
  const pairs = (block?.pairs ?? []).map(({ at, size, id }) => {
    const scheme = schemes.find(({ at: place }) => place === at + pairHeader);
    const value =
      scheme === undefined
        ? id === paddingId
          ? 'padding'
          : 'no scheme'
        : `${scheme.name}, ${many(scheme.signers.length, 'signer')}`;
    return { at, size, part: `pair ${number(id)}`, value };
  });
  const signers = schemes.flatMap((scheme) => scheme.signers.flatMap((signer) => rowsOfSigner(scheme, signer)));
  return [...rowsOfArchive(facts), ...pairs, ...signers].sort((one, other) => one.at - other.at);
}

/** The pair that fills up a signing block. */
const paddingId = 0x4272_6577;
const pairHeader = 12;
const sizeOfPair = 8;
const outside = 'the scheme that counts is another';

function freeInApk(facts: ApkFacts, options: ImageOptions): readonly Free[] {
  const scheme = schemeFor(facts, options);
  const others = (facts.block?.pairs ?? []).filter(({ at }) => at + pairHeader !== scheme?.at);
  const pairs = others.map(({ at, size }) => ({ from: at + sizeOfPair, to: at + size, why: outside }));
  const signers = scheme === undefined ? [] : signersFor(scheme, options.sdk ?? latestSdk);
  const skipped = (scheme?.signers ?? []).filter((signer) => !signers.includes(signer));
  const signatures = signers.flatMap(({ signatures: all }) => {
    const most = Math.max(...all.map(({ rank }) => rank));
    return all.filter(({ rank }) => rank < most);
  });
  return [
    ...pairs,
    ...skipped.map(({ at, keyAt, key }) => ({
      from: at,
      to: keyAt + key.length / 2,
      why: 'it counts for other releases',
    })),
    ...signatures.map(({ at, size }) => ({
      from: at + sizeOfPair,
      to: at + size,
      why: 'a stronger signature is verified instead',
    })),
  ].toSorted((one, other) => one.from - other.from);
}

export const apk: Reader<ApkWithIndex> = {
  name: 'APK',
  isMeant: isArchive,
  read: ({ bytes, beside = {} }) => ({
    ...readApk(bytes),
    idsig: beside.idsig && readIdsig(beside.idsig, bytes),
  }),
  checks: [...apkChecks, ...ofIndex],
  rows: rowsOfApk,
  free: freeInApk,
};

const parts = ['digest', 'certificate', 'more that is signed', 'key', 'algorithm', 'signature'];

export const idsig: Reader<IdsigFacts> = {
  name: 'idsig',
  isMeant: (bytes) => little(bytes, 0, 4) === 2 && little(bytes, 8, 4) === 1,
  read: ({ bytes, beside = {} }) => readIdsig(bytes, beside.apk),
  checks: idsigChecks,
  rows: ({ version, hashing, signing, treeAt, treeSize }) => [
    { at: 0, size: 4, part: 'version', value: String(version) },
    { at: hashing.at, size: 5, part: 'hashing', value: `blocks of 2^${hashing.blockBits} bytes` },
    { at: hashing.at + 9, size: hashing.saltSize, part: 'salt', value: many(hashing.saltSize, 'byte') },
    { at: hashing.rootAt, size: hashing.root.length / 2, part: 'root', value: hashing.root },
    ...signing.map(({ from, to }, place) => ({
      at: from,
      size: to - from,
      part: parts[place] ?? '',
      value: from === to ? 'none' : many(to - from, 'byte'),
    })),
    { at: treeAt, size: treeSize, part: 'tree', value: many(treeSize / 4096, 'block') },
  ],
  free: ({ signing }) =>
    signing
      .filter(({ from, to }) => from < to)
      .map(({ from, to }) => ({ from, to, why: 'the guest verifies the signature of the APK instead' })),
};
