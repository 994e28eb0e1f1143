/**
 * Mutants that are no mistakes, as solvers see it: from any state in which the invariants of the proofs hold, the rule
 * with the change decides as the rule does, and leaves every field as the rule does.
 */
import { spawnSync } from 'node:child_process';
import { invariantsOf } from '../../properties/invariant/all.ts';
import type { Always } from '../../properties/property.ts';
import { allStated, declaredNames, symbolsOf } from '../../search/prove/conditions.ts';
import type { Condition, Group } from '../../search/prove/conditions.ts';
import { Execution } from '../../search/prove/execute.ts';
import { scriptOf } from '../../search/prove/prove.ts';
import { opaque } from '../../search/prove/scene.ts';
import { apply, smtBool, variable } from '../../search/prove/smt.ts';
import { declared, functionsOf, keptNumbers } from '../../search/prove/states.ts';
import type { Fields } from '../../search/prove/smt.ts';
import { families, fieldNames, fields as allFields } from '../../spec/fields.ts';
import { partsOf } from '../../spec/language/term.ts';
import type { Effect, Term } from '../../spec/language/term.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Rule, Step } from '../../spec/rule.ts';
import type { Killer } from './killer.ts';

/** Both have to say so. */
const solvers: readonly (readonly [string, readonly string[]])[] = [
  ['z3', ['-in', '-smt2', '-t:2000']],
  ['cvc5', ['--incremental', '--lang=smt2', '--tlimit-per=4000']],
];

export const canProve = (): boolean => solvers.every(([program]) => spawnSync(program, ['--version']).status === 0);

/** Of the profiles whose invariants are proved, those that have the place are asked. */
export const equal = (proved: readonly Profile[]): Killer => ({
  name: 'equality',
  kills: (mutant) => {
    const changed = proved.flatMap((profile) =>
      [...profile.rules.values()].flatMap((rule) => {
        const other = mutant.plant(rule);
        return other === rule ? [] : [{ profile, rule, other }];
      }),
    );
    if (changed.length === 0 || !proved.some(({ name }) => name === mutant.profile)) return undefined;
    const isEqual = changed.every(({ profile, rule, other }) => isProvedEqual(rule, other, invariantsOf(profile)));
    return isEqual ? 'the invariants leave no state in which it differs (z3 and cvc5)' : undefined;
  },
});

function isProvedEqual(rule: Rule, other: Rule, invariants: readonly Always[]): boolean {
  const groups = questions(rule, other, invariants);
  const count = groups?.reduce((sum, { conditions }) => sum + conditions.length, 0) ?? 0;
  if (groups === undefined || count === 0) return false;
  const input = scriptOf(groups).join('\n');
  return solvers.every(([program, options]) => {
    const { stdout } = spawnSync(program, [...options], { input, encoding: 'utf8' });
    const verdicts = stdout.split('\n').filter((line) => ['sat', 'unsat', 'unknown'].includes(line));
    return verdicts.length === count && verdicts.every((verdict) => verdict === 'unsat');
  });
}

/** Steps of both rules, one beside the other; a step that the other has not is left open. */
function aligned({ guards }: Rule, other: Rule): readonly (readonly [Step, Step | undefined])[] | undefined {
  const removed = guards.findIndex((step, i) => other.guards[i] !== step);
  if (guards.length === other.guards.length) return guards.map((step, i) => [step, other.guards[i]]);
  if (guards.length !== other.guards.length + 1) return undefined;
  return guards.map((step, i) => [
    step,
    i < removed ? other.guards[i] : i === removed ? undefined : other.guards[i - 1],
  ]);
}

