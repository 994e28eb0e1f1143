/**
 * What is asked of the solvers: that the invariants hold at the start, that each call keeps each of them from any state
 * in which all hold, whatever its arguments, and that what is said to follow follows. Everything is asked as whether the
 * opposite is possible.
 */
import { families, fieldNames, fields as allFields } from '../../spec/fields.ts';
import type { FieldName, FieldShape } from '../../spec/fields.ts';
import { attributes, quantities } from '../../spec/given.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import type { Rule } from '../../spec/rule.ts';
import type { Always, Each } from '../../properties/property.ts';
import { assumptions, ofParameter, startOf } from './assumptions.ts';
import { Execution } from './execute.ts';
import type { CutLoop } from './execute.ts';
import { apply, attributeName, quantityName, smtBool, variable, withNames } from './smt.ts';
import type { Fields } from './smt.ts';
import type { Kept } from './sum.ts';
import { emptyFacts } from './sums.ts';
import { opaque, sceneOf } from './scene.ts';
import { aboutCall, isDoneOf, keptByLoop, membersOf, ofLoops, saidOf } from './steps.ts';
import type { AboutCall, Ended } from './steps.ts';
import { declared, declaredSums, functionsOf, keptNumbers } from './states.ts';

/** Something asked, in words and as what must be impossible. */
export interface Condition {
  readonly subject: string;
  readonly at: string;
  readonly asks: string;
  readonly negated: string;
}

/** Conditions beside what has to be said before them; later groups build on earlier ones of the same script. */
export interface Group {
  readonly lines: readonly string[];
  readonly conditions: readonly Condition[];
}

/** What is said before any condition. */
export const prelude = (): string[] => [
  '(set-logic ALL)',
  ...Object.keys(quantities).map((name) => `(declare-const ${quantityName(name)} Int)`),
  ...Object.entries(attributes).map(([name, { words }]) => {
    const count = words.match(/\{\w+\}/g)?.length ?? 0;
    return `(declare-fun ${attributeName(name)} (${Array.from({ length: count }, () => 'Int').join(' ')}) Int)`;
  }),
  ...assumptions,
];

/** An invariant of a state, for all its subjects. */
function stated({ over, holds }: Always, fields: Fields): string {
  const bound = families[over].map((name) => [name, variable()] as const);
  const variables = bound.map(([, one]) => one);
  const read: Read[] = [];
  const onRead = (name: FieldName | Kept, at: readonly string[]): void => void read.push({ name, at });
  const body = smtBool(holds, withNames({ ...sceneOf(fields), onRead }, bound));
  if (variables.length === 0) return body;
  const typed = variables.map((one) => `(${one} Int)`).join(' ');
  const patterns = patternsOf(read, variables).map((some) => {
    const cells = some.map(({ name, at }) => apply(fields.get(name)?.name ?? '', ...at));
    return `:pattern (${cells.join(' ')})`;
  });
  return patterns.length === 0
    ? `(forall (${typed}) ${body})`
    : `(forall (${typed}) (! ${body} ${patterns.join(' ')}))`;
}

interface Read {
  readonly name: FieldName | Kept;
  readonly at: readonly string[];
}

/**
 * Where an instance of a law is made: where the first of the cells that name its subjects, and nothing else, are spoken
 * of, or its sums. A law with sums that leads from its subjects to other cells has instances only where a sum is spoken
 * of: they would have no end.
 */
function patternsOf(read: readonly Read[], variables: readonly string[]): readonly (readonly Read[])[] {
  const own = read.filter(({ at }) => at.length > 0 && at.every((one) => variables.includes(one)));
  const isSum = ({ name }: Read): boolean => /^(sum|tally)\./.test(name);
  const cells = covering(
    own.filter((one) => !isSum(one)),
    variables,
  );
  const sums = covering(own.filter(isSum), variables);
  const leads = sums.length > 0 && own.length < read.length;
  return [leads ? [] : cells, sums].filter((pattern) => pattern.length > 0);
}

