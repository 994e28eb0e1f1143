/** The reference model as a target: it opens a configuration, answers calls, and is never asked what is right. */
import type { Target, TargetAnswer, TargetCall, TargetDescription } from '../spec/target.ts';
import type { Config } from '../spec/config.ts';
import { Machine, type MachineOptions } from './machine.ts';
import { smallConfig } from './small-config.ts';
import { restore, type Snapshot, takeSnapshot } from './snapshot.ts';

/** Upstream Linux: no isolation of registers, and devices left to the SoC. */
export const linux: MachineOptions = { isolatesCpuState: false, system: 'linux' };

/** The profile by which each is to be judged. */
export const profileOf = {
  linux: 'linux-7.3',
  'linux-7.4': 'linux-7.4',
  mixed: 'model',
  android: 'android16-6.12',
  'android-as-shipped': 'android16-6.12-as-shipped',
} as const;

export class ModelTarget implements Target {
  private readonly options: MachineOptions;
  /** Alters each machine once it is built: how a named fault gets in. */
  private readonly alter: (machine: Machine) => void;
  private machine: Machine | undefined;
  private fresh: Snapshot | undefined;
  private config: Config | undefined;

  constructor(options: MachineOptions = linux, alter: (machine: Machine) => void = () => undefined) {
    this.options = options;
    this.alter = alter;
  }

  async describe(): Promise<TargetDescription> {
    return {
      name: 'model',
      profile: profileOf[this.options.system],
      calls: Object.keys(this.build(smallConfig()).calls),
      facts: { machine: 'reference model' },
    };
  }

  private build(config: Config): Machine {
    const machine = new Machine(config, this.options);
    this.alter(machine);
    return machine;
  }

  async open(config: Config): Promise<void> {
    if (this.machine !== undefined && this.fresh !== undefined && this.config === config) {
      restore(this.machine, this.fresh);
      return;
    }
    this.machine = this.build(config);
    this.fresh = takeSnapshot(this.machine);
    this.config = config;
  }

  async answer(call: TargetCall): Promise<TargetAnswer> {
    if (this.machine === undefined) throw new Error('no configuration is open');
    return this.machine.answer(call);
  }

  async close(): Promise<void> {
    this.machine = undefined;
    this.fresh = undefined;
    this.config = undefined;
  }
}
