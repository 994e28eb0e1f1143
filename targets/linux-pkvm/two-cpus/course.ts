/** The calls of one CPU, from the start of the first to the end of the last, point by point. */
import type { Step } from '../../../spec/target.ts';
import type { Answer } from '../../../spec/transcript.ts';
import type { Prepared } from './calls.ts';
import { TargetProblem } from '../../problem.ts';
import { hopsAlong } from './hops.ts';
import { baseOf } from './instructions.ts';
import type { Act, Machine, Returned } from './machine.ts';

/** What comes once an act has ended: another of the same call, the first of the next call, or nothing. */
type Next = 'act' | 'call' | 'nothing';

export class Course {
  private readonly machine: Machine;
  private readonly cpu: number;
  private readonly calls: readonly Prepared[];
  /** Of the calls that are over, each read before the next begins: a guest leaves its answer where the next one does. */
  private readonly answered: Answer[] = [];
  /** Of the acts of the call that is not over. */
  private results: (Returned | 'faulted')[] = [];
  private stands: bigint | undefined;
  /** The load at which it stood last, and from where that loads. */
  private asked: { readonly at: bigint; readonly from: bigint } | undefined;

  private constructor(machine: Machine, cpu: number, calls: readonly Prepared[]) {
    this.machine = machine;
    this.cpu = cpu;
    this.calls = calls;
  }

  static async begin(machine: Machine, cpu: number, calls: readonly Prepared[]): Promise<Course> {
    const course = new Course(machine, cpu, calls);
    await course.beginCall();
    return course;
  }

  private async beginCall(): Promise<boolean> {
    const call = this.calls[this.answered.length];
    const [first] = call?.acts ?? [];
    if (call === undefined || first === undefined) return false;
    for (const { address, bytes } of call.writes) this.machine.memory.write(address, bytes);
    await this.putBefore(first);
    return true;
  }

  /** Takes the result of an act that has ended, and puts the CPU before what it does next. */
  private async next(): Promise<Next> {
    const { machine, cpu, calls, answered, results } = this;
    const result = machine.returned(await machine.debugger.registers(cpu));
    results.push(result);
    const call = calls[answered.length];
    const act = result === 'faulted' ? undefined : call?.acts[results.length];
    if (act !== undefined) {
      await this.putBefore(act);
      return 'act';
    }
    if (call !== undefined) answered.push(call.read(results));
    this.results = [];
    return (await this.beginCall()) ? 'call' : 'nothing';
  }

  private async putBefore(act: Act): Promise<void> {
    const { machine, cpu } = this;
    await machine.debugger.setRegisters(cpu, machine.before(await machine.debugger.registers(cpu), act));
    this.stands = undefined;
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
      const next = await this.next();
      if (next === 'nothing') return { cpu, progress: 'over', at: 'its end' };
      if (next === 'call') return { cpu, progress: 'next', at: `call ${this.answered.length + 1}` };
    }
  }

  /** Along points that it has come by before, to the last of them. Throws TargetProblem where its way is another. */
  async leap(steps: readonly Step[]): Promise<void> {
    let points: bigint[] = [];
    for (const { progress, at } of steps) {
      if (progress === 'next') {
        await this.along(points);
        await this.to('call', (pc) => this.machine.ends.has(pc));
        points = [];
      } else points.push(this.machine.code.named(at));
    }
    await this.along(points);
    if (this.stands !== undefined) await this.standing(this.stands);
  }

  private async along(points: readonly bigint[]): Promise<void> {
    const stub = this.machine.debugger;
    for (const point of hopsAlong(points)) {
      const isOwn = !stub.breaksAt(point);
      if (isOwn) await stub.breakAt(point);
      await this.to('act', (pc) => pc === point);
      if (isOwn) await stub.unbreak(point);
    }
  }

  /** Past whatever breakpoints, and past the ends of acts after which the same call goes on. */
  private async to(next: Next, isThere: (pc: bigint) => boolean): Promise<void> {
    const { machine, cpu } = this;
    for (;;) {
      const pc = await this.proceed();
      const comes = machine.ends.has(pc) ? await this.next() : 'act';
      if (isThere(pc) && comes === next) return;
      if (comes !== 'act') throw new TargetProblem(`CPU ${cpu} goes another way than before`);
    }
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

  private async standing(pc: bigint): Promise<Pick<Step, 'progress' | 'at'>> {
    const { machine, cpu, asked } = this;
    const at = machine.code.nameOf(pc);
    this.asked = undefined;
    if (!machine.code.mayWaitAt(pc)) return { progress: 'stands', at };
    this.asked = { at: pc, from: await machine.debugger.general(cpu, baseOf(machine.code.at(pc) as number)) };
    const waits = asked?.at === this.asked.at && asked.from === this.asked.from;
    return { progress: waits ? 'waits' : 'stands', at };
  }

  /** Of each call, once all are over. */
  get answers(): readonly Answer[] {
    return this.answered;
  }
}
