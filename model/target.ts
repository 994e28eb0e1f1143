/** The reference model as a target: it opens a world, answers calls, and is never asked what is right. */
import type { Target, TargetAnswer, TargetCall, TargetDescription } from '../spec/target.ts';
import type { World } from '../spec/world.ts';
import { Machine, type MachineOptions } from './machine.ts';
import { smallWorld } from './small-world.ts';
import { restore, type Snapshot, takeSnapshot } from './snapshot.ts';

/** Upstream Linux: no isolation of registers, and devices left to the SoC. */
export const linux: MachineOptions = { isolatesCpuState: false, system: 'linux' };

/** The profile by which each is to be judged. */
const profileOf = { linux: 'linux-7.3', mixed: 'model', android: 'android16-6.12' } as const;

export class ModelTarget implements Target {
  private readonly options: MachineOptions;
  /** Alters each machine once it is built: how a named fault gets in. */
  private readonly alter: (machine: Machine) => void;
  private machine: Machine | undefined;
  private fresh: Snapshot | undefined;
  private world: World | undefined;

  constructor(options: MachineOptions = linux, alter: (machine: Machine) => void = () => undefined) {
    this.options = options;
    this.alter = alter;
  }

  async describe(): Promise<TargetDescription> {
    return {
      name: 'model',
      profile: profileOf[this.options.system],
      calls: Object.keys(this.build(smallWorld()).calls),
      facts: { machine: 'reference model' },
    };
  }

  private build(world: World): Machine {
    const machine = new Machine(world, this.options);
    this.alter(machine);
    return machine;
  }

  async open(world: World): Promise<void> {
    if (this.machine !== undefined && this.fresh !== undefined && this.world === world) {
      restore(this.machine, this.fresh);
      return;
    }
    this.machine = this.build(world);
    this.fresh = takeSnapshot(this.machine);
    this.world = world;
  }

  async answer(call: TargetCall): Promise<TargetAnswer> {
    if (this.machine === undefined) throw new Error('no world is open');
    return this.machine.answer(call);
  }

  async close(): Promise<void> {
    this.machine = undefined;
    this.fresh = undefined;
    this.world = undefined;
  }
}
