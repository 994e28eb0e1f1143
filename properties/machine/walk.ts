/** Sequences for the machine: drawn call by call on what the machine stands for, on schedules that are drawn as well. */
import type { CompiledRule } from '../../spec/machine.ts';
import { argsLength, passed } from '../../spec/term.ts';
import { Draw } from '../draw.ts';
import { Random } from '../random.ts';
import { translate } from '../ordinals.ts';
import type { Broken, Lab, Move } from './lab.ts';

/** One call in so many is held where schedules are drawn; after how many steps, and for how many calls, at the most. */
const holdsOneIn = 3;
const mostSteps = 8;
const mostCalls = 3;
/** While a call is held, one call in so many is drawn until it is about the same thing, but not too often. */
const contendsOneIn = 2;
const mostDraws = 6;
const recallsOneIn = 5;
/** What calls can have in common. */
const subjects = ['page', 'gfn', 'index', 'device'] as const;

export class MachineWalk {
  readonly lab: Lab;
  readonly moves: Move[] = [];
  private readonly random = new Random(0);
  private readonly draw: Draw;
  private readonly args = new Int32Array(argsLength);

  constructor(lab: Lab) {
    this.lab = lab;
    this.draw = new Draw(lab.spec, this.random, lab.named.weights);
  }

  /** Draw and make up to `length` calls from the world's start. Seeds that are odd interleave CPUs. */
  run(seed: number, length: number): Broken | undefined {
    const { lab, moves } = this;
    this.random.seed(seed);
    this.draw.restart();
    lab.reset();
    moves.length = 0;
    while (moves.length < length && !lab.isOver) {
      const move = this.next(seed % 2 === 1);
      moves.push(move);
      const breach = lab.perform(move);
      if (breach !== undefined) return { length: moves.length, breach };
    }
    const breach = lab.end();
    return breach && { length: moves.length, breach };
  }

  /** Others are likely to want what a held call is about: that is where a race can be. */
  private drawn(): CompiledRule {
    const { lab, random } = this;
    const [held] = lab.held;
    if (held === undefined || random.below(contendsOneIn) > 0) return this.recalling();
    for (let i = 1; ; i++) {
      const rule = this.draw.next(lab.state, this.args);
      const about = subjects.find((name) => name in held.values && rule.names.includes(name));
      if (about !== undefined && this.args[0] !== held.cpu) return this.put(rule, about, held.values[about] ?? 0);
      if (i === mostDraws) return rule;
    }
  }

  /** What was done with a page is now and then tried with it again. */
  private recalling(): CompiledRule {
    const { lab, random } = this;
    const rule = this.draw.next(lab.state, this.args);
    if (random.below(recallsOneIn) > 0 || !rule.names.includes('page')) return rule;
    const last = lab.performed.findLast(({ values }) => 'page' in values);
    return last === undefined ? rule : this.put(rule, 'page', last.values['page'] ?? 0);
  }

  private put(rule: CompiledRule, name: string, value: number): CompiledRule {
    const at = rule.names.indexOf(name);
    const offered = Object.values(rule.rule.parameters)[at]?.values(this.lab.spec.world);
    if (offered?.includes(value) !== true) return rule;
    this.args[at + 1 + passed] = value;
    this.args[at + 1] = rule.resolve[at]?.[value] ?? value;
    return rule;
  }

  private next(isInterleaved: boolean): Move {
    const { lab, args, random } = this;
    const rule = this.drawn();
    const given = rule.names.map((_, i) => args[i + 1 + passed] as number);
    const call = translate(lab.spec, { call: rule.rule.call, cpu: args[0] as number, args: given }, (vm) =>
      lab.ordinals.toOrdinal(vm),
    );
    if (!isInterleaved || random.below(holdsOneIn) > 0) return call;
    return { ...call, hold: { after: 1 + random.below(mostSteps), lets: 1 + random.below(mostCalls) } };
  }
}
