/** The hypervisor's code as its own page tables show it, and the points in it at which CPUs synchronise. No symbols. */
import { synchronises } from './instructions.ts';
import { pageBytes } from './memory.ts';
import type { Memory } from './memory.ts';
import { mappings } from './tables.ts';

interface Piece {
  readonly virtual: bigint;
  readonly physical: number;
  readonly bytes: Buffer;
}

/** The page that switches the MMU on lies at its own physical address: no CPU is raced there. */
const identityEnd = 1n << 32n;

export class Code {
  private readonly pieces: readonly Piece[];

  /** `root`: the hypervisor's own table. */
  constructor(memory: Memory, root: bigint) {
    this.pieces = [...mappings(memory, root)]
      .filter(({ virtual, isExecutable }) => isExecutable && virtual >= identityEnd)
      .map(({ virtual, physical, bytes }) => ({ virtual, physical, bytes: memory.read({ address: physical, bytes }) }));
  }

  /** The instruction at an address; undefined where the hypervisor has no code. */
  at(address: bigint): number | undefined {
    const piece = this.pieces.find(
      ({ virtual, bytes }) => address >= virtual && address < virtual + BigInt(bytes.length),
    );
    return piece?.bytes.readUInt32LE(Number(address - piece.virtual));
  }

  /** The addresses of its instructions that synchronise, in order: the same list for one build, but for its base. */
  points(): bigint[] {
    return this.pieces.flatMap(({ virtual, bytes }) =>
      Array.from({ length: bytes.length / 4 }, (_, i) => i * 4)
        .filter((offset) => synchronises(bytes.readUInt32LE(offset)))
        .map((offset) => virtual + BigInt(offset)),
    );
  }

  /** The numbers of the pages that it fills. */
  get pages(): ReadonlySet<number> {
    return new Set(
      this.pieces.flatMap(({ physical, bytes }) =>
        Array.from({ length: bytes.length / pageBytes }, (_, i) => physical / pageBytes + i),
      ),
    );
  }

  /** Where an address lies from the start of the code: the same on each boot. */
  offsetOf(address: bigint): number {
    return Number(address - (this.pieces[0]?.virtual ?? 0n));
  }
}
