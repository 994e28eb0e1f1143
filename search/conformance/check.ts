/** Holds a transcript against the spec, event by event. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { TransitionSystem, done } from '../../spec/transition-system.ts';
import type { CompiledRule, Outcome } from '../../spec/transition-system.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Rule } from '../../spec/rule.ts';
import { none } from '../../spec/config.ts';
import { content, pageStates, uses } from '../../spec/fields.ts';
import { features, nearestAllowed } from '../../spec/guest-features.ts';
import type { Instruction } from '../../spec/guest-instructions.ts';
import { initialState } from '../../spec/state.ts';
import type { FieldName } from '../../spec/fields.ts';
import type { State } from '../../spec/state.ts';
import type { Question } from '../../spec/target.ts';
import { argsLength } from '../../spec/language/run.ts';
import type { Answer, PageRecord, TranscriptEvent, TranscriptHeader, TranscriptState } from '../../spec/transcript.ts';
import { failingBeside } from '../judge/failing.ts';
import { PageUses } from '../judge/page-uses.ts';
import { UnreadableEvent, callOf, firstHandle } from './calls.ts';
import { anything, refusal, success } from './expected.ts';
import { Handovers, compareOwnership, isStricter } from './ownership.ts';
import { transcriptConfig } from './survey.ts';
import type { Names, Survey } from './survey.ts';

/** One thing that differs between what was recorded and what the spec says. */
export interface Difference {
  readonly what: string;
  readonly expected: string;
  readonly got: string;
  /** The clause that decided what was expected, where one did. */
  readonly clause?: ClauseId;
}

/** What the spec says of one call, before the answer is known. */
export interface Expectation {
  readonly question: Question;
  readonly outcome: Outcome;
  /** The guards that fail beside the one that refuses, by their numbers. */
  readonly failing: readonly number[];
  /** Pages that have served for something before and now do for something else, as numbers of pairs. */
  readonly reused: readonly number[];
  readonly answer: Answer;
  /** The call names another VM than the one that last got its handle. */
  readonly misnamed: Difference | undefined;
  /** The word that is read may be zero instead, for its page was wiped when it changed hands. */
  readonly mayBeZero: boolean;
}

/** What checkers of one header have in common: to compile the rules takes longer than most checks. */
export interface Setting {
  readonly header: TranscriptHeader;
  readonly system: TransitionSystem;
  readonly names: Names;
}

export function settingOf(header: TranscriptHeader, survey: Survey, profile: Profile): Setting {
  const { config, names } = transcriptConfig(header, survey, isOfOwnership(profile));
  return { header, names, system: new TransitionSystem(profile, config) };
}

/** Whether answers are compared by ownership alone. */
export const isOfOwnership = ({ compares }: Profile): boolean => compares === 'ownership';

export class TranscriptChecker {
  readonly system: TransitionSystem;
  readonly state: State;
  readonly header: TranscriptHeader;
  readonly names: Names;
  /** What pages serve for, and have served for. */
  readonly uses: PageUses;
  private readonly args = new Int32Array(argsLength);
  /** 64-bit words by the number that stands for them in the state; the first few numbers are symbols. */
  private readonly words: string[] = ['0x0', anything, anything, anything];
  private readonly wordNumbers = new Map<string, number>([['0x0', content.zero]]);
  private reservations = 0;
  /** The name of the VM that last got each handle. */
  private readonly vmNames = new Map<number, string>();
  /** First page of the hypervisor's VM structure, by entry of the VM table: it counts the references to the VM. */
  private readonly vmStructure = new Map<number, number>();
  private readonly handovers: Handovers;
  /** Only ownership counts. */
  private readonly isOfOwnership: boolean;

  constructor({ header, system, names }: Setting) {
    this.header = header;
    this.names = names;
    this.system = system;
    this.state = initialState(system.layout);
    this.uses = new PageUses(system);
    this.isOfOwnership = isOfOwnership(system.profile);
    this.handovers = new Handovers(!this.isOfOwnership);
  }

  /** The difference that an event shows, if it shows one. The state then is the spec's. Throws UnreadableEvent. */
  check(event: TranscriptEvent): Difference | undefined {
    if (this.isStricter(event, event.answer)) return undefined;
    return this.compare(this.expect(event), event.answer);
  }

  /** By ownership alone: the answer refuses what the rules allow, so that the state is as it was. */
  isStricter(question: Question, answer: Answer): boolean {
    return this.isOfOwnership && isStricter(this.foresee(question), answer);
  }

