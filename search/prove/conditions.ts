/**
 * What is asked of the solvers: that the invariants hold at the start, that each call keeps each of them from any state
 * in which all hold, whatever its arguments, and that what is said to follow follows. Everything is asked as whether the
 * opposite is possible.
 */
import { families, fieldNames, fields as allFields } from '../../spec/fields.ts';
import type { FieldName, FieldShape } from '../../spec/fields.ts';
import { attributes, quantities } from '../../spec/given.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Rule } from '../../spec/rule.ts';
import { consequences, invariantsOf } from '../../properties/invariant/all.ts';
import type { Invariant } from '../../properties/invariant/invariant.ts';
import { assumptions, ofParameter, startOf } from './assumptions.ts';
import { Execution } from './execute.ts';
import type { CutLoop } from './execute.ts';
import { apply, attributeName, quantityName, smtBool, variable, withNames } from './smt.ts';
import type { FieldFunction, Fields } from './smt.ts';
import { opaque, sceneOf } from './scene.ts';
import { counted, Tally } from './tally.ts';

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

const sorts = (field: FieldName): string => families[allFields[field].over].map(() => 'Int').join(' ');
export const functionsOf = (tag: string): Map<FieldName, FieldFunction> =>
  new Map(fieldNames.map((field) => [field, { name: `${field}.${tag}`, given: [] }]));
export const declared = (functions: Fields): string[] =>
  [...functions].map(([field, { name }]) => `(declare-fun ${name} (${sorts(field)}) Int)`);

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
function stated({ over, holds }: Invariant, fields: Fields): string {
  const bound = over.map((name) => [name, variable()] as const);
  const variables = bound.map(([, one]) => one);
  const pattern: string[] = [];
  const left = new Set(variables);
  // An instance is made where all of these cells are spoken of: the first that name the subjects and nothing else.
  const onRead = (field: FieldName, at: readonly string[]): void => {
    if (at.length === 0 || !at.every((one) => variables.includes(one)) || !at.some((one) => left.has(one))) return;
    const { name, given } = fields.get(field) as FieldFunction;
    pattern.push(apply(name, ...given, ...at));
    for (const one of at) left.delete(one);
  };
  const body = smtBool(holds, withNames({ ...sceneOf(fields), onRead }, bound));
  const typed = variables.map((one) => `(${one} Int)`).join(' ');
  return left.size > 0
    ? `(forall (${typed}) ${body})`
    : `(forall (${typed}) (! ${body} :pattern (${pattern.join(' ')})))`;
}
export const allStated = (invariants: readonly Invariant[], fields: Fields): string =>
  `(and ${invariants.map((one) => stated(one, fields)).join(' ')})`;

/** The groups of one profile: each is a script of its own behind the prelude. */
export function conditionsOf(profile: Profile): readonly (readonly Group[])[] {
  const invariants = invariantsOf(profile);
  return [
    atStart(invariants),
    ofConsequences(invariants),
    ...[...profile.rules.values()].map((rule) => ofCall(rule, invariants)),
  ];
}

/** The invariants that speak of a field that has changed; of the others there is nothing to ask. */
const concerned = (invariants: readonly Invariant[], before: Fields, now: Fields): readonly Invariant[] =>
  invariants.filter(({ holds }) => [...touchesOf(holds).reads].some((field) => before.get(field) !== now.get(field)));

/** A number of conditions of one state, each with subjects of its own. */
function asked(subject: string, at: string, about: readonly Invariant[], fields: Fields, tag: string): Group {
  const lines: string[] = [];
  const conditions = about.map(({ name, over, holds }, i): Condition => {
    const bound = over.map((one) => [one, `${one.replace(' ', '_')}.${tag}.${i}`] as const);
    lines.push(...bound.map(([, one]) => `(declare-const ${one} Int)`));
    return { subject, at, asks: name, negated: `(not ${smtBool(holds, withNames(sceneOf(fields), bound))})` };
  });
  return { lines, conditions };
}

