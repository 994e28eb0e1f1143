/** APEXes as a format. */
import { apexChecks, apexFiles } from '../../spec/images/apex.ts';
import type { ApexFacts } from '../../spec/images/apex.ts';
import { readApex } from '../../model/images/apex.ts';
import { moved, outside } from '../../model/images/spans.ts';
import type { Span } from '../../model/images/spans.ts';
import { readEnd, readEntries } from '../../model/images/zip.ts';
import type { Bytes } from '../../model/bytes.ts';
import { isArchive, rowsOfArchive } from './apk.ts';
import type { Free, Reader, Row } from './format.ts';

function hasImage(bytes: Bytes): boolean {
  const end = readEnd(bytes);
  return end !== undefined && readEntries(bytes, end)[0].some(({ name }) => name === apexFiles[0]);
}

const rowsOfFiles = ({ files, key, payload }: ApexFacts): readonly Row[] =>
  apexFiles.flatMap((name) => {
    const file = files[name];
    if (file === undefined) return [];
    const { from, to, isStored } = file;
    const size = isStored ? to - from : 0;
    const value = isStored ? `${size} bytes` : 'not stored as it is';
    const said = name === 'apex_pubkey' ? key : value;
    const inside: Row[] =
      payload?.isDescribed === true && name === 'apex_payload.img'
        ? [
            {
              at: payload.vbmeta.from,
              size: payload.vbmeta.to - payload.vbmeta.from,
              part: 'description',
              value: payload.isSigned ? 'signed' : 'not signed',
            },
            { at: payload.vbmeta.from, size: 0, part: 'root digest', value: payload.root },
          ]
        : [];
    return [{ at: from, size, part: name, value: said }, ...inside];
  });

/** What of an archive the guest reads: where its files are, the key, and the image but for what that has to spare. */
function readIn({ end, files, unread, payload }: ApexFacts): readonly Span[] {
  if (end === undefined) return [];
  const [image, key] = [files['apex_payload.img'], files['apex_pubkey']];
  return [
    ...Object.values(files).map(({ header }) => moved(magicOfHeader, header)),
    ...[image, key].flatMap((file) => (file === undefined ? [] : [moved(lengthsInHeader, file.header)])),
    ...(key === undefined ? [] : [key]),
    ...(image === undefined ? [] : outside(payload?.free ?? [], image)),
    ...outside(unread, { from: end.directoryOffset, to: end.at }),
    ...endFields.map((field) => moved(field, end.at)),
  ];
}
const magicOfHeader: Span = { from: 0, to: 4 };
/** They say where the file begins. */
const lengthsInHeader: Span = { from: 26, to: 30 };
/** Of the record at the end, all but the numbers of disks. */
const endFields: readonly Span[] = [
  { from: 0, to: 4 },
  { from: 10, to: 22 },
];

const free = (facts: ApexFacts): readonly Free[] =>
  outside(readIn(facts), { from: 0, to: facts.size }).map((one) => ({
    ...one,
    why: 'the guest reads the image and its key, and records what the manifest says',
  }));

export const apex: Reader<ApexFacts> = {
  name: 'APEX',
  isMeant: (bytes) => isArchive(bytes) && hasImage(bytes),
  read: ({ bytes }) => readApex(bytes),
  checks: apexChecks,
  rows: (facts) =>
    [...rowsOfArchive({ ...facts, block: undefined }), ...rowsOfFiles(facts)].sort((one, other) => one.at - other.at),
  free,
};
