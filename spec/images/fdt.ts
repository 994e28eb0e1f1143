/** A flattened device tree: what whoever reads one asks of its form. */
import { must } from '../evidence/check.ts';
import type { ImageCheck } from './image.ts';

/** The fields of the header, by their offsets. */
const fdtFields = { magic: 0, totalSize: 4, version: 20, compatible: 24 } as const;
export const fdtHeaderSize = 40;

export interface FdtBlock {
  readonly name: 'reservations' | 'structure' | 'strings';
  /** Where the header has its offset. */
  readonly at: number;
  readonly offset: number;
  /** Of the reservations, that of the entry that ends them. */
  readonly size: number;
}

/** The first thing that is wrong with the structure, and where. */
export interface FdtFault {
  readonly kind: 'ends' | 'token' | 'name' | 'length' | 'string' | 'unbalanced';
  readonly at: number;
}

export interface FdtForm {
  /** Bytes from the start of the tree to the end of what was given. */
  readonly room: number;
  readonly hasMagic: boolean;
  readonly totalSize: number;
  readonly version: number;
  readonly compatible: number;
  readonly blocks: readonly FdtBlock[];
  readonly reservationsEnd: boolean;
  readonly fault: FdtFault | undefined;
}

/** The largest tree that pvmfw maps. */
const mostBytes = 0x20_0000;
/** The versions that are read: 16 has no size of the structure, and is otherwise 17. */
const [firstVersion, lastVersion] = [16, 17];

const isWithin = ({ offset, size }: FdtBlock, { totalSize }: FdtForm): boolean =>
  offset >= fdtHeaderSize && size >= 0 && offset + size <= totalSize;
const outside = (form: FdtForm): FdtBlock | undefined => form.blocks.find((block) => !isWithin(block, form));

const lacks =
  (...kinds: readonly FdtFault['kind'][]) =>
  ({ fault }: FdtForm): boolean =>
    fault === undefined || !kinds.includes(fault.kind);
const atFault = ({ fault }: FdtForm): number | undefined => fault?.at;

export const fdtChecks: readonly ImageCheck<FdtForm>[] = [
  must(
    'FDT-HEADER',
    'it does not begin with the magic number of a device tree',
    ({ hasMagic }) => hasMagic,
    () => fdtFields.magic,
  ),
  must(
    'FDT-SIZE',
    'it ends before its header does',
    ({ room }) => room >= fdtHeaderSize,
    () => 0,
  ),
  must(
    'FDT-HEADER',
    'it is of no version that is read',
    ({ version, compatible }) => version >= firstVersion && compatible <= lastVersion && compatible <= version,
    () => fdtFields.version,
  ),
  must(
    'FDT-SIZE',
    'its size is not that of a tree in this place',
    ({ totalSize, room }) => totalSize >= fdtHeaderSize && totalSize <= Math.min(room, mostBytes),
    () => fdtFields.totalSize,
  ),
  must(
    'FDT-BLOCKS',
    'a block does not lie between the header and the end',
    (form) => outside(form) === undefined,
    (form) => outside(form)?.at,
  ),
  must(
    'FDT-RESERVATIONS',
    'the list of reservations does not end',
    (form) => form.reservationsEnd,
    ({ blocks }) => blocks[0]?.offset,
  ),
  must(
    'FDT-STRUCTURE',
    'a token is none that there is, or reaches beyond the end',
    lacks('ends', 'token', 'length'),
    atFault,
  ),
  must('FDT-NAMES', 'a name is not one of the strings, or does not end', lacks('name', 'string'), atFault),
  must('FDT-NESTING', 'it is not one root with whole nodes in it', lacks('unbalanced'), atFault),
];
