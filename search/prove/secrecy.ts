/**
 * What nobody but a VM learns: the unwinding conditions of noninterference. Two states that differ only in what is
 * hidden, the contents of the pages that one VM has to itself, still do so after every call of whatever actor, and
 * nobody else is answered differently. What the VM itself stores may differ; what it shows is shown.
 */
import { families, fields as allFields } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import type { Rule } from '../../spec/rule.ts';
import type { Always } from '../../properties/property.ts';
import { allStated, declaredNames, symbolsOf } from './conditions.ts';
import type { Condition, Group } from './conditions.ts';
import { Execution } from './execute.ts';
import type { CutLoop } from './execute.ts';
import { keeper, Observed } from './observed.ts';
import { opaque } from './scene.ts';
import { apply, smtBool } from './smt.ts';
import type { Fields } from './smt.ts';
import type { Kept } from './sum.ts';
import { declared, functionsOf, keptNumbers } from './states.ts';

const premises = [`(declare-const ${keeper} Int)`];

/** Two states, and what is done in both. */
interface Both {
  readonly observed: Observed;
  readonly start: Fields;
  readonly run: Execution;
}

function inBoth(rule: Rule, tag: string, names: ReadonlyMap<string, string>, invariants: readonly Always[]): Both {
  const observed = new Observed(rule, names);
  const kept = keptNumbers(invariants);
  const start = functionsOf(`${tag}.start`, kept);
  const known = (fields: Fields): string => {
    const everywhere = `(! ${observed.agrees(fields, 'p', 'w')} :pattern ((${fields.get('word')?.name ?? ''} p w)))`;
    return `(and ${allStated(invariants, fields)} (forall ((p Int) (w Int)) ${everywhere}))`;
  };
  const run = new Execution(tag, start, names, opaque, known, kept.sums);
  run.lines.push(...declared(start, kept), `(assert ${known(start)})`);
  return { observed, start, run };
}

const isField = (name: FieldName | Kept): name is FieldName => name in allFields;

/** What is the same in both states afterwards: any word of a page, and any cell that could depend on contents. */
function alike({ observed, start, run }: Both, subject: string, at: string, tag: string): Group {
  const { twins } = observed;
  const [page, word] = [`page.${tag}`, `word_of.${tag}`];
  const lines = [page, word].map((one) => `(declare-const ${one} Int)`);
  const asks = 'what others see is the same';
  const negated = `(not ${observed.agreesAfter(start, run.fields, page, word)})`;
  const conditions: Condition[] = [{ subject, at, asks, negated }];
  for (const [field, { name }] of run.fields) {
    if (!isField(field) || field === 'word' || twins.of(name) === name) continue;
    const cell = families[allFields[field].over].map((one) => `${one}.${field}.${tag}`);
    lines.push(...cell.map((one) => `(declare-const ${one} Int)`));
    const read = apply(name, ...cell);
    conditions.push({
      subject,
      at,
      asks: `no secret goes into “${field}”`,
      negated: `(distinct ${read} ${twins.of(read)})`,
    });
  }
  return { lines, conditions };
}

/** The conditions of a call, and of each round of what it does in loops. */
export function secrecyOf(rule: Rule, invariants: readonly Always[]): readonly Group[] {
  const tag = `${rule.call}.two`;
  const names = symbolsOf(rule);
  const both = inBoth(rule, tag, names, invariants);
  const { observed, run } = both;
  run.lines.unshift(...premises, ...declaredNames(rule, names));
  run.lines.push(...observed.others());
  const guards: string[] = [];
  for (const step of rule.guards) {
    if (step.kind === 'onFailure') run.do(step.effect);
    else guards.push(smtBool(step.condition, run.scene));
  }
  for (const effect of rule.effects) run.do(effect);

  const { twins } = observed;
  const lines = [...twins.lines(run.lines), ...guards.map((one) => `(assert ${one})`)];
  const at = 'in two states';
  const own = alike(both, rule.call, at, tag);
  const ask = (asks: string, holds: string): Condition => ({ subject: rule.call, at, asks, negated: `(not ${holds})` });
  const decided = guards.map((one) => twins.of(one)).filter((one, i) => one !== guards[i]);
  const answered = observed.answersAlike(run.answer);
  const more = [
    ...decided.map((one) => ask('it is decided alike', one)),
    ...(answered === undefined ? [] : [ask('others are answered alike', answered)]),
  ];
  const rounds = run.cuts.map((cut, i) => ofRound(rule, cut, invariants, i));
  return [{ lines: [...lines, ...own.lines], conditions: [...own.conditions, ...more] }, ...rounds];
}

function ofRound(rule: Rule, cut: CutLoop, invariants: readonly Always[], number: number): Group {
  const tag = `${rule.call}.two.loop${number}`;
  const both = inBoth(rule, tag, cut.names, invariants);
  const { run } = both;
  const { twins } = both.observed;
  const begins = cut.begins(run.scene);
  if (twins.of(begins) !== begins) throw new Error(`unreachable: ${tag} goes on as long as contents say`);
  run.lines.push(...cut.members.map((one) => `(declare-const ${one} Int)`), `(assert ${begins})`);
  run.do(cut.effect);
  const own = alike(both, rule.call, `a round of loop ${number + 1}, in two states`, tag);
  return { lines: [...twins.lines(run.lines), ...own.lines], conditions: own.conditions };
}
