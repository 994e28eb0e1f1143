/**
 * Effects on states of the solver: each change defines the field's function in the next state. A loop in which every
 * round keeps to its own cells is one definition. Any other loop is *cut*: after it all that is known of what it writes
 * is the invariant, which one round has to keep.
 */
import { touchesOf } from '../../spec/language/touches.ts';
import type { Definition, Effect, Range } from '../../spec/language/term.ts';
import { families, fields as allFields } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import { Counting } from './counting.ts';
import type { Rounds } from './counting.ts';
import { apply, conjunction, inRange, pairs, smtBool, smtNumber, variable } from './smt.ts';
import { onlyAdds, placesOf, replaced } from './rounds.ts';
import type { Access, Place } from './rounds.ts';
import type { FieldFunction, Fields, Scene } from './smt.ts';
import type { Kept, Sum } from './sum.ts';
import { rangeOf } from './sums.ts';

/** What is done in a loop that is cut: shown by itself to keep the invariant. */
export interface CutLoop {
  readonly effect: Effect;
  /** The state in which it begins. */
  readonly fields: Fields;
  /** What holds when a round begins, and which names it has. */
  readonly begins: (scene: Scene) => string;
  readonly names: ReadonlyMap<string, string>;
  readonly members: readonly string[];
}

const rounds = 3;

export class Execution {
  /** Declarations and definitions, in order. */
  readonly lines: string[] = [];
  readonly cuts: CutLoop[] = [];
  fields: Map<FieldName | Kept, FieldFunction>;
  names: Map<string, string>;
  /** What the call answers, where it says so. */
  answer: string | undefined;
  readonly counting: Counting;
  private readonly opaque: ReadonlyMap<Definition, string>;
  private readonly most: Scene['most'];
  private readonly invariant: (fields: Fields, begun: Fields) => string;
  private readonly tag: string;
  private reads: Access[] = [];
  private writes: Access[] = [];
  private made = 0;
  /** Members of the loops around, which every definition made there takes as its first arguments. */
  private members: readonly string[] = [];

  constructor(
    tag: string,
    fields: Fields,
    names: ReadonlyMap<string, string>,
    opaque: ReadonlyMap<Definition, string>,
    invariant: (fields: Fields, begun: Fields) => string,
    sums: readonly Sum[],
    most?: Scene['most'],
  ) {
    this.tag = tag;
    this.fields = new Map(fields);
    this.counting = new Counting(this, sums);
    this.names = new Map(names);
    this.opaque = opaque;
    this.invariant = invariant;
    this.most = most;
  }

  get scene(): Scene {
    return {
      fields: this.fields,
      names: this.names,
      opaque: this.opaque,
      ...(this.most === undefined ? {} : { most: this.most }),
      constant: (known) => {
        if (this.members.length > 0) throw new Error('unreachable: a search within a loop');
        const name = this.fresh('first');
        this.lines.push(`(declare-const ${name} Int)`, `(assert ${known(name)})`);
        return name;
      },
      onRead: (field, at) => this.reads.push({ field: field as FieldName, at }),
    };
  }

  fresh(what: string): string {
    return `${what}.${this.tag}.${this.made++}`;
  }

