/** The reference model: its answers, and what it then stands for, in states of its own. */
import { parts } from '../../model/abstraction.ts';
import { waiversOf } from '../../search/machine/accepted.ts';
import type { Waiver } from '../../search/machine/accepted.ts';
import { machineSequence } from '../../search/machine/campaign.ts';
import { furtherScopes, shippedScopes } from '../../search/machine/further-scopes.ts';
import { machineScopes } from '../../search/machine/scopes.ts';
import type { MachineScope } from '../../search/machine/scope-parts.ts';
import { TwoRunHarness } from '../../search/machine/two-run.ts';
import { MachineWalk } from '../../search/machine/walk.ts';
import { content } from '../../spec/fields.ts';
import { argsLength } from '../../spec/language/run.ts';
import type { Args } from '../../spec/language/run.ts';
import { State } from '../../spec/state.ts';
import type { TargetAnswer } from '../../spec/target.ts';
import { done } from '../../spec/transition-system.ts';
import type { CompiledRule, Outcome, TransitionSystem } from '../../spec/transition-system.ts';
import { kept } from './kept.ts';
import type { Killer } from './killer.ts';
import { planted } from './planted.ts';
import type { Planted } from './planted.ts';

/** A call that the machine answered with nobody beside it, and what it stood for before and after. */
interface Answered {
  readonly call: string;
  readonly before: Int32Array;
  readonly args: Args;
  readonly answer: TargetAnswer;
  readonly after: Int32Array;
}

/** Answers of each end of a call; from so many runs in each scope. */
const most = 40;
const runs = 50;

export function model(seed: number): Killer {
  const scopes = new Set([...machineScopes, ...furtherScopes, ...shippedScopes]);
  const all = [...scopes].map((scope) => new MachineAnswers(scope, seed));
  return {
    name: 'reference model',
    kills: (mutant) => {
      for (const answers of all) {
        const other = planted(answers.system, mutant);
        const shown = other && answers.against(other);
        if (shown !== undefined) return shown;
      }
      return undefined;
    },
  };
}

class MachineAnswers {
  readonly system: TransitionSystem;
  private readonly scope: MachineScope;
  private readonly seed: number;
  private readonly walk: MachineWalk;
  private readonly state: State;
  private readonly right: State;
  private readonly args = new Int32Array(argsLength);
  private readonly answers = kept(this.drawn());
  private readonly found: Int32Array;
  private readonly waivers: readonly (Waiver | undefined)[];
  private readonly compared: readonly number[];

  constructor(scope: MachineScope, seed: number) {
    this.scope = scope;
    this.seed = seed;
    // why: what is lost where a system is as it is shipped ends no run.
    const nothing = new Set<string>();
    this.walk = new MachineWalk(new TwoRunHarness(scope, { hasSecond: false, judged: nothing }));
    this.system = this.walk.harness.spec;
    const { layout } = this.system;
    this.state = new State(layout, new Int32Array(layout.length));
    this.right = this.state.fork();
    this.found = new Int32Array(layout.length);
    [this.waivers] = waiversOf(layout, this.found);
    this.compared = Object.values(parts)
      .flat()
      .flatMap((field) => Array.from({ length: layout.size[field] }, (_, i) => layout.base[field] + i));
  }

  /** Some of each end, run by run. */
  private *drawn(): Generator<Answered, void, void> {
    const alike = new Map<string, number>();
    for (let run = 0; run < runs; run++) {
      // Seeds that are even let calls follow each other.
      for (const one of this.answersOf(2 * (this.seed + run))) {
        const end = `${one.call} ${this.made(this.system, this.system.rule(one.call), one, this.right).guard}`;
        const count = (alike.get(end) ?? 0) + 1;
        alike.set(end, count);
        if (count <= most) yield one;
      }
    }
  }

  /** Draw a run, and make its calls again one by one. */
  private answersOf(seed: number): Answered[] {
    const { walk } = this;
    const { harness } = walk;
    walk.run(seed, machineSequence);
    const moves = [...walk.moves];
    const all: Answered[] = [];
    harness.reset();
    harness.keepsTrace = true;
    for (const move of moves) {
      const before = harness.state.cells.slice();
      harness.perform(move);
      const one = harness.performed.at(-1);
      const after = harness.trace.at(-1);
      if (harness.isOver && one?.answer?.kind !== 'died') break;
      if (one?.answer !== undefined && after !== undefined) {
        all.push({ call: one.call, before, args: one.args.slice(), answer: one.answer, after: after.slice() });
      }
      if (harness.isOver) break;
    }
    harness.keepsTrace = false;
    return all;
  }

  private made(
    system: TransitionSystem,
    rule: CompiledRule,
    one: Answered,
    state: State,
  ): { guard: number; outcome: Outcome } {
    state.settle();
    state.cells.set(one.before);
    this.args.set(one.args);
    const guard = system.apply(state, rule, this.args);
    state.settle();
    return { guard, outcome: system.outcome(rule, guard, state.answer) };
  }

  /** In what the machine differs from the mutant, where it agrees with the rules. */
  against({ system, calls }: Planted): string | undefined {
    for (const one of this.answers) {
      const { call, answer } = one;
      if (!calls.includes(call)) continue;
      const [rule, other] = [this.system.rule(call), system.rule(call)];
      const right = this.made(this.system, rule, one, this.right);
      const wrong = this.made(system, other, one, this.state);
      if (isAnswer(right.outcome, answer, rule) && !isAnswer(wrong.outcome, answer, other))
        return `${call} is answered ${answer.kind} in ${this.scope.name}`;
      if (answer.kind !== 'died' && right.guard === done && this.differs(one))
        return `${call} leaves another state in ${this.scope.name}`;
      if (answer.kind === 'refused' && this.differs(one)) return `${call} changes something in ${this.scope.name}`;
    }
    return undefined;
  }

  private differs({ after }: Answered): boolean {
    this.found.set(after);
    return this.compared.some((cell) => {
      const [right, wrong] = [this.right.cells[cell] as number, this.state.cells[cell] as number];
      return right !== wrong && right === after[cell] && this.waivers[cell]?.(this.state.cells) !== true;
    });
  }
}

/** Whether an answer of the machine is the one that is expected. */
function isAnswer(outcome: Outcome, answer: TargetAnswer, { rule }: CompiledRule): boolean {
  if (outcome.kind === 'done') {
    if (answer.kind !== 'done') return false;
    return rule.answer === undefined || outcome.answer === content.unknown || outcome.answer === answer.answer;
  }
  if (outcome.error === 'PANIC') return answer.kind === 'died';
  if (outcome.error === 'IGNORED') return answer.kind === 'done';
  return answer.kind === 'refused' && answer.error === outcome.error;
}
