/** How sums follow the effects of a call: from cell to cell, over the rounds of a loop, and at the end of a VM. */
import { none } from '../../spec/config.ts';
import { families, fields as allFields, lives, mappingStates } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import { tallies } from '../../properties/tallies.ts';
import { sceneOf } from './scene.ts';
import { apply, number, variable } from './smt.ts';
import type { FieldFunction, Fields } from './smt.ts';
import { membersAt, sumOf } from './sum.ts';
import type { Kept, Sum, SumTerm } from './sum.ts';
import { addedBy, comparedFacts, functionOf, partialFacts, quantified, rangeOf, stateFacts } from './sums.ts';
import type { Partial } from './sums.ts';

/** What is counted, and of the course of the call what counting needs. */
interface Run {
  readonly lines: string[];
  fields: Map<FieldName | Kept, FieldFunction>;
  fresh(what: string): string;
}

export interface Rounds {
  readonly member: string;
  readonly from: string;
  readonly count: string;
}

interface Pending {
  readonly members: readonly string[];
  readonly base: Fields;
}

export class Counting {
  private readonly run: Run;
  private readonly sums: readonly Sum[];
  /** The state whose functions are no definitions. */
  private readonly declared: Map<FieldName | Kept, FieldFunction>;
  private readonly pending = new Map<Sum, Pending>();
  private readonly partials: Partial[] = [];
  /** The members of each sum that the rounds of the outermost loop touch. */
  private inLoop: Map<Sum, Set<string>> | undefined;
  private loopBase: Fields = new Map();
  /** VMs whose life may have ended. */
  private readonly ended = new Set<string>();

  constructor(run: Run, sums: readonly Sum[]) {
    this.run = run;
    this.sums = sums;
    this.declared = new Map(run.fields);
  }

  /** A cell is about to be written. */
  writes(field: FieldName, at: readonly string[], value: string): void {
    if (field === 'life' && value === number(lives.indexOf('NONE'))) this.ended.add(at.join(' '));
    for (const sum of this.sums) {
      if (!sum.reads.has(field)) continue;
      const members = membersAt(sum, field, at);
      if (this.inLoop !== undefined) {
        this.inLoop.set(sum, (this.inLoop.get(sum) ?? new Set()).add(members.join('\n')));
      } else if (this.pending.get(sum)?.members.join('\n') !== members.join('\n')) {
        this.settle(sum);
        this.pending.set(sum, { members, base: new Map(this.run.fields) });
      }
    }
  }

  /** The sum as it is now. */
  private settle(sum: Sum): void {
    const pending = this.pending.get(sum);
    if (pending === undefined) return;
    this.pending.delete(sum);
    this.moves(
      sum,
      (of) => {
        const [now, was] = [this.run.fields, pending.base].map((fields) => addedBy(sum, pending.members, of, fields));
        return `(- ${now ?? ''} ${was ?? ''})`;
      },
      true,
    );
    this.run.lines.push(...stateFacts(sum, this.run.fields, this.declared));
  }

  settleAll(): void {
    for (const sum of this.sums) this.settle(sum);
  }

  private moves(sum: Pick<Sum, 'name' | 'subjects'>, by: (of: readonly string[]) => string, forward = false): void {
    const { lines, fields } = this.run;
    const of = sum.subjects.map(() => variable());
    const before = functionOf(sum, fields);
    const name = this.run.fresh(sum.name);
    const it = apply(name, ...of);
    lines.push(
      `(declare-fun ${name} (${of.map(() => 'Int').join(' ')}) Int)`,
      quantified(of, `(= ${it} (+ ${apply(before, ...of)} ${by(of)}))`, it, ...(forward ? [apply(before, ...of)] : [])),
    );
    fields.set(sum.name, { name, given: [] });
  }

  /** The outermost loop begins. */
  begin(): void {
    this.settleAll();
    this.inLoop = new Map();
    this.loopBase = new Map(this.run.fields);
  }

  /** It was no loop of which all rounds are one definition. */
  giveUp(): void {
    this.inLoop = undefined;
  }

  /** It is over: a sum loses what its members added before, and gains what they add now. */
  end({ member, from, count }: Rounds): void {
    const touched = this.inLoop ?? new Map<Sum, Set<string>>();
    this.inLoop = undefined;
    for (const [sum, members] of touched) {
      const [text, ...more] = [...members];
      const variables = (text ?? '').match(/\bx\d+\b/g) ?? [];
      if (text === undefined || more.length > 0 || variables.some((one) => one !== member))
        throw new Error(`unreachable: a loop changes ${sum.name} in several ways`);
      const at = (one: string): string[] => text.replace(new RegExp(`\\b${member}\\b`, 'g'), one).split('\n');
      const part = (fields: Fields): string =>
        this.add({
          part: sum.name,
          subjects: sum.subjects,
          from,
          count,
          isCount: sum.isCount,
          added: (one, of) => addedBy(sum, at(one), of, fields),
        });
      this.asPartial(sum);
      const [was, now] = [part(this.loopBase), part(new Map(this.run.fields))];
      this.moves(sum, (of) => `(- ${apply(now, ...of)} ${apply(was, ...of)})`);
    }
  }