  /** What the spec answers to a call; the state then is the one after it. Throws UnreadableEvent. */
  expect(question: Question): Expectation {
    const rule = this.bind(question);
    this.hostFills(question.op);
    const returned = this.returnedPages(question.op);
    const kept = returned.flatMap((page) => this.wordsOfUnused(page));
    const word = this.wordOf(question.op);
    const mayBeZero = this.handovers.mayBeZero(word);
    const guard = this.system.apply(this.state, rule, this.args);
    const outcome = this.system.outcome(rule, guard, this.state.answer);
    const reused = this.uses.note(rule, this.args, this.state, guard);
    const failing = guard === done ? [] : failingBeside(rule, guard, this.state, this.args);
    if (outcome.kind === 'done') {
      for (const cell of kept) this.state.set(cell, content.unknown);
      this.keepBooks(question.op, returned);
      this.handovers.note(this.state, question.op.endsWith('_write') ? word : none);
    }
    this.state.settle();
    const misnamed = this.misnamed(question);
    const answer = this.expected(question, rule.rule, outcome, returned);
    return { question, outcome, failing, reused, misnamed, mayBeZero, answer };
  }

  /** The cell of the word that a call reads or writes, where it does. */
  private wordOf(op: string): number {
    const { names } = this.system.rule(op);
    if (!names.includes('word')) return none;
    const { base, config } = this.system.layout;
    return base.word + this.pageOf(op, names) * config.words + this.argument(op, 'word');
  }

  /** The page that a call reads or writes: named, mapped for a guest, or mapped for a device. */
  private pageOf(op: string, names: readonly string[]): number {
    const { gfns, iovas } = this.system.config;
    if (names.includes('gfn'))
      return this.cell('mapped', this.argument(op, 'vm') * gfns.length + this.argument(op, 'gfn'));
    if (names.includes('iova'))
      return this.cell('dmaPage', this.argument(op, 'device') * iovas + this.argument(op, 'iova'));
    return this.argument(op, 'page');
  }

  /** What the spec would answer, or another system of the same configuration; nothing changes. */
  foresee(question: Question, by: TransitionSystem = this.system): Outcome {
    this.bind(question);
    const rule = by.rule(question.op);
    const guard = by.apply(this.state, rule, this.args);
    const outcome = by.outcome(rule, guard, this.state.answer);
    this.state.undo();
    return outcome;
  }

  /** The first way in which an answer is not the expected one. */
  compare(expected: Expectation, answer: Answer): Difference | undefined {
    const { question, outcome, misnamed } = expected;
    if (misnamed !== undefined) return misnamed;
    const ended = endOf(expected.answer, answer, outcome);
    if (ended !== undefined) return ended;
    if (this.isOfOwnership) return compareOwnership(expected, answer, text);
    if (expected.mayBeZero && outcome.kind === 'done' && answer['value'] === '0x0') return undefined;
    const right = withFeatures(expected, answer);
    return compare(question.op, right, answer, outcome.kind === 'denied' ? outcome.clause : undefined);
  }

  /** The name of the VM that last got a handle. */
  vmName(handle: number): string | null {
    return this.vmNames.get(handle) ?? null;
  }

  private bind(question: Question): CompiledRule {
    const rule = this.system.rules.get(question.op);
    if (rule === undefined) throw new UnreadableEvent(this.unknownCall(question.op));
    this.system.bind(
      rule,
      callOf(question, rule, this.names, (text) => this.wordNumber(text)),
      this.args,
    );
    return rule;
  }

  private unknownCall(op: string): string {
    const known = [...this.system.rules.keys()].sort().join(', ');
    return `profile ${this.system.profile.name} has no call ${op}; it has ${known}`;
  }

  /** An event names the VM that last got the handle which it passes. */
  private misnamed(event: Question): Difference | undefined {
    const { vm, handle } = event.args;
    if (vm === undefined) return undefined;
    const expected = this.vmNames.get(Number(handle)) ?? null;
    return vm === expected ? undefined : { what: 'vm', expected: text(expected), got: text(vm) };
  }

  cell(field: FieldName, index: number): number {
    return this.state.at(this.system.layout.base[field] + index);
  }

  private wordNumber(text: string): number {
    const known = this.wordNumbers.get(text);
    if (known !== undefined) return known;
    this.words.push(text);
    this.wordNumbers.set(text, this.words.length - 1);
    return this.words.length - 1;
  }

  /** The host writes its own structures, in its own layout, before the calls that take them. */
  private hostFills(op: string): void {
    const { sizes } = this.system.config;
    if (op === 'init_vm') this.forget(this.argument(op, 'kvm'), sizes.kvmPages);
    if (op === 'init_vcpu') this.forget(this.argument(op, 'hostVcpu'), sizes.vcpuPages);
  }