function questions(rule: Rule, other: Rule, invariants: readonly Always[]): readonly Group[] | undefined {
  const swapped = rule.guards.findIndex((step, i) => step !== other.guards[i] && step === other.guards[i + 1]);
  const steps = swapped >= 0 && rule.guards.length === other.guards.length ? undefined : aligned(rule, other);
  const asking = new Asking(rule, invariants);
  if (steps === undefined) return swapped < 0 ? undefined : asking.exclusive(rule, swapped);
  for (const [step, instead] of steps) if (!asking.step(step, instead)) return undefined;
  const [own, others] = [rule.effects, other.effects];
  if (own.length !== others.length) return undefined;
  for (const [i, effect] of own.entries()) if (!asking.effect(effect, others[i] as Effect)) return undefined;
  return asking.groups;
}

/** What is asked along a rule; what was asked of a step is taken for granted behind it. */
class Asking {
  readonly groups: Group[] = [];
  private readonly run: Execution;
  private told = 0;
  private number = 0;

  constructor(rule: Rule, invariants: readonly Always[]) {
    const kept = keptNumbers(invariants);
    const start = functionsOf(`${rule.call}.start`, kept);
    const names = symbolsOf(rule);
    const all = (fields: Fields): string => allStated(invariants, fields);
    this.run = new Execution(rule.call, start, names, opaque, all, kept.sums);
    this.run.lines.push(...declared(start, kept), ...declaredNames(rule, names), `(assert ${all(start)})`);
  }

  private ask(negated: string, more: readonly string[] = []): void {
    const condition: Condition = { subject: '', at: '', asks: '', negated };
    this.groups.push({ lines: [...this.run.lines.slice(this.told), ...more], conditions: [condition] });
    this.told = this.run.lines.length;
  }

  /** Two neighbours can be asked in any order if never both refuse. */
  exclusive({ guards }: Rule, at: number): readonly Group[] | undefined {
    for (const step of guards.slice(0, at)) this.step(step, step);
    const both = guards
      .slice(at, at + 2)
      .map((step) => (step.kind === 'must' ? smtBool(step.condition, this.run.scene) : undefined));
    if (both.includes(undefined)) return undefined;
    this.ask(`(and ${both.map((one) => `(not ${one ?? ''})`).join(' ')})`);
    return this.groups;
  }

  step(step: Step, instead: Step | undefined): boolean {
    if (step.kind === 'onFailure') return instead?.kind === 'onFailure' && this.effect(step.effect, instead.effect);
    if (instead?.kind === 'onFailure' || (instead !== undefined && instead.error !== step.error)) return false;
    const condition = smtBool(step.condition, this.run.scene);
    if (instead === undefined) this.ask(`(not ${condition})`);
    else if (instead.condition !== step.condition)
      this.ask(`(not (= ${condition} ${smtBool(instead.condition, this.run.scene)}))`);
    this.run.lines.push(`(assert ${condition})`);
    return true;
  }

  /** Both are done from the same state, and then compared. */
  effect(effect: Effect, instead: Effect): boolean {
    if (effect === instead) {
      this.run.do(effect);
      return true;
    }
    if ([effect, instead].some((one) => touchesOf(one).notes.size > 0 || answersIn(one))) return false;
    const before = new Map(this.run.fields);
    const cuts = this.run.cuts.length;
    this.run.do(instead);
    const after = new Map(this.run.fields);
    this.run.fields = before;
    this.run.do(effect);
    if (this.run.cuts.length > cuts) return false;
    this.compare(after);
    return true;
  }

  private compare(others: Execution['fields']): void {
    const lines: string[] = [];
    const differing = fieldNames.flatMap((field) => {
      const [own, other] = [this.run.fields.get(field), others.get(field)];
      if (own === undefined || other === undefined || other === own) return [];
      const at = families[allFields[field].over].map(() => `k${this.number++}.${variable()}`);
      lines.push(...at.map((one) => `(declare-const ${one} Int)`));
      return [`(distinct ${apply(own.name, ...at)} ${apply(other.name, ...at)})`];
    });
    this.ask(differing.length === 0 ? 'false' : `(or ${differing.join(' ')} false)`, lines);
  }
}

const answersIn = (term: Term): boolean =>
  term.kind === 'answer' ||
  partsOf(term).some(answersIn) ||
  (term.kind === 'applied' && answersIn(term.definition.means));