  /** A sum over a single range can be compared with those in the course of the call. */
  private asPartial(sum: Sum): void {
    const [range, ...more] = sum.ranges;
    if (range === undefined || more.length > 0) return;
    const base = this.loopBase;
    const { from, count } = rangeOf(range, sceneOf(base));
    const name = functionOf(sum, base);
    if (this.partials.some((one) => one.name === name)) return;
    const own = { name, part: sum.name, subjects: sum.subjects, from, count, isCount: sum.isCount };
    this.compare({ ...own, added: (member, of) => addedBy(sum, [member], of, base) });
  }

  private add(what: Omit<Partial, 'name'>): string {
    const partial = { ...what, name: this.run.fresh('part') };
    const sorts = what.subjects.map(() => 'Int').join(' ');
    this.run.lines.push(`(declare-fun ${partial.name} (${sorts}) Int)`, ...partialFacts(partial));
    this.compare(partial);
    return partial.name;
  }

  private compare(partial: Partial): void {
    const key = ({ from, count, subjects }: Partial): string => [from, count, ...subjects].join('\n');
    const isKin = ({ part }: Partial): boolean => (part ?? partial.part) === (partial.part ?? part);
    const alike = this.partials.filter((one) => key(one) === key(partial) && isKin(one));
    this.run.lines.push(...alike.flatMap((one) => comparedFacts(one, partial)));
    this.partials.push(partial);
  }

  /** Each round takes a number from cells of the field: how much of one is taken, in all rounds. */
  taken(field: FieldName, { from, count }: Rounds, by: (member: string, of: readonly string[]) => string): string {
    return this.add({ subjects: families[allFields[field].over], from, count, isCount: false, added: by });
  }

  /** Of these fields nothing is known any more, and of their sums no more than of those of any state. */
  forget(written: ReadonlySet<FieldName>): void {
    const { fields, lines } = this.run;
    for (const field of written) this.declared.set(field, fields.get(field) as FieldFunction);
    for (const sum of this.sums.filter(({ reads }) => [...reads.keys()].some((field) => written.has(field)))) {
      const name = this.run.fresh(sum.name);
      lines.push(`(declare-fun ${name} (${sum.subjects.map(() => 'Int').join(' ')}) Int)`);
      fields.set(sum.name, { name, given: [] });
      lines.push(...stateFacts(sum, fields));
    }
  }

  /** What VMs had when they ended is left behind, unless its pages went back with them. */
  leaveBehind(start: Fields): void {
    for (const vm of this.ended) {
      for (const [left, of] of leftBehind) {
        if (!this.run.fields.has(left)) continue;
        const sum = sumOf(of as SumTerm);
        const hasEnded = this.hasEnded(vm, start);
        const stays = (gfn: string): string => `(and ${hasEnded} (not ${this.wentBack(vm, gfn, start)}))`;
        const part = this.add({
          part: sum.name,
          subjects: sum.subjects,
          from: number(0),
          count: 'q.gfns',
          isCount: true,
          added: (gfn, subjects) => `(ite ${stays(gfn)} ${addedBy(sum, [vm, gfn], subjects, start)} 0)`,
          cell: (gfn) => this.at(start, 'mapping', vm, gfn),
        });
        this.moves({ name: left, subjects: sum.subjects }, (subjects) => apply(part, ...subjects));
      }
    }
    this.ended.clear();
  }

  private at(fields: Fields, field: FieldName, ...at: string[]): string {
    const found = fields.get(field) as FieldFunction;
    return apply(found.name, ...found.given, ...at);
  }

  private hasEnded(vm: string, start: Fields): string {
    const gone = number(lives.indexOf('NONE'));
    const [was, now] = [start, this.run.fields].map((fields) => this.at(fields, 'life', vm));
    return `(and (distinct ${was ?? ''} ${gone}) (= ${now ?? ''} ${gone}))`;
  }

  /** As the judge has it: `wentBack` in `search/judge/account.ts`. */
  private wentBack(vm: string, gfn: string, start: Fields): string {
    const now = this.run.fields;
    const page = this.at(start, 'mapped', vm, gfn);
    const isLent = `(= ${this.at(start, 'mapping', vm, gfn)} ${mappingStates.indexOf('SHARED_BORROWED')})`;
    const fewer = `(< ${this.at(now, 'shares', page)} ${this.at(start, 'shares', page)})`;
    const unowned = `(= ${this.at(now, 'ownerVm', page)} ${number(none)})`;
    return `(and (distinct ${page} ${number(none)}) (ite ${isLent} ${fewer} ${unowned}))`;
  }
}

const leftBehind = [
  ['tally.strandedLent', tallies.lent.counts],
  ['tally.strandedHeld', tallies.held.counts],
] as const;
