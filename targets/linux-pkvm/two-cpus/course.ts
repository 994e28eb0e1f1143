/** One call on one CPU, from its start to its end, point by point. */
import type { Step } from '../../../spec/target.ts';
import type { Answer } from '../../../spec/transcript.ts';
import type { Prepared } from './calls.ts';
import { TargetProblem } from '../../problem.ts';
import { hopsAlong } from './hops.ts';
import { baseOf } from './instructions.ts';
import type { Act, Machine, Returned } from './machine.ts';

export class Course {
  private readonly machine: Machine;
  private readonly cpu: number;
  private readonly prepared: Prepared;
  private readonly results: (Returned | 'faulted')[] = [];
  private stands: bigint | undefined;
  /** The load at which it stood last, and from where that loads. */
  private asked: { readonly at: bigint; readonly from: bigint } | undefined;

  private constructor(machine: Machine, cpu: number, prepared: Prepared) {
    this.machine = machine;
    this.cpu = cpu;
    this.prepared = prepared;
  }

  static async begin(machine: Machine, cpu: number, prepared: Prepared): Promise<Course> {
    const course = new Course(machine, cpu, prepared);
    for (const { address, bytes } of prepared.writes) machine.memory.write(address, bytes);
    await course.next();
    return course;
  }

  /** Puts the CPU before its next act, if there is one. */
  private async next(): Promise<boolean> {
    const { machine, cpu, prepared, results } = this;
    const act: Act | undefined = prepared.acts[results.length];
    if (act === undefined || results.at(-1) === 'faulted') return false;
    await machine.debugger.setRegisters(cpu, machine.before(await machine.debugger.registers(cpu), act));
    this.stands = undefined;
    return true;
  }

  /** To its end, whatever the points on the way. */
  async toEnd(): Promise<void> {
    for (let step = await this.go(); step.progress !== 'over'; step = await this.go());
  }

  /** To the next point; an instruction that a loop repeats is one. */
  async go(): Promise<Step> {
    const { machine, cpu } = this;
    for (;;) {
      const pc = await this.proceed();
      if (!machine.ends.has(pc)) return { cpu, ...(await this.standing(pc)) };
      if (await this.isOverAt(pc)) return { cpu, progress: 'over', at: 'its end' };
    }
  }

  /** Along points that it has come by before, to the last of them. Throws TargetProblem where its way is another. */
  async leap(names: readonly string[]): Promise<void> {
    for (const point of hopsAlong(names.map((name) => this.machine.code.named(name)))) await this.hop(point);
    if (this.stands !== undefined) await this.standing(this.stands);
  }

  private async hop(point: bigint): Promise<void> {
    const stub = this.machine.debugger;
    const isOwn = !stub.breaksAt(point);
    if (isOwn) await stub.breakAt(point);
    for (let pc = await this.proceed(); pc !== point; pc = await this.proceed()) {
      if (await this.isOverAt(pc)) throw new TargetProblem(`CPU ${this.cpu} goes another way than before`);
    }
    if (isOwn) await stub.unbreak(point);
  }

  /** To the next breakpoint, past the one at which it stands however often that comes in between. */
  private async proceed(): Promise<bigint> {
    const { machine, cpu, stands } = this;
    const stub = machine.debugger;
    if (stands === undefined || !stub.breaksAt(stands)) await machine.resume(cpu);
    else if (machine.code.mayWaitAt(stands)) await this.askAgain(stands);
    else {
      // why: a single step stops the machine once more, which takes longer than all else.
      await stub.unbreak(stands);
      await machine.resume(cpu);
      await stub.breakAt(stands);
    }
    return (this.stands = await stub.pc(cpu));
  }

  /** Where a loop would wait unseen, it is stopped at each time. */
  private async askAgain(stands: bigint): Promise<void> {
    const { machine, cpu } = this;
    await machine.proceed(cpu);
    // why: now and then the emulator's single step does nothing, and the CPU still stands where it stood.
    if ((await machine.debugger.pc(cpu)) === stands) await machine.proceed(cpu);
  }

  /** Takes the result of an act that has ended there, and goes on to the next; says whether all is over. */
  private async isOverAt(pc: bigint): Promise<boolean> {
    const { machine, cpu } = this;
    if (!machine.ends.has(pc)) return false;
    this.results.push(machine.returned(await machine.debugger.registers(cpu)));
    return !(await this.next());
  }

  private async standing(pc: bigint): Promise<Pick<Step, 'progress' | 'at'>> {
    const { machine, cpu, asked } = this;
    const at = machine.code.nameOf(pc);
    this.asked = undefined;
    if (!machine.code.mayWaitAt(pc)) return { progress: 'stands', at };
    this.asked = { at: pc, from: await machine.debugger.general(cpu, baseOf(machine.code.at(pc) as number)) };
    const waits = asked?.at === this.asked.at && asked.from === this.asked.from;
    return { progress: waits ? 'waits' : 'stands', at };
  }

  /** Once it is over. */
  answer(): Answer {
    return this.prepared.read(this.results);
  }
}