  private argument(op: string, name: string): number {
    return this.args[this.system.rule(op).names.indexOf(name) + 1] as number;
  }

  /** From here on the spec does not say what these pages hold. */
  private forget(first: number, pages: number): void {
    const { base } = this.system.layout;
    const { words } = this.system.config;
    for (const page of this.run(first, pages)) {
      for (let word = 0; word < words; word++) this.state.set(base.word + page * words + word, content.unknown);
    }
  }

  /** So many pages from one on, as far as the scope has them. */
  private run(first: number, pages: number): number[] {
    const end = Math.min(first + pages, this.system.config.pages.length);
    return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  }

  private returnedPages(op: string): number[] {
    if (op !== 'finalize_teardown_vm' && op !== 'teardown_vm') return [];
    const slot = this.argument(op, 'vm');
    return this.system.config.pages.flatMap((_, page) =>
      this.cell('use', page) !== 0 && this.cell('useVm', page) === slot ? [page] : [],
    );
  }

  /** A page that was cached for tables and never became one comes back with what the host had left in it. */
  private wordsOfUnused(page: number): number[] {
    if (!this.isTable(page)) return [];
    const { base } = this.system.layout;
    const { words } = this.system.config;
    const cells = Array.from({ length: words }, (_, word) => base.word + page * words + word);
    return cells.filter((cell) => this.state.at(cell) !== content.zero);
  }

  private keepBooks(op: string, returned: readonly number[]): void {
    const { base } = this.system.layout;
    const { words } = this.system.config;
    const firstWord = this.names.offsets.get(0) ?? 0;
    const linked = (page: number): void => {
      this.state.set(base.word + page * words + firstWord, content.unknown);
    };
    // Pages on a list carry its link in their first word.
    returned.forEach(linked);
    if (op === 'topup_memcache') {
      this.run(this.argument(op, 'first'), this.argument(op, 'pages')).forEach(linked);
    }
    if (op === 'host_write' && !this.isOfOwnership && this.isStructure(this.argument(op, 'page'))) {
      this.state.set(this.wordOf(op), content.unknown);
    }
    if (op === 'init_vm') {
      const handle = this.system.rule(op).rule.answer === 'vm' ? this.state.answer : this.argument(op, 'vm');
      this.vmStructure.set(handle, this.argument(op, 'vmMem'));
    }
  }

  /** The host's structure of a VM or vCPU that there is: others write to it as well. */
  private isStructure(page: number): boolean {
    const { sizes } = this.system.config;
    const { size } = this.system.layout;
    const isIn = (field: 'kvm' | 'hostVcpu', pages: number): boolean =>
      Array.from({ length: size[field] }, (_, i) => this.cell(field, i)).some(
        (first) => first !== none && page >= first && page < first + pages,
      );
    return isIn('kvm', sizes.kvmPages) || isIn('hostVcpu', sizes.vcpuPages);
  }

  private expected(event: Question, rule: Rule, outcome: Outcome, returned: readonly number[]): Answer {
    const answer: Answer =
      outcome.kind === 'denied'
        ? refusal(event, outcome, this.header.guestStubGfn)
        : success(event, rule, outcome, (number) => this.words[number] ?? anything);
    const list = outcome.kind === 'denied' && event.op === 'topup_memcache' ? none : this.hostList(event);
    if (outcome.kind === 'done' && rule.answer === 'vm') {
      const name = `VM${this.reservations++}`;
      this.vmNames.set(firstHandle + outcome.answer, name);
      return { ...answer, vm: name };
    }
    if (list !== none) return { ...answer, memcache: this.cell('listLength', list) };
    if (outcome.kind === 'done' && event.op === 'finalize_teardown_vm' && !this.isOfOwnership) {
      return { ...answer, returned: { metadata: returned.length - outcome.answer, stage2: outcome.answer } };
    }
    return answer;
  }

  /** The vCPU whose list of free pages is reported with the answer. */
  private hostList({ op, cpu = 0 }: Question): number {
    if (this.isOfOwnership) return none;
    if (op === 'donate_guest' || op === 'share_guest') return this.cell('loaded', cpu);
    if (op === 'topup_memcache') return this.argument(op, 'vm') * this.system.config.vcpus + this.argument(op, 'vcpu');
    return none;
  }

