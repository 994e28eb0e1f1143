/**
 * Effects on states of the solver: each change defines the field's function in the next state. A loop in which every
 * round keeps to its own cells is one definition. Any other loop is *cut*: after it all that is known of what it writes
 * is the invariant, which one round has to keep.
 */
import { touchesOf } from '../../spec/language/touches.ts';
import type { Definition, Effect, Range } from '../../spec/language/term.ts';
import { families, fields as allFields } from '../../spec/fields.ts';
import type { Family, FieldName } from '../../spec/fields.ts';
import { apply, conjunction, inRange, pairs, smtBool, smtNumber, variable } from './smt.ts';
import type { FieldFunction, Fields, Scene } from './smt.ts';

/** What is done in a loop that is cut: shown by itself to keep the invariant. */
export interface CutLoop {
  readonly effect: Effect;
  /** What holds when a round begins, and which names it has. */
  readonly begins: (scene: Scene) => string;
  readonly names: ReadonlyMap<string, string>;
  readonly members: readonly string[];
}

const rounds = 3;

/** Attributes of an entry that do not change what it reaches. */
const beside: ReadonlySet<FieldName> = new Set(['prot', 'young']);

interface Access {
  readonly field: FieldName;
  readonly at: readonly string[];
}

export class Execution {
  /** Declarations and definitions, in order. */
  readonly lines: string[] = [];
  readonly cuts: CutLoop[] = [];
  fields: Map<FieldName, FieldFunction>;
  names: Map<string, string>;
  /** What the call answers, where it says so. */
  answer: string | undefined;
  private readonly opaque: ReadonlyMap<Definition, string>;
  private readonly most: Scene['most'];
  private readonly invariant: (fields: Fields) => string;
  private readonly tag: string;
  /** For each family, the cells that have been written to; undefined where a loop goes through them. */
  readonly touched = new Map<Family, readonly (readonly string[])[] | undefined>();
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
    invariant: (fields: Fields) => string,
    most?: Scene['most'],
  ) {
    this.tag = tag;
    this.fields = new Map(fields);
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
      onRead: (field, at) => this.reads.push({ field, at }),
    };
  }

  private fresh(what: string): string {
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
        const known = given.map((text) => (text.startsWith('(') ? this.define('arg', text, 'Int') : text));
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
    if (!beside.has(cell.field)) this.touch(allFields[cell.field].over, at);
    const own = at.map(() => variable());
    const before = this.function(cell.field);
    const here = conjunction(
      [...own.map((one, i) => `(= ${one} ${at[i] ?? ''})`), condition].filter((one) => one !== 'true'),
    );
    const changed = `(ite ${here} ${value} ${apply(before.name, ...before.given, ...own)})`;
    this.replace(cell.field, own, changed);
  }

  private touch(family: Family, at: readonly string[]): void {
    const known = this.touched.has(family) ? this.touched.get(family) : [];
    const isNew = known?.some((one) => one.join() === at.join()) === false;
    const cells = known === undefined || this.members.length > 0 ? undefined : isNew ? [...known, at] : known;
    this.touched.set(family, cells);
  }

  private function(field: FieldName): FieldFunction {
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

  /** One definition for all rounds, if each keeps to cells that have the member at one place; else the loop is cut. */
  private loop(range: Range, effect: Effect, condition: string): void {
    const kept = { fields: new Map(this.fields), lines: this.lines.length, cuts: this.cuts.length };
    const outer = { names: this.names, members: this.members, reads: this.reads, writes: this.writes };
    const member = variable();
    const inside = inRange(member, range, this.scene);
    this.members = [...this.members, member];
    this.names = new Map([...this.names, [range.member, member]]);
    this.reads = [];
    this.writes = [];
    this.do(effect, condition);
    const [reads, writes] = [this.reads, this.writes];
    const bodies = this.fields;
    Object.assign(this, outer);
    const places = placesOf(member, reads, writes);
    if (places === undefined || this.cuts.length > kept.cuts) {
      this.lines.length = kept.lines;
      this.cuts.length = kept.cuts;
      this.fields = kept.fields;
      this.cut(effect, () => inside, new Map([[range.member, member]]), [member]);
      return;
    }
    this.reads.push(...reads.filter(({ at }) => !at.includes(member)));
    this.writes.push(...writes);
    this.fields = kept.fields;
    for (const [field, place] of places) {
      const body = bodies.get(field) as FieldFunction;
      const before = this.function(field);
      const own = families[allFields[field].over].map(() => variable());
      const mine = own[place] as string;
      const given = body.given.map((one) => (one === member ? mine : one));
      const changed = apply(body.name, ...given, ...own);
      const same = apply(before.name, ...before.given, ...own);
      this.replace(field, own, `(ite ${inside.replace(new RegExp(`\\b${member}\\b`, 'g'), mine)} ${changed} ${same})`);
    }
  }

  private cut(
    effect: Effect,
    begins: (scene: Scene) => string,
    names: ReadonlyMap<string, string>,
    members: readonly string[] = [],
  ): void {
    if (this.members.length > 0) throw new Error('unreachable: a loop that is cut stands in one that is not');
    this.cuts.push({ effect, begins, names: new Map([...this.names, ...names]), members });
    for (const field of touchesOf(effect).writes) {
      const name = this.fresh(field);
      const sorts = families[allFields[field].over].map(() => 'Int').join(' ');
      this.lines.push(`(declare-fun ${name} (${sorts}) Int)`);
      this.fields.set(field, { name, given: [] });
    }
    this.lines.push(`(assert ${this.invariant(this.fields)})`);
  }
}

/** At which place of each field written the member stands; undefined if a round reaches cells of other rounds. */
function placesOf(
  member: string,
  reads: readonly Access[],
  writes: readonly Access[],
): ReadonlyMap<FieldName, number> | undefined {
  const places = new Map<FieldName, number>();
  for (const { field, at } of writes) {
    const place = at.indexOf(member);
    if (place < 0 || (places.get(field) ?? place) !== place) return undefined;
    places.set(field, place);
  }
  const reaches = reads.some(({ field, at }) => places.has(field) && at[places.get(field) as number] !== member);
  return reaches ? undefined : places;
}