/** The first of these that together name all subjects. */
function covering(some: readonly Read[], variables: readonly string[]): readonly Read[] {
  const left = new Set(variables);
  const pattern = some.filter(({ at }) => {
    const isNew = at.some((name) => left.has(name));
    at.forEach((name) => left.delete(name));
    return isNew;
  });
  return left.size > 0 ? [] : pattern;
}
export const allStated = (invariants: readonly Always[], fields: Fields): string =>
  `(and ${invariants.map((one) => stated(one, fields)).join(' ')})`;

/** The invariants that speak of something that has changed; of the others there is nothing to ask. */
export const concerned = (invariants: readonly Always[], before: Fields, now: Fields): readonly Always[] =>
  invariants.filter(({ holds }) => {
    const { reads, tallies } = touchesOf(holds);
    const names = [...reads, ...[...tallies].map((name) => `tally.${name}` as const)];
    return names.some((name) => before.get(name) !== now.get(name));
  });

/** A number of conditions of one state, each with subjects of its own. */
function asked(subject: string, at: string, about: readonly Always[], fields: Fields, tag: string): Group {
  const lines: string[] = [];
  const conditions = about.map(({ statement, over, holds }, i): Condition => {
    const bound = families[over].map((one) => [one, `${one}.${tag}.${i}`] as const);
    lines.push(...bound.map(([, one]) => `(declare-const ${one} Int)`));
    const negated = `(not ${smtBool(holds, withNames(sceneOf(fields), bound))})`;
    return { subject, at, asks: statement, negated };
  });
  return { lines, conditions };
}

/** The laws of steps, each of any member of its family. */
function askedOfSteps(subject: string, at: string, about: readonly AboutCall[], ended: Ended, tag: string): Group {
  const lines: string[] = [];
  const conditions = about.map((one, i): Condition => {
    const member = membersOf(one.law).map((name) => `${name}.${tag}.step${i}`);
    lines.push(...member.map((name) => `(declare-const ${name} Int)`));
    return { subject, at, asks: one.law.statement, negated: `(not ${saidOf(one, ended, member)})` };
  });
  return { lines, conditions };
}

/** That the invariants hold at the start. */
export function atStart(invariants: readonly Always[]): readonly Group[] {
  const kept = keptNumbers(invariants);
  const fields = functionsOf('start', kept);
  const lines = fieldNames.map((field) => {
    const own = families[allFields[field].over].map((_, i) => `x${i}`);
    const { start = 0 }: FieldShape = allFields[field];
    const typed = own.map((one) => `(${one} Int)`).join(' ');
    return `(define-fun ${field}.start (${typed}) Int ${startOf(field, start)})`;
  });
  const nothingLeft = kept.left.map((name) => `(define-fun tally.${name}.start ((x Int)) Int 0)`);
  const nothingAdds = kept.sums.flatMap((sum) => emptyFacts(sum, fields));
  const group = asked('the start', 'before the first call', invariants, fields, 'start');
  return [
    { ...group, lines: [...lines, ...nothingLeft, ...declaredSums(fields, kept.sums), ...nothingAdds, ...group.lines] },
  ];
}

/** That what follows from the invariants follows. */
export function ofConsequences(invariants: readonly Always[], consequences: readonly Always[]): readonly Group[] {
  const kept = keptNumbers([...invariants, ...consequences]);
  const fields = functionsOf('any', kept);
  const group = asked('any state', 'where the invariants hold', consequences, fields, 'any');
  return [
    { ...group, lines: [...declared(fields, kept), `(assert ${allStated(invariants, fields)})`, ...group.lines] },
  ];
}

