/** Holds a transcript against the spec, event by event. */
import { done } from '../../spec/transition-system.ts';
import type { CompiledRule, Outcome, TransitionSystem } from '../../spec/transition-system.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Rule } from '../../spec/rule.ts';
import { none } from '../../spec/config.ts';
import { content } from '../../spec/fields.ts';
import { initialState } from '../../spec/state.ts';
import type { FieldName } from '../../spec/fields.ts';
import type { State } from '../../spec/state.ts';
import type { Question } from '../../spec/target.ts';
import { argsLength } from '../../spec/language/run.ts';
import type { Answer, TranscriptEvent, TranscriptHeader, TranscriptState } from '../../spec/transcript.ts';
import { failingBeside } from '../judge/failing.ts';
import { PageUses } from '../judge/page-uses.ts';
import { systemOf } from '../rules/systems.ts';
import { UnreadableEvent, callOf, firstHandle } from './calls.ts';
import { compare, endOf, text, withFeatures } from './difference.ts';
import type { Difference, Expectation } from './difference.ts';
import { anything, refusal, success } from './expected.ts';
import { Handovers, compareOwnership, isStricter } from './ownership.ts';
import { PageTable } from './page-states.ts';
import { transcriptConfig } from './survey.ts';
import type { Names, Survey } from './survey.ts';

/** What checkers of one header have in common: to compile the rules takes longer than most checks. */
export interface Setting {
  readonly header: TranscriptHeader;
  readonly system: TransitionSystem;
  readonly names: Names;
}

export function settingOf(header: TranscriptHeader, survey: Survey, profile: Profile): Setting {
  const { config, names } = knownConfig(header, survey, isOfOwnership(profile));
  return { header, names, system: systemOf(profile, config) };
}

/** The configurations that were asked for last: whatever is compiled for one serves all that is asked under it. */
type KnownConfig = ReturnType<typeof transcriptConfig>;
const configs = new Map<string, KnownConfig>();
const mostConfigs = 16;

function knownConfig(header: TranscriptHeader, survey: Survey, byOwnership: boolean): KnownConfig {
  const { gfns, offsets, vcpus, cpus } = survey;
  const key = JSON.stringify([header, [...gfns], [...offsets], vcpus, cpus, byOwnership]);
  const config = configs.get(key) ?? transcriptConfig(header, survey, byOwnership);
  configs.delete(key);
  configs.set(key, config);
  const [oldest] = configs.keys();
  if (configs.size > mostConfigs && oldest !== undefined) configs.delete(oldest);
  return config;
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
  private readonly table: PageTable;
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
    this.table = new PageTable(this.state, names, this.isOfOwnership);
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
    if (!this.table.isTable(page)) return [];
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
      this.table.vmStructure.set(handle, this.argument(op, 'vmMem'));
    }
  }

  /** The host's structure of a VM or vCPU that there is: others write to it as well. */
  private isStructure(page: number): boolean {
    const { sizes } = this.system.config;
    const { size } = this.system.layout;
    const isIn = (field: 'kvm' | 'hostVcpu', pages: number): boolean => {
      for (let i = 0; i < size[field]; i++) {
        const first = this.cell(field, i);
        if (first !== none && page >= first && page < first + pages) return true;
      }
      return false;
    };
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

  /** The differences between the hypervisor's own table and the spec's state. Throws UnreadableEvent. */
  checkState(line: TranscriptState): Difference | undefined {
    return this.table.compare(line);
  }
}
