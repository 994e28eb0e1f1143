/**
 * What nobody but a VM learns: the unwinding conditions of noninterference. Two states that differ only in what is
 * hidden, the contents of the pages that one VM has to itself, still do so after every call of whatever actor, and
 * nobody else is answered differently. What the VM itself stores may differ; what it shows is shown.
 */
import { families, fields as allFields } from '../../spec/fields.ts';
import type { Rule } from '../../spec/rule.ts';
import { isHidden, isShown, showing } from '../../properties/invariant/contents.ts';
import type { Invariant } from '../../properties/invariant/invariant.ts';
import { allStated, declared, declaredNames, functionsOf, symbolsOf } from './conditions.ts';
import type { Condition, Group } from './conditions.ts';
import { Execution } from './execute.ts';
import type { CutLoop } from './execute.ts';
import { opaque, sceneOf } from './scene.ts';
import { apply, quantityName, smtBool, withNames } from './smt.ts';
import type { FieldFunction, Fields } from './smt.ts';
import { counted, Tally } from './tally.ts';
import { Twins } from './twin.ts';

/** The VM whose secrets they are. DMA-SOC: no device reaches memory past the IOMMU. */
const keeper = 'keeper';
const premises = [`(declare-const ${keeper} Int)`, '(assert (= q.socCoversDma 1))'];

const isContent = (name: string): boolean => name.startsWith('word.');
const contentIn = (fields: Fields): string => (fields.get('word') as FieldFunction).name;

/** A word of a page is the same in both states, or hidden. */
function agrees(twins: Twins, fields: Fields, page: string, word: string): string {
  const scene = withNames(sceneOf(fields), Object.entries({ [keeper]: keeper, page }));
  const read = `(${contentIn(fields)} ${page} ${word})`;
  const isWord = `(and (<= 0 ${word}) (< ${word} ${quantityName('words')}))`;
  return `(or (not ${isWord}) ${smtBool(isHidden(keeper, 'page'), scene)} (= ${read} ${twins.of(read)}))`;
}
const allAgree = (twins: Twins, fields: Fields): string =>
  `(forall ((p Int) (w Int)) (! ${agrees(twins, fields, 'p', 'w')} :pattern ((${contentIn(fields)} p w))))`;

/** Two states, and what is done in both. */
interface Both {
  readonly twins: Twins;
  readonly start: Fields;
  readonly run: Execution;
}

function inBoth(
  tag: string,
  names: ReadonlyMap<string, string>,
  invariants: readonly Invariant[],
  stored?: string,
): Both {
  const twins = new Twins((name) => isContent(name) || name === stored);
  const start = functionsOf(`${tag}.start`);
  const known = (fields: Fields): string => `(and ${allStated(invariants, fields)} ${allAgree(twins, fields)})`;
  const run = new Execution(tag, start, names, opaque, known);
  run.lines.push(...declared(start), `(assert ${known(start)})`);
  return { twins, start, run };
}

/** Cells are the same in both states but for what is hidden: of any page and word, and of any cell that has a twin. */
function stayAlike({ twins, run }: Both, subject: string, at: string, tag: string, shown = 'false'): Group {
  const [page, word] = [`page.${tag}`, `word_of.${tag}`];
  const lines = [page, word].map((one) => `(declare-const ${one} Int)`);
  const asks = 'what others see is the same';
  const negated = `(not (or ${agrees(twins, run.fields, page, word)} ${shown}))`;
  const conditions: Condition[] = [{ subject, at, asks, negated }];
  for (const [field, { name }] of run.fields) {
    if (field === 'word' || twins.of(name) === name) continue;
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
export function secrecyOf(rule: Rule, invariants: readonly Invariant[]): readonly Group[] {
  const tag = `${rule.call}.two`;
  const names = symbolsOf(rule);
  const stored = rule.actor === 'guest' ? names.get('value') : undefined;
  const both = inBoth(tag, names, invariants, stored);
  const { twins, start, run } = both;
  run.lines.unshift(...premises, ...declaredNames(names));
  run.lines.push(...counted.flatMap((one) => new Tally(one, tag, start).atStart()));
  const isKeeper = rule.actor === 'guest' ? `(= ${names.get('vm') ?? ''} ${keeper})` : 'false';
  // Another VM than the keeper stores the same in both.
  if (stored !== undefined) run.lines.push(`(assert (or ${isKeeper} (= ${stored} ${stored}~)))`);
  const guards: string[] = [];
  for (const step of rule.guards) {
    if (step.kind === 'onFailure') run.do(step.effect);
    else guards.push(smtBool(step.condition, run.scene));
  }
  for (const effect of rule.effects) run.do(effect);

  const lines = [...twins.lines(run.lines), ...guards.map((one) => `(assert ${one})`)];
  const at = 'in two states';
  const shownPage = withNames(sceneOf(start), [...names, ['page', `page.${tag}`]]);
  const shown = showing.has(rule.call)
    ? `(and ${isKeeper} ${smtBool(isShown('vm', 'gfn', 'page'), shownPage)})`
    : 'false';
  const own = stayAlike(both, rule.call, at, tag, shown);
  const more = guards
    .filter((one) => twins.of(one) !== one)
    .map((one): Condition => ({
      subject: rule.call,
      at,
      asks: 'it is decided alike',
      negated: `(not ${twins.of(one)})`,
    }));
  const answer = run.answer ?? '0';
  if (twins.of(answer) !== answer)
    more.push({
      subject: rule.call,
      at,
      asks: 'others are answered alike',
      negated: `(not (or ${isKeeper} (= ${answer} ${twins.of(answer)})))`,
    });
  const rounds = run.cuts.map((cut, i) => ofRound(rule, cut, invariants, i));
  return [{ lines: [...lines, ...own.lines], conditions: [...own.conditions, ...more] }, ...rounds];
}

function ofRound(rule: Rule, cut: CutLoop, invariants: readonly Invariant[], number: number): Group {
  const tag = `${rule.call}.two.loop${number}`;
  const both = inBoth(tag, cut.names, invariants);
  const { twins, run } = both;
  const begins = cut.begins(run.scene);
  if (twins.of(begins) !== begins) throw new Error(`unreachable: ${tag} goes on as long as contents say`);
  run.lines.push(...cut.members.map((one) => `(declare-const ${one} Int)`), `(assert ${begins})`);
  run.do(cut.effect);
  const own = stayAlike(both, rule.call, `a round of loop ${number + 1}, in two states`, tag);
  return { lines: [...twins.lines(run.lines), ...own.lines], conditions: own.conditions };
}
