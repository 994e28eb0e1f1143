/** Which places in memory a call touches: it is made once, and the emulator notes each of its instructions. */
import type { Code } from './code.ts';
import { accessOf, storedBy } from './instructions.ts';
import type { Access, General } from './instructions.ts';
import type { Range } from './memory.ts';
import { entryBytes, translate } from './tables.ts';
import type { Readable } from './tables.ts';

const cellBytes = 8;

/** An instruction of the hypervisor that touched a cell of memory. */
interface Touched {
  readonly at: bigint;
  readonly cell: number;
  readonly writes: boolean;
}

export interface Trace {
  readonly touched: readonly Touched[];
  /** Whether the call was followed to its end. */
  readonly isWhole: boolean;
}

/** What a CPU held before an instruction. */
interface Moment {
  readonly pc: bigint;
  readonly registers: General;
}

const state = /PC=(\w{16})((?:\s+X\d\d=\w{16}){31})\s+SP=(\w{16})/g;

/** The moments in what the emulator noted: one for each instruction. */
export function* momentsIn(log: string): Generator<Moment> {
  for (const [_, pc, general = '', sp = ''] of log.matchAll(state)) {
    const values = (): string[] => [...general.matchAll(/=(\w+)/g)].map(([_whole, value]) => value as string);
    yield { pc: BigInt(`0x${pc as string}`), registers: { x: (number) => BigInt(`0x${values()[number] ?? sp}`) } };
  }
}

/** Memory as a call sees it: what it has stored lies over what was there when it began. */
class Seen implements Readable {
  private readonly memory: Readable;
  private readonly stored = new Map<number, Buffer>();

  constructor(memory: Readable) {
    this.memory = memory;
  }

  read(range: Range): Buffer {
    return this.stored.get(range.address) ?? this.memory.read(range);
  }

  store(address: number, value: bigint): void {
    const bytes = Buffer.alloc(entryBytes);
    bytes.writeBigUInt64LE(value);
    this.stored.set(address, bytes);
  }
}

interface Hypervisor {
  readonly code: Pick<Code, 'at'>;
  /** As it was when the call began. */
  readonly memory: Readable;
  /** The hypervisor's own table, which calls change as they go. */
  readonly root: bigint;
}

export function touchedIn(moments: Iterable<Moment>, { code, memory, root }: Hypervisor): Touched[] {
  const seen = new Seen(memory);
  const touched: Touched[] = [];
  for (const { pc, registers } of moments) {
    const word = code.at(pc);
    const access = word === undefined ? undefined : accessOf(word, registers);
    const physical = access && translate(seen, root, access.address);
    if (word === undefined || access === undefined || physical === undefined) continue;
    const value = storedBy(word, registers);
    if (value !== undefined) seen.store(physical, value);
    touched.push(...cellsOf(physical, access).map((cell) => ({ at: pc, cell, writes: access.writes })));
  }
  return touched;
}

const cellsOf = (physical: number, { bytes }: Access): number[] => {
  const [first, last] = [Math.floor(physical / cellBytes), Math.floor((physical + bytes - 1) / cellBytes)];
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
};

/** What two calls contend for. */
interface Contended {
  /** The instructions of either that touch what the other touches too, where one of them writes. */
  readonly points: ReadonlySet<bigint>;
  /** What they touch there. */
  readonly cells: readonly Range[];
}

export function contended({ touched: one }: Trace, { touched: other }: Trace): Contended {
  const touches = (all: readonly Touched[]): ReadonlySet<number> => new Set(all.map(({ cell }) => cell));
  const writes = (all: readonly Touched[]): ReadonlySet<number> => touches(all.filter((touched) => touched.writes));
  const against = (all: readonly Touched[], beside: readonly Touched[]): readonly Touched[] => {
    const [touchedBeside, writtenBeside] = [touches(beside), writes(beside)];
    return all.filter(({ cell, writes: isWrite }) => (isWrite ? touchedBeside : writtenBeside).has(cell));
  };
  const both = [...against(one, other), ...against(other, one)];
  return {
    points: new Set(both.map(({ at }) => at)),
    cells: [...touches(both)].map((cell) => ({ address: cell * cellBytes, bytes: cellBytes })),
  };
}
