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
import { footerRows, partitionFree, rangesOf } from './partition.ts';
import { vbmetaRows } from './vbmeta-rows.ts';

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
    const isDescribed = name === 'apex_payload.img' && payload?.footer.hasMagic === true;
    const inside = isDescribed ? [...vbmetaRows(payload.vbmeta), ...footerRows(payload.footer)] : [];
    return [{ at: from, size, part: name, value: said }, ...inside];
  });

/** What of an archive the guest reads: where its files are, the key and the image. */
function readIn({ end, files, unread }: ApexFacts): readonly Span[] {
  if (end === undefined) return [];
  const [image, key] = [files['apex_payload.img'], files['apex_pubkey']];
  return [
    ...Object.values(files).map(({ header }) => moved(magicOfHeader, header)),
    ...[image, key].flatMap((file) => (file === undefined ? [] : [moved(lengthsInHeader, file.header), file])),
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

function free(facts: ApexFacts): readonly Free[] {
  const why = 'the guest reads the image and its key, and records what the manifest says';
  const inArchive = outside(readIn(facts), { from: 0, to: facts.size }).map((one) => ({ ...one, why }));
  const { footer, vbmeta, tree } = facts.payload ?? {};
  if (footer === undefined || vbmeta === undefined) return inArchive;
  return [...inArchive, ...partitionFree(footer, vbmeta, rangesOf(tree))].toSorted(
    (one, other) => one.from - other.from,
  );
}

export const apex: Reader<ApexFacts> = {
  name: 'APEX',
  isMeant: (bytes) => isArchive(bytes) && hasImage(bytes),
  read: ({ bytes }) => readApex(bytes),
  checks: apexChecks,
  rows: (facts) =>
    [...rowsOfArchive({ ...facts, block: undefined }), ...rowsOfFiles(facts)].sort((one, other) => one.at - other.at),
  free,
};