  /** Do an effect where a condition holds. */
  do(effect: Effect, condition = 'true'): void {
    switch (effect.kind) {
      case 'set':
        this.set(effect, condition);
        break;
      case 'sequence':
        for (const one of effect.effects) this.do(one, condition);
        break;
      case 'when': {
        const test = this.define('if', smtBool(effect.condition, this.scene), 'Bool');
        this.do(effect.then, conjunction([condition, test].filter((one) => one !== 'true')));
        if (effect.otherwise)
          this.do(effect.otherwise, conjunction([condition, `(not ${test})`].filter((one) => one !== 'true')));
        break;
      }
      case 'for each':
        if (this.most === undefined) this.loop(effect.range, effect.effect, condition);
        else this.unrolled(effect.range, effect.effect, condition, this.most(effect.range.count));
        break;
      case 'while':
        if (this.most !== undefined) this.repeated(effect, condition);
        else this.cut(effect.effect, (scene) => smtBool(effect.condition, scene), new Map());
        break;
      case 'note':
        this.names.set(effect.name, this.define(effect.name, smtNumber(effect.is, this.scene), 'Int'));
        break;
      case 'answer':
        this.answer = this.define('answer', smtNumber(effect.with, this.scene), 'Int');
        break;
      case 'applied': {
        const given = effect.to.map((one) => smtNumber(one, this.scene));
        const known = given.map((text) => (/^\((?!vcpu_of )/.test(text) ? this.define('arg', text, 'Int') : text));
        const outer = this.names;
        this.names = new Map([...outer, ...pairs(effect.definition, known)]);
        this.do(effect.definition.means, condition);
        this.names = outer;
      }
    }
  }

  private unrolled(range: Range, effect: Effect, condition: string, most: number): void {
    const [from, count] = [range.from, range.count].map((one) => smtNumber(one, this.scene));
    const outer = this.names;
    for (let i = 0; i < most; i++) {
      this.names = new Map([...this.names, [range.member, this.define('member', `(+ ${from ?? ''} ${i})`, 'Int')]]);
      this.do(effect, conjunction([condition, `(< ${i} ${count ?? ''})`].filter((one) => one !== 'true')));
    }
    this.names = outer;
  }

  /** Where everything is finite, nothing is said of what takes more than a few rounds. */
  private repeated({ condition, effect }: Effect & { kind: 'while' }, outer: string): void {
    let goesOn = outer;
    for (let i = 0; i < rounds; i++) {
      goesOn = this.define('round', `(and ${goesOn} ${smtBool(condition, this.scene)})`, 'Bool');
      this.do(effect, goesOn);
    }
    this.lines.push(`(assert (not (and ${goesOn} ${smtBool(condition, this.scene)})))`);
  }

  /** A name for what is computed now. */
  private define(what: string, text: string, sort: 'Int' | 'Bool'): string {
    const name = this.fresh(what.replaceAll(/\W/g, '_'));
    const parameters = this.members.map((one) => `(${one} Int)`).join(' ');
    this.lines.push(`(define-fun ${name} (${parameters}) ${sort} ${text})`);
    return apply(name, ...this.members);
  }

  /** Where everything is finite, loops are written out, and what is computed in them must not be copied on and on. */
  private named(text: string): string {
    return this.most === undefined || !text.startsWith('(') ? text : this.define('value', text, 'Int');
  }

  private set({ cell, to }: Effect & { kind: 'set' }, condition: string): void {
    const at = cell.at.map((one) => this.named(smtNumber(one, this.scene)));
    const value = this.named(smtNumber(to, this.scene));
    this.writes.push({ field: cell.field, at });
    this.counting.writes(cell.field, at, value);
    const own = at.map(() => variable());
    const before = this.function(cell.field);
    const here = conjunction(
      [...own.map((one, i) => `(= ${one} ${at[i] ?? ''})`), condition].filter((one) => one !== 'true'),
    );
    const changed = `(ite ${here} ${value} ${apply(before.name, ...before.given, ...own)})`;
    this.replace(cell.field, own, changed);
  }

  private function(field: FieldName | Kept): FieldFunction {
    const found = this.fields.get(field);
    if (found === undefined) throw new Error(`unreachable: no function for ${field}`);
    return found;
  }

  private replace(field: FieldName, own: readonly string[], body: string): void {
    const name = this.fresh(field);
    const parameters = [...this.members, ...own].map((one) => `(${one} Int)`).join(' ');
    this.lines.push(`(define-fun ${name} (${parameters}) Int ${body})`);
    this.fields.set(field, { name, given: this.members });
  }

  /**
   * One definition for all rounds, if each keeps to cells that have the member at one place, or if rounds only add to
   * cells or take from them; else the loop is cut.
   */
  private loop(range: Range, effect: Effect, condition: string): void {
    const isOutermost = this.members.length === 0;
    if (isOutermost) this.counting.begin();
    const kept = { fields: new Map(this.fields), lines: this.lines.length, cuts: this.cuts.length };
    const outer = { names: this.names, members: this.members, reads: this.reads, writes: this.writes };
    const member = variable();
    const inside = inRange(member, range, this.scene);
    const rounds = { member, ...rangeOf(range, this.scene) };
    this.members = [...this.members, member];
    this.names = new Map([...this.names, [range.member, member]]);
    this.reads = [];
    this.writes = [];
    this.do(effect, condition);
    const [reads, writes] = [this.reads, this.writes];
    const bodies = this.fields;
    Object.assign(this, outer);
    const places = placesOf(member, reads, writes);
    const adds = places === undefined && isOutermost && onlyAdds(effect);
    if ((places === undefined && !adds) || this.cuts.length > kept.cuts) {
      this.lines.length = kept.lines;
      this.cuts.length = kept.cuts;
      this.fields = kept.fields;
      this.counting.giveUp();
      this.cut(effect, () => inside, new Map([[range.member, member]]), [member]);
      return;
    }
    this.reads.push(...reads);
    this.writes.push(...writes);
    this.fields = kept.fields;
    if (places === undefined) this.add(writes, bodies, rounds);
    else
      for (const [field, place] of places)
        this.repeat(field, place, bodies.get(field) as FieldFunction, rounds, inside);
    if (isOutermost) this.counting.end(rounds);
  }

  /** Each round has cells of its own. */
  private repeat(field: FieldName, { at, of }: Place, body: FieldFunction, { member }: Rounds, inside: string): void {
    const before = this.function(field);
    const own = families[allFields[field].over].map(() => variable());
    const here = own[at] as string;
    // A vCPU is that of its index, if it is one of the VM.
    const mine = of === undefined ? here : `(remainder ${here} q.vcpus)`;
    const given = body.given.map((one) => (one === member ? mine : one));
    const changed = apply(body.name, ...given, ...own);
    const same = apply(before.name, ...before.given, ...own);
    const isIn = replaced(inside, member, mine);
    const isMine = of === undefined ? isIn : `(and (>= ${here} 0) (= ${replaced(of, member, mine)} ${here}) ${isIn})`;
    this.replace(field, own, `(ite ${isMine} ${changed} ${same})`);
  }

  /** All rounds together add what each of them does. */
  private add(writes: readonly Access[], bodies: Fields, rounds: Rounds): void {
    for (const field of new Set(writes.map((one) => one.field))) {
      const body = bodies.get(field) as FieldFunction;
      const before = this.function(field);
      const taken = (member: string, of: readonly string[]): string => {
        const given = body.given.map((one) => (one === rounds.member ? member : one));
        return `(- ${apply(before.name, ...of)} ${apply(body.name, ...given, ...of)})`;
      };
      const all = this.counting.taken(field, rounds, taken);
      const own = families[allFields[field].over].map(() => variable());
      this.replace(field, own, `(- ${apply(before.name, ...own)} ${apply(all, ...own)})`);
    }
  }

  private cut(
    effect: Effect,
    begins: (scene: Scene) => string,
    names: ReadonlyMap<string, string>,
    members: readonly string[] = [],
  ): void {
    if (this.members.length > 0) throw new Error('unreachable: a loop that is cut stands in one that is not');
    this.counting.settleAll();
    const begun = new Map(this.fields);
    this.cuts.push({
      effect,
      fields: begun,
      begins,
      names: new Map([...this.names, ...names]),
      members,
    });
    const { writes } = touchesOf(effect);
    for (const field of writes) {
      const name = this.fresh(field);
      const sorts = families[allFields[field].over].map(() => 'Int').join(' ');
      this.lines.push(`(declare-fun ${name} (${sorts}) Int)`);
      this.fields.set(field, { name, given: [] });
    }
    this.counting.forget(writes);
    this.lines.push(`(assert ${this.invariant(this.fields, begun)})`);
  }
}
