/** The entries of a chain as a table, to be read in a terminal and pasted into a report. */
import type { ChainFacts, EntryFacts, Field } from '../../spec/evidence/facts.ts';

const columns = ['#', 'component', 'version', 'mode', 'security', 'profile', 'code', 'authority', 'key'] as const;
const modeNames = ['not configured', 'normal', 'debug', 'recovery'];
export const noValue = '–';
const wrongValue = '?';

export interface EntryRow {
  readonly component: string | undefined;
  readonly version: string | undefined;
  readonly mode: string | undefined;
  readonly securityVersion: string | undefined;
  readonly profile: string | undefined;
  readonly codeHash: string | undefined;
  readonly authorityHash: string | undefined;
  readonly key: string | undefined;
  readonly rkpVmMarker: boolean;
}

/** What each entry claims, whole; nothing of it is vouched for unless the verdict says so. */
export const rowsOf = ({ entries }: ChainFacts): readonly EntryRow[] => entries.map(rowOf);

function rowOf({ payload }: EntryFacts): EntryRow {
  const descriptor = valueOf(payload.configDescriptor);
  const mode = valueOf(payload.mode);
  const key = valueOf(payload.subjectKey)?.point;
  return {
    component: descriptor && valueOf(descriptor.componentName),
    version: descriptor && valueOf(descriptor.componentVersion),
    mode: mode === undefined ? undefined : (modeNames[mode] ?? modeNames[0]),
    securityVersion: descriptor && valueOf(descriptor.securityVersion),
    profile: valueOf(payload.profileName),
    codeHash: valueOf(payload.codeHash),
    authorityHash: valueOf(payload.authorityHash),
    key: key === '' ? undefined : key,
    rkpVmMarker: descriptor?.rkpVmMarker.kind === 'given',
  };
}

const valueOf = <T>(field: Field<T>): T | undefined => (field.kind === 'given' ? field.value : undefined);

/** The same, shortened to be read, under a heading and behind the root key. */
export function cellsOf(chain: ChainFacts): readonly (readonly string[])[] {
  const rows = rowsOf(chain).map((row, at) => cellsOfRow(row, String(at)));
  const root = columns.map((column) =>
    column === '#' ? 'root' : column === 'key' ? shortKey(chain.rootKey.point) : '',
  );
  return [columns, root, ...rows];
}

function cellsOfRow(row: EntryRow, number: string): readonly string[] {
  const marked = `${shown(row.component ?? noValue)}${row.rkpVmMarker ? ' (RKP VM)' : ''}`;
  return [
    number,
    marked,
    shown(row.version ?? noValue),
    row.mode ?? wrongValue,
    row.securityVersion ?? noValue,
    shown(row.profile ?? noValue),
    short(row.codeHash),
    short(row.authorityHash),
    shortKey(row.key ?? ''),
  ];
}

const hashDigits = 12;
const short = (digits: string | undefined): string =>
  digits === undefined ? noValue : digits.length > hashDigits ? `${digits.slice(0, hashDigits)}…` : digits;

export const shortKey = (point: string): string => {
  const [kind = '', digits = ''] = point.split(' ');
  return point === '' ? wrongValue : `${kind} ${short(digits)}`;
};

/** A day in UTC, for a time in milliseconds since 1970. */
export const day = (time: number): string =>
  Number.isFinite(time) ? new Date(time).toISOString().slice(0, 10) : noValue;

const longestText = 32;

/** A text from evidence is the sender's: no control characters, and no longer than a column. */
export function shown(text: string): string {
  const plain = text.replace(/\p{C}|\p{Zl}|\p{Zp}/gu, '�');
  return widthOf(plain) > longestText ? `${Array.from(plain).slice(0, longestText).join('')}…` : plain;
}

/** In code points, which is right for all but combining characters. */
const widthOf = (text: string): number => Array.from(text).length;

/** Rows as lines, each column as wide as its widest cell. */
export function align(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  );
}
