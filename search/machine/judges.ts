/** The judges of the two-run harness: each looks at the machines when its turn comes, and the first violation counts. */
import type { Machine } from '../../model/machine.ts';
import type { MachineViolation } from '../../properties/machine-law.ts';
import type { View } from '../../properties/view.ts';
import type { Performed } from './performed.ts';
import type { Declassification } from './declassification.ts';
import { Integrity } from './integrity.ts';
import { laws } from './laws.ts';
import { Noninterference } from './noninterference.ts';
import { Placement } from './placement.ts';
import type { Power } from './power.ts';
import { Reach } from './reach.ts';
import { GivingBack } from './recovery.ts';
import type { RecoveringHost } from './recovery.ts';
import { Registers } from './registers.ts';
import { Tables } from './tables.ts';

export class MachineJudges {
  private readonly declassification: Declassification;
  private readonly power: Power;
  private readonly noninterference: Noninterference;
  private readonly integrity: Integrity;
  private readonly registers: Registers;
  private readonly reach: Reach;
  private readonly placement: Placement;
  private readonly givingBack: GivingBack;
  private readonly tables: Tables;
  /** The clauses that are judged; all where none is named. */
  private readonly judged: ReadonlySet<string> | undefined;

  constructor(
    machine: Machine,
    second: Machine,
    declassification: Declassification,
    power: Power,
    view: View,
    judged: ReadonlySet<string> | undefined,
  ) {
    this.declassification = declassification;
    this.power = power;
    this.noninterference = new Noninterference(machine, second, declassification);
    this.integrity = new Integrity(machine, declassification);
    this.registers = new Registers(machine);
    this.reach = new Reach(machine, second, declassification);
    this.placement = new Placement(machine);
    this.givingBack = new GivingBack(machine, view);
    this.tables = new Tables(machine);
    this.judged = judged;
  }

  reset(): void {
    const { declassification, power, noninterference, integrity, registers } = this;
    const { reach, placement, givingBack, tables } = this;
    for (const one of [declassification, power, noninterference, integrity, registers]) one.reset();
    for (const one of [reach, placement, givingBack, tables]) one.reset();
  }

  begin(one: Performed): void {
    this.declassification.begin(one);
    this.givingBack.begin(one);
    this.tables.begin(one);
  }

  /** A guest has been entered, and has not made a step yet. */
  entered(one: Performed): MachineViolation | undefined {
    return this.counted(this.registers.entered(one));
  }

  /** A call has made a step while others are under way. */
  midway(one: Performed): MachineViolation | undefined {
    return this.counted(this.reach.look(one));
  }

  /** A call is over: what it answered, and whether it may have run. */
  atEnd(one: Performed): MachineViolation | undefined {
    const violation = this.counted(this.noninterference.look(one)) ?? this.counted(this.power.look(one));
    this.declassification.end(one);
    this.power.end(one);
    this.registers.end(one);
    this.givingBack.end(one);
    this.tables.end(one);
    return violation;
  }

  /** Where the machines stand after a call; `isQuiet` where no other is under way. */
  after(one: Performed, isQuiet: boolean): MachineViolation | undefined {
    return (
      this.counted(this.placement.look(one, isQuiet)) ??
      this.counted(this.registers.look(one)) ??
      this.counted(this.integrity.look(one)) ??
      this.counted(this.reach.look(one)) ??
      this.counted(this.tables.look(one, isQuiet))
    );
  }

  /** Whether the host gets everything back. */
  recovery(host: RecoveringHost): MachineViolation | undefined {
    return this.counted(laws.givenBack) && this.givingBack.judge(host);
  }

  /** What may be missing when the host has taken everything back, for a key of what was seen. */
  get mayMiss(): string {
    return this.givingBack.allowed;
  }

  /** A violation, if its clause is judged. */
  counted(violation: MachineViolation | undefined): MachineViolation | undefined {
    return violation === undefined || this.judged?.has(violation.clause) === false ? undefined : violation;
  }
}
