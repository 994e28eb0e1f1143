/** The customary way to compare with: fast-check's own commands, each a call of the same spec under the same judge. */
import fc from 'fast-check';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { argsLength } from '../../spec/language/run.ts';
import { Judge } from '../../search/judge/judge.ts';
import { allProperties } from '../../properties/chapters.ts';
import { startOf } from '../../search/scopes/linux.ts';
import type { Scope } from '../../search/scopes/linux.ts';

class CallCommand implements fc.Command<object, { run(call: string, args: readonly number[]): void }> {
  private readonly call: string;
  private readonly args: readonly number[];

  constructor(call: string, args: readonly number[]) {
    this.call = call;
    this.args = args;
  }
  check = (): boolean => true;
  run(_: object, real: { run(call: string, args: readonly number[]): void }): void {
    real.run(this.call, this.args);
  }
  toString = (): string => this.call;
}

/** Runs about this many steps as commands; returns how many there were. */
export function runCommands(
  system: TransitionSystem,
  scope: Scope,
  runs: number,
  length: number,
  seed: number,
): number {
  let steps = 0;
  const commands = [...system.rules.values()].map((rule) =>
    fc
      .tuple(...Object.values(rule.rule.parameters).map((one) => fc.constantFrom(...one.values(system.config))))
      .map((args) => new CallCommand(rule.rule.call, args)),
  );
  const args = new Int32Array(argsLength);
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: length, size: 'max' }), (all) => {
      const state = startOf(system, scope);
      const judge = new Judge(system, state, allProperties(system));
      const real = {
        run(call: string, given: readonly number[]): void {
          const rule = system.rule(call);
          system.bind(rule, { call, cpu: 0, args: given }, args);
          const guard = system.apply(state, rule, args);
          steps++;
          if (judge.judge(rule, args, guard)) throw new Error('violated');
        },
      };
      fc.modelRun(() => ({ model: {}, real }), all);
    }),
    { numRuns: runs, seed },
  );
  return steps;
}