/** The conditions of a call, after each of its steps that leaves something changed. */
export function ofCall(rule: Rule, invariants: readonly Always[], steps: readonly Each[] = []): readonly Group[] {
  const tag = rule.call;
  const said = aboutCall(steps, rule);
  const kept = keptNumbers([...invariants, ...said]);
  const start = functionsOf(`${tag}.start`, kept);
  const names = symbolsOf(rule);
  const all = (fields: Fields): string => allStated(invariants, fields);
  const loops = (fields: Fields, begun: Fields): string =>
    `(and ${all(fields)} ${keptByLoop(said, rule, names, begun, fields)})`;
  const run = new Execution(tag, start, names, opaque, loops, kept.sums);
  run.lines.push(
    ...declared(start, kept),
    ...declaredNames(rule, names),
    `(assert ${all(start)})`,
    `(declare-const ${isDoneOf(rule)} Bool)`,
  );

  const groups: Group[] = [];
  let [told, cuts] = [0, 0];
  const since = (): string[] => {
    const lines = run.lines.slice(told);
    told = run.lines.length;
    return lines;
  };
  const ask = (at: string, isDone: boolean): void => {
    run.counting.settleAll();
    run.counting.leaveBehind(start);
    // A round is asked of here: what later guards say is not known of it.
    groups.push({ lines: since(), conditions: [] });
    groups.push(...run.cuts.slice(cuts).map((cut, i) => ofRound(rule, cut, invariants, said, cuts + i)));
    cuts = run.cuts.length;
    const own = `${tag}.${groups.length}`;
    groups.push(asked(rule.call, at, concerned(invariants, start, run.fields), run.fields, own));
    const ended = { start, now: run.fields, isDone: String(isDone), answer: run.answer ?? '0', names: run.names };
    groups.push(askedOfSteps(rule.call, at, said, ended, own));
  };
  for (const step of rule.guards) {
    if (step.kind === 'onFailure') {
      run.do(step.effect);
      ask(`what stays if it is refused (${step.clause})`, false);
      continue;
    }
    const condition = smtBool(step.condition, run.scene);
    if (step.redundant === true) {
      const never: Condition = {
        subject: rule.call,
        at: step.clause,
        asks: 'never refuses',
        negated: `(not ${condition})`,
      };
      groups.push({ lines: since(), conditions: [never] });
    }
    run.lines.push(`(assert ${condition})`);
  }
  for (const effect of rule.effects) run.do(effect);
  ask('when it is done', true);
  return groups;
}

export const declaredNames = (rule: Rule, names: ReadonlyMap<string, string>): string[] =>
  [...names].flatMap(([name, symbol]) => [
    `(declare-const ${symbol} Int)`,
    ...ofParameter(name, symbol, rule.parameters[name]?.kind),
  ]);

export const symbolsOf = (rule: Rule): ReadonlyMap<string, string> =>
  new Map(
    [...Object.keys(rule.parameters).flatMap((name) => [name, `${name} as passed`]), 'this CPU'].map((name) => [
      name,
      `p.${rule.call}.${name.replaceAll(' ', '_')}`,
    ]),
  );

/** One round of a loop that is cut, from any state in which the invariants hold. */
function ofRound(
  rule: Rule,
  cut: CutLoop,
  invariants: readonly Always[],
  said: readonly AboutCall[],
  number: number,
): Group {
  const tag = `${rule.call}.loop${number}`;
  const kept = keptNumbers([...invariants, ...said]);
  // What the loop does not write is as it was when it began.
  const { writes } = touchesOf(cut.effect);
  const start = functionsOf(`${tag}.start`, kept, cut.fields, writes);
  const run = new Execution(tag, start, cut.names, opaque, (fields) => allStated(invariants, fields), kept.sums);
  run.lines.push(...declared(start, kept, cut.fields), ...cut.members.map((one) => `(declare-const ${one} Int)`));
  const before = keptByLoop(said, rule, cut.names, cut.fields, start);
  run.lines.push(`(assert ${allStated(invariants, start)})`, `(assert ${before})`, `(assert ${cut.begins(run.scene)})`);
  run.do(cut.effect);
  run.counting.settleAll();
  if (run.cuts.length > 0) throw new Error(`unreachable: ${tag} cannot be cut`);
  const at = `a round of loop ${number + 1}`;
  const group = asked(rule.call, at, concerned(invariants, start, run.fields), run.fields, tag);
  const ended = { start: cut.fields, now: run.fields, isDone: isDoneOf(rule), answer: '0', names: cut.names };
  const atFirst = { ...ended, now: cut.fields };
  const first = askedOfSteps(
    rule.call,
    `before the first round of loop ${number + 1}`,
    ofLoops(said),
    atFirst,
    `${tag}.first`,
  );
  const steps = askedOfSteps(rule.call, at, ofLoops(said), ended, tag);
  const all = [first, group, steps];
  return {
    lines: [...run.lines, ...all.flatMap(({ lines }) => lines)],
    conditions: all.flatMap(({ conditions }) => conditions),
  };
}