  /** The differences between the hypervisor's own table and the spec's state. */
  checkState(line: TranscriptState): Difference | undefined {
    if (line.otherPagesChanged !== 0) {
      return { what: 'pages outside the trace that changed', expected: '0', got: String(line.otherPagesChanged) };
    }
    const recorded = new Map<number, PageRecord>();
    for (const [name, record] of Object.entries(line.state)) {
      for (const page of this.pagesNamed(name)) recorded.set(page, record);
    }
    for (const [page, shape] of this.system.config.pages.entries()) {
      if (shape.kind !== 'memory' || shape.of !== page) continue;
      const expected = this.pageWords(page);
      const got = this.recordWords(recorded.get(page), page);
      if (expected !== got) return { what: `state of ${shape.name}`, expected, got };
    }
    return undefined;
  }

  /** `P0`, `X+3`, or a run of a block: `X+3..7`. */
  private pagesNamed(name: string): number[] {
    const [from, to] = name.split('..');
    const first = this.names.pages.get(from ?? '');
    if (first === undefined || from === undefined) throw new UnreadableEvent(`the header declares no page ${name}`);
    if (to === undefined) return [first];
    const [block, start] = from.split('+');
    const last = this.names.pages.get(`${block ?? ''}+${to}`);
    if (start === undefined || last === undefined || last < first) {
      throw new UnreadableEvent(`the header declares no pages ${name}`);
    }
    return this.run(first, last - first + 1);
  }

  private pageWords(page: number): string {
    const host = pageStates[this.cell('host', page)] ?? '?';
    const hyp = pageStates[this.cell('hyp', page)] ?? '?';
    const references = this.isTable(page) ? 0 : this.cell('pins', page) + this.references(page);
    return this.shownAs(host, hyp, references, this.cell('shares', page));
  }

  private recordWords(record: PageRecord | undefined, page: number): string {
    const { host = 'OWNED', hyp = 'NOPAGE', refcount = 0, guestShares = 0 } = record ?? {};
    return this.shownAs(host, hyp, this.isTable(page) ? 0 : refcount, guestShares);
  }

  /** What is counted besides is Linux's. */
  private shownAs(host: string, hyp: string, references: number, shares: number): string {
    const views = `host ${host}, hyp ${hyp}`;
    return !this.isOfOwnership ? `${views}, refcount ${references}, guestShares ${shares}` : views;
  }

  /** The hypervisor counts the entries of its page tables in the same place; the spec does not follow these. */
  private isTable(page: number): boolean {
    return this.cell('use', page) === uses.indexOf('STAGE2');
  }

  private references(page: number): number {
    const { vcpus } = this.system.config;
    let count = 0;
    for (const [slot, first] of this.vmStructure) {
      if (first !== page || this.cell('use', page) === 0) continue;
      for (let i = 0; i < vcpus; i++) if (this.cell('loadedOn', slot * vcpus + i) !== none) count++;
    }
    return count;
  }
}

/**
 * What ends a sequence whatever was expected: the machine stopped, or a call could not be made or not be understood.
 */
export const ends: readonly string[] = ['panic', 'problem'];

const longest = 200;
function text(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** What ends a sequence is a difference, unless the machine was to stop. */
function endOf(expected: Answer, got: Answer, outcome: Outcome): Difference | undefined {
  const end = ends.find((field) => field in got);
  if (end === undefined || ('panic' in expected && 'panic' in got)) return undefined;
  const why = outcome.kind === 'denied' ? { clause: outcome.clause } : {};
  return { what: end, expected: text(expected), got: text(got), ...why };
}

/** An identification register may say anything that protected VMs are told: what was read, as far as it is allowed. */
function withFeatures({ question, outcome, answer }: Expectation, got: Answer): Answer {
  const fields = features[question.args['instruction'] as Instruction];
  const value = got['value'];
  if (outcome.kind !== 'done' || fields === undefined || typeof value !== 'string') return answer;
  if (!/^0x[0-9a-f]{1,16}$/.test(value)) return answer;
  return { ...answer, value: `0x${nearestAllowed(fields, BigInt(value)).toString(16)}` };
}

/** The first field in which two answers differ. That a machine stops is compared, how it does so is not. */
function compare(op: string, expected: Answer, got: Answer, clause: ClauseId | undefined): Difference | undefined {
  if ('panic' in expected && 'panic' in got) return undefined;
  const why = clause ? { clause } : {};
  const fields = new Set([...Object.keys(expected), ...Object.keys(got)]);
  for (const field of fields) {
    if (field === 'message' || expected[field] === anything) continue;
    // Only topping up is about the length of the host's list; beside other answers it is not recorded everywhere.
    if (field === 'memcache' && got[field] === undefined && op !== 'topup_memcache') continue;
    if (text(expected[field]) !== text(got[field])) {
      return { what: field, expected: text(expected[field]), got: text(got[field]), ...why };
    }
  }
  return undefined;
}