function atStart(invariants: readonly Invariant[]): readonly Group[] {
  const fields = functionsOf('start');
  const lines = [...fields].map(([field, { name }]) => {
    const own = families[allFields[field].over].map((_, i) => `x${i}`);
    const { start = 0 }: FieldShape = allFields[field];
    return `(define-fun ${name} (${own.map((one) => `(${one} Int)`).join(' ')}) Int ${startOf(field, start)})`;
  });
  const group = asked('the start', 'before the first call', invariants, fields, 'start');
  return [{ ...group, lines: [...lines, ...group.lines] }];
}

function ofConsequences(invariants: readonly Invariant[]): readonly Group[] {
  const fields = functionsOf('any');
  const group = asked('any state', 'where the invariants hold', consequences, fields, 'any');
  return [{ ...group, lines: [...declared(fields), `(assert ${allStated(invariants, fields)})`, ...group.lines] }];
}

/** The conditions of a call, after each of its steps that leaves something changed. */
export function ofCall(rule: Rule, invariants: readonly Invariant[]): readonly Group[] {
  const tag = rule.call;
  const start = functionsOf(`${tag}.start`);
  const tallies = counted.map((one) => new Tally(one, tag, start));
  const names = symbolsOf(rule);
  const all = (fields: Fields): string => allStated(invariants, fields);
  const run = new Execution(tag, start, names, opaque, all);
  const known = [...names].flatMap(([name, symbol]) => [`(declare-const ${symbol} Int)`, ...ofParameter(name, symbol)]);
  run.lines.push(...declared(start), ...known, `(assert ${all(start)})`, ...tallies.flatMap((one) => one.atStart()));

  const groups: Group[] = [];
  let told = 0;
  const since = (): string[] => {
    const lines = run.lines.slice(told);
    told = run.lines.length;
    return lines;
  };
  const ask = (at: string): void => {
    const own = asked(rule.call, at, concerned(invariants, start, run.fields), run.fields, `${tag}.${groups.length}`);
    const isCounted = ({ what }: Tally): boolean =>
      run.touched.has(what.family) || start.get(what.field) !== run.fields.get(what.field);
    const counts = tallies.filter(isCounted).map((tally) => {
      const { family, name } = tally.what;
      const touched = run.touched.has(family) ? run.touched.get(family) : [];
      const { lines, covered } = tally.after(run.fields, touched, groups.length);
      return { lines, condition: { subject: rule.call, at, asks: name, negated: `(not ${covered})` } };
    });
    groups.push({
      lines: [...since(), ...own.lines, ...counts.flatMap(({ lines }) => lines)],
      conditions: [...own.conditions, ...counts.map(({ condition }) => condition)],
    });
  };
  for (const step of rule.guards) {
    if (step.kind === 'onFailure') {
      run.do(step.effect);
      ask(`what stays if it is refused (${step.clause})`);
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
  ask('when it is done');
  return [...groups, ...run.cuts.map((cut, i) => ofRound(rule, cut, invariants, i))];
}

export const symbolsOf = (rule: Rule): ReadonlyMap<string, string> =>
  new Map(
    [...Object.keys(rule.parameters).flatMap((name) => [name, `${name} as passed`]), 'this CPU'].map((name) => [
      name,
      `p.${rule.call}.${name.replaceAll(' ', '_')}`,
    ]),
  );

/** One round of a loop that is cut, from any state in which the invariants hold. */
function ofRound(rule: Rule, cut: CutLoop, invariants: readonly Invariant[], number: number): Group {
  const tag = `${rule.call}.loop${number}`;
  const start = functionsOf(`${tag}.start`);
  const run = new Execution(tag, start, cut.names, opaque, (fields) => allStated(invariants, fields));
  run.lines.push(...declared(start), ...cut.members.map((one) => `(declare-const ${one} Int)`));
  run.lines.push(`(assert ${allStated(invariants, start)})`, `(assert ${cut.begins(run.scene)})`);
  run.do(cut.effect);
  if (run.cuts.length > 0 || counted.some(({ family }) => run.touched.has(family)))
    throw new Error(`unreachable: ${tag} cannot be cut`);
  const group = asked(
    rule.call,
    `a round of loop ${number + 1}`,
    concerned(invariants, start, run.fields),
    run.fields,
    tag,
  );
  return { ...group, lines: [...run.lines, ...group.lines] };
}
