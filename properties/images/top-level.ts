/** A top-level description of images as a format. */
import { topLevelChecks } from '../../spec/images/top-level.ts';
import type { TopLevelFacts } from '../../spec/images/top-level.ts';
import { sameBytes } from '../../model/bytes.ts';
import { readTopLevel } from '../../model/images/top-level.ts';
import { vbmetaMagic } from '../../model/images/vbmeta.ts';
import type { Reader } from './format.ts';
import { endOfVbmeta, vbmetaFree, vbmetaRows } from './vbmeta-rows.ts';

export const topLevel: Reader<TopLevelFacts> = {
  name: 'vbmeta',
  isMeant: (bytes) => sameBytes(bytes.subarray(0, vbmetaMagic.length), vbmetaMagic),
  read: readTopLevel,
  checks: topLevelChecks,
  rows: ({ vbmeta, chain, chained }) => [
    ...vbmetaRows(vbmeta),
    ...(chained === undefined
      ? []
      : vbmetaRows(chained).map((row) => ({ ...row, part: `${chain?.partition ?? 'chained'}: ${row.part}` }))),
  ],
  free: ({ vbmeta }) => [
    ...vbmetaFree(vbmeta),
    ...(endOfVbmeta(vbmeta) < vbmeta.room
      ? [{ from: endOfVbmeta(vbmeta), to: vbmeta.room, why: 'it fills up the partition' }]
      : []),
  ],
};
