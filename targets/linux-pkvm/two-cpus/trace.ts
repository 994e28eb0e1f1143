/** Which places in memory a call touches, found by making it one instruction after the other. */
import { accessOf } from './instructions.ts';
import type { Machine } from './machine.ts';
import { translate } from './tables.ts';

const cellBytes = 8;
/** Some calls walk whole tables; they are followed so far, for some ten seconds, and then let go to their ends. */
const mostSteps = 20_000;

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

/** `isOver`: told after each step where the CPU stands; does what follows, and says whether all is done. */
export async function traceOf(machine: Machine, cpu: number, isOver: (pc: bigint) => Promise<boolean>): Promise<Trace> {
  const { debugger: stub, code, memory } = machine;
  const touched: Touched[] = [];
  for (let steps = 0; steps < mostSteps; steps++) {
    const registers = await stub.registers(cpu);
    if (await isOver(registers.pc)) return { touched, isWhole: true };
    const instruction = code.at(registers.pc);
    const access = instruction && accessOf(instruction.word, registers);
    if (access !== undefined) {
      const physical = translate(memory, machine.root, access.address);
      const cells = physical === undefined ? [] : cellsOf(physical, access.bytes);
      touched.push(...cells.map((cell) => ({ at: registers.pc, cell, writes: access.writes })));
    }
    await stub.step(cpu);
  }
  while (!(await isOver(await stub.pc(cpu)))) await machine.proceed(cpu);
  return { touched, isWhole: false };
}

const cellsOf = (physical: number, bytes: number): number[] => {
  const [first, last] = [Math.floor(physical / cellBytes), Math.floor((physical + bytes - 1) / cellBytes)];
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
};

/** The instructions of either that touch what the other touches too, where one of them writes. */
export function contended({ touched: one }: Trace, { touched: other }: Trace): Set<bigint> {
  const touches = (all: readonly Touched[]): ReadonlySet<number> => new Set(all.map(({ cell }) => cell));
  const writes = (all: readonly Touched[]): ReadonlySet<number> => touches(all.filter((touched) => touched.writes));
  const against = (all: readonly Touched[], beside: readonly Touched[]): bigint[] => {
    const [touchedBeside, writtenBeside] = [touches(beside), writes(beside)];
    return all
      .filter(({ cell, writes: isWrite }) => (isWrite ? touchedBeside : writtenBeside).has(cell))
      .map(({ at }) => at);
  };
  return new Set([...against(one, other), ...against(other, one)]);
}
