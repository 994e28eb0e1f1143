/**
 * The hypervisor's ticket locks, found in its code: an atomic add that draws a ticket, and a branch past the wait where
 * it is served at once. A lock that is planted branches there always: nobody waits.
 */
import type { Code } from './code.ts';

interface Branch {
  readonly physical: number;
  readonly word: number;
}

/** Locks that are taken together, one right after the other. */
export interface Section {
  /** Where the first of them draws its ticket, from the start of the code. */
  readonly name: string;
  /** Where each draws its ticket. */
  readonly draws: readonly bigint[];
  readonly branches: readonly Branch[];
}

const wordBytes = 4n;
/** How far the branch lies behind the draw, in instructions, and the next lock of a section, in bytes. */
const [farthestBranch, farthestLock] = [8, 0x48n];

/** LDADDA and LDADDAL of a word. */
const drawsTicket = (word: number): boolean => (word & 0xffa0fc00) >>> 0 === 0xb8a00000;
/** CBZ of a word. */
const branchesIfZero = (word: number): boolean => (word & 0xff000000) >>> 0 === 0x34000000;
/** B to where a CBZ goes, if that is ahead. */
const always = (word: number): number => 0x14000000 | ((word >>> 5) & 0x3ffff);

function branchBehind(code: Code, draw: bigint): Branch | undefined {
  for (let i = 1; i <= farthestBranch; i++) {
    const instruction = code.at(draw + BigInt(i) * wordBytes);
    if (instruction !== undefined && branchesIfZero(instruction.word)) return instruction;
  }
  return undefined;
}

export function sectionsOf(code: Code): Section[] {
  const sections: { draws: bigint[]; branches: Branch[] }[] = [];
  for (const draw of code.points()) {
    const branch = drawsTicket(code.at(draw)?.word ?? 0) ? branchBehind(code, draw) : undefined;
    if (branch === undefined) continue;
    const last = sections.at(-1);
    const before = last?.draws.at(-1);
    if (last !== undefined && before !== undefined && draw - before <= farthestLock) {
      last.draws.push(draw);
      last.branches.push(branch);
    } else sections.push({ draws: [draw], branches: [branch] });
  }
  return sections.map((section) => ({
    ...section,
    name: `+0x${code.offsetOf(section.draws[0] as bigint).toString(16)}`,
  }));
}

/** The branches of a section as they are, or so that nobody waits. */
export const wordsOf = ({ branches }: Section, isPlanted: boolean): { physical: number; bytes: Buffer }[] =>
  branches.map(({ physical, word }) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(isPlanted ? always(word) : word);
    return { physical, bytes };
  });
