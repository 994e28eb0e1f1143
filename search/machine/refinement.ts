/**
 * Refinement: the machine answers what the specification says, and afterwards stands for the state that it says. Calls
 * that overlapped are compared with all orders that keep what was over before something else began.
 */
import { notFollowed, parts } from '../../model/abstraction.ts';
import type { MachineField } from '../../model/abstraction.ts';
import type { Machine } from '../../model/machine.ts';
import { done } from '../../spec/transition-system.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { none } from '../../spec/config.ts';
import { content, fieldNames, fields, pageStates, uses } from '../../spec/fields.ts';
import type { FieldShape } from '../../spec/fields.ts';
import type { State } from '../../spec/state.ts';
import { ownership, waiversOf } from './accepted.ts';
import type { Waiver } from './accepted.ts';
import type { MachineViolation } from '../../properties/machine-law.ts';
import { kindOfDifference } from '../judge/difference-kinds.ts';
import type { Ending } from '../judge/difference-kinds.ts';
import { mismatch } from './mismatch.ts';
import type { Performed } from './performed.ts';
import { Mirror } from './mirror.ts';

/** After these calls words or links of lists are taken from the machine. */
const relinking: ReadonlySet<string> = new Set(['topup_memcache', 'finalize_teardown_vm', 'host_set_list']);
const ending = 'finalize_teardown_vm';

/** The host offers pages on its list; a call that takes them reads the list first, and takes no lock for that. */
const offering: ReadonlySet<string> = new Set(['topup_memcache', 'host_set_list']);
const taking: ReadonlySet<string> = new Set(['donate_guest', 'share_guest']);
const contendsForList = (batch: readonly Performed[]): boolean =>
  batch.some(({ call }) => offering.has(call)) && batch.some(({ call }) => taking.has(call));

/**
 * A vCPU starts when it is entered, and does what it is to do later: it switches itself off, or a third call comes
 * first. What is said of its power in between fits no order.
 */
const contendsForPower = (batch: readonly Performed[]): boolean =>
  batch.some(
    ({ call, values: { vm, target } }) =>
      call === 'guest_cpu_on' &&
      batch.some(
        (one) =>
          (one.call === 'guest_cpu_off' || batch.length > 2) &&
          one.rule.rule.actor === 'guest' &&
          one.values['vm'] === vm &&
          one.values['vcpu'] === target,
      ),
  );

/** Calls whose answer the abstract state does not tell. */
const unanswered: ReadonlySet<string> = new Set(['host_set_register', 'host_cpu_on', 'host_cpu_suspend']);

/** The clause that a difference in a field speaks against, where no guard does. */
const clauseOf: Partial<Record<MachineField, string>> = {
  pins: 'MEM-CONSERVE-PINS',
  dmaMaps: 'MEM-CONSERVE-PINS',
  shares: 'MEM-CONSERVE-SHARES',
  use: 'MEM-CONSERVE-DONATED',
  useVm: 'MEM-CONSERVE-DONATED',
  metadataPages: 'MEM-CONSERVE-DONATED',
  stage2Pages: 'MEM-CONSERVE-DONATED',
  pool: 'MEM-CONSERVE-DONATED',
  cache: 'MEM-CONSERVE-DONATED',
  tableEntries: 'MEM-CONSERVE-DONATED',
  word: 'MEM-INTEGRITY',
  life: 'LIFE-PHASES',
  mailbox: 'FFA-MAILBOX',
  mailboxTx: 'FFA-MAILBOX',
  mailboxRx: 'FFA-MAILBOX',
  loadedOn: 'CPU-ONE-PLACE',
  loaded: 'CPU-ONE-PLACE',
  fault: 'RUN-RECORD',
  power: 'CPU-POWER',
  awaits: 'CPU-ON-FAILED',
  prot: 'MEM-FIXED-ENTRIES',
  young: 'MEM-FIXED-ENTRIES',
};

const read: ReadonlySet<string> = new Set(Object.values(parts).flat());
const compared = fieldNames.filter((field) => read.has(field)) as MachineField[];
const nameOf = (field: MachineField, code: number): string | number => {
  const { values }: FieldShape = fields[field];
  return values?.[code] ?? code;
};
const borrowed = pageStates.indexOf('SHARED_BORROWED');

export class Refinement {
  /** Counts changes of the abstract state. */
  edits = 0;
  private readonly spec: TransitionSystem;
  private readonly machine: Machine;
  private readonly state: State;
  private readonly mirror: Mirror;
  private readonly view: State;
  /** By cell: whether it is right although it differs, where that may be. */
  private readonly waivers: readonly (Waiver | undefined)[];
  /** Before the end of a VM: its pages for tables, and those of them that are spare, in a list of a vCPU. */
  private tablePages: readonly number[] = [];
  private sparePages: readonly number[] = [];
  /** By cell: others whose waiver depends on it. */
  private readonly dependents: readonly (readonly number[] | undefined)[];

  constructor(spec: TransitionSystem, machine: Machine, state: State) {
    this.spec = spec;
    this.machine = machine;
    this.state = state;
    this.mirror = new Mirror(machine, spec.layout);
    this.view = state.fork();
    [this.waivers, this.dependents] = waiversOf(spec.layout, this.mirror.cells);
  }

  reset(): void {
    this.mirror.reset();
    this.edits = 0;
  }

  /** A call begins, and the machine is where the state says. */
  begin({ call, values }: Performed): void {
    if (call !== ending) return;
    const { base, config } = this.spec.layout;
    const { board, lists, vms } = this.machine.hv;
    const vm = values['vm'] ?? 0;
    const stage2 = uses.indexOf('STAGE2');
    this.tablePages = Array.from(config.pages.keys()).filter(
      (page) => this.state.at(base.use + page) === stage2 && this.state.at(base.useVm + page) === vm,
    );
    this.sparePages = (vms.find(vm)?.vcpus ?? [])
      .flatMap((vcpu) => (vcpu === undefined ? [] : lists.framesOf(vcpu.cache)))
      .map((frame) => board.pageAt(frame));
  }

  /** What the machine stands for, as it was seen last. */
  get found(): Int32Array {
    return this.mirror.cells;
  }

  /** See what the machine has become. */
  read(): void {
    const { mirror } = this;
    mirror.refresh();
    for (let i = 0, { length } = mirror.changed; i < length; i++) {
      const more = this.dependents[mirror.changed[i] as number];
      if (more !== undefined) mirror.changed.push(...more);
    }
  }

  /** Bring the abstract state on by calls that are over; what differs then, in the words of the specification. */
  check(batch: readonly Performed[]): MachineViolation | undefined {
    if (batch.length === 0 || batch.at(-1)?.leavesOthers === true) return undefined;
    if (batch.length === 1) return this.checkInOrder(batch);
    if (batch.some(({ hasParts }) => hasParts) || contendsForList(batch) || contendsForPower(batch)) return undefined;
    let first: MachineViolation | undefined;
    for (const order of ordersOf(batch)) {
      const violation = this.checkInOrder(order);
      if (violation === undefined) return undefined;
      this.state.undo();
      first ??= violation;
    }
    return first;
  }

  private checkInOrder(order: readonly Performed[]): MachineViolation | undefined {
    const { state } = this;
    let violation: MachineViolation | undefined;
    for (const one of order) {
      const guard = this.spec.apply(state, one.rule, one.args);
      violation ??= this.answerViolation(one, guard, state.answer);
      if (relinking.has(one.call)) this.forgetLinks();
    }
    const last = order.at(-1) as Performed;
    if (state.written > 0) this.edits++;
    if (violation !== undefined || this.machine.panic !== undefined) return violation;
    if (order.some(({ call }) => relinking.has(call))) this.takeLinks();
    if (last.call === ending) this.takeReturned();
    return this.agrees() ? undefined : this.stateViolation(last);
  }

  private answerViolation(one: Performed, guard: number, expected: number): MachineViolation | undefined {
    const { answer, rule } = one;
    if (unanswered.has(one.call)) return undefined;
    if (guard === done) {
      const differs = (how: string): MachineViolation =>
        mismatch(clauseOfCall(one), kindOfDifference('done', endingOf(answer)), `${one.call} ${how}`);
      if (answer?.kind !== 'done') return differs(`is answered ${formatAnswer(answer)}, and should be done`);
      // why: only a word of memory can be unknown; a number of the same value is a number.
      const isUnknown = rule.rule.answer === 'value' && expected === content.unknown;
      const isRead = rule.rule.answer !== undefined && !isUnknown;
      return isRead && answer.answer !== expected
        ? differs(`answers ${answer.answer}, and should answer ${expected}`)
        : undefined;
    }
    const { error, clause } = rule.guards[guard] as (typeof rule.guards)[number];
    const isRight =
      error === 'PANIC'
        ? answer?.kind === 'died'
        : error === 'IGNORED'
          ? answer?.kind === 'done'
          : answer?.kind === 'refused' && (answer.error === error || isOfBlocks(one, clause, answer.error));
    if (isRight) return undefined;
    const kind = kindOfDifference(wantedEnding(error), endingOf(answer));
    return mismatch(clause, kind, `${one.call} is answered ${formatAnswer(answer)}, and ${shouldBe(error)}`);
  }

  /** Whether machine and state are the same wherever one of them was written. */
  private agrees(): boolean {
    const { state, mirror } = this;
    for (const cell of mirror.changed) if (!this.isRight(cell)) return false;
    for (let i = 0; i < state.written; i += 2) if (!this.isRight(state.journal[i] as number)) return false;
    return true;
  }

  private isRight(cell: number): boolean {
    const { cells } = this.state;
    return this.mirror.cells[cell] === cells[cell] || this.waivers[cell]?.(cells) === true;
  }

  /** The first cell in which the machine differs from the state. */
  private stateViolation({ call, answer }: Performed): MachineViolation | undefined {
    for (const field of compared) {
      const first = this.spec.layout.base[field];
      for (let i = 0; i < this.spec.layout.size[field]; i++) {
        if (this.isRight(first + i)) continue;
        const isReturned = field === 'word' && call === ending;
        const clause = isReturned
          ? 'LIFE-STATE-WIPE'
          : (clauseOf[field] ?? (answer?.kind === 'done' ? 'MEM-LEGAL' : 'MEM-DENIED'));
        const [found, wanted] = [this.mirror.cells[first + i], this.state.cells[first + i]].map((code) =>
          nameOf(field, code as number),
        );
        return mismatch(
          clause,
          field === 'word' ? 'other content' : 'page state',
          `${call} leaves ${this.subject(field, i)} at ${found}, and should leave it at ${wanted}`,
        );
      }
    }
    return undefined;
  }

  private subject(field: MachineField, index: number): string {
    const { pages, words } = this.spec.config;
    const { over } = fields[field];
    if (over === 'word') return `word ${index % words} of ${pages[Math.floor(index / words)]?.name ?? ''}`;
    return `${field} of ${over === 'page' ? (pages[index]?.name ?? '') : `${over} ${index}`}`;
  }

  /** Until the words of links are taken from the machine, nobody knows what a load of one returns. */
  private forgetLinks(): void {
    const { base, size, config } = this.spec.layout;
    const { cells } = this.state;
    for (let vcpu = 0; vcpu < size.listTop; vcpu++) {
      let page = cells[base.listTop + vcpu] as number;
      for (let left = cells[base.listLength + vcpu] as number; left > 0 && page !== none; left--) {
        this.state.set(base.word + page * config.words, content.unknown);
        page = cells[base.link + page] as number;
      }
    }
  }

  private takeLinks(): void {
    const { base, config } = this.spec.layout;
    const { cells } = this.mirror;
    for (let page = 0; page < config.pages.length; page++) {
      const isListed = cells[base.link + page] !== none || this.state.at(base.link + page) !== none;
      if (isListed) this.takeWords(page, 1);
      this.state.set(base.link + page, cells[base.link + page] as number);
    }
  }

  /** Pages of a VM's stage 2 come back linked, and the spare ones with the host's own bytes. */
  private takeReturned(): void {
    for (const page of this.tablePages) this.takeWords(page, 1);
    for (const page of this.sparePages) this.takeWords(page, this.spec.config.words);
  }

  private takeWords(page: number, words: number): void {
    const { base, config } = this.spec.layout;
    const { cells } = this.mirror;
    for (let word = base.word + page * config.words; word < base.word + page * config.words + words; word++)
      if (cells[word] !== notFollowed) this.state.set(word, cells[word] as number);
  }

  /** What the machine stands for now, also where calls are under way: the state with all that was seen to change. */
  seen(): State {
    const { cells } = this.view;
    this.read();
    cells.set(this.state.cells);
    for (const cell of this.mirror.changed) cells[cell] = this.mirror.cells[cell] as number;
    return this.view;
  }

  /** Bring the abstract state to where the machine is, whatever it should be. */
  follow(): void {
    const { state, mirror } = this;
    for (const cell of mirror.changed) this.followAt(cell);
    for (let i = 0; i < state.written; i += 2) this.followAt(state.journal[i] as number);
    state.settle();
    mirror.settle();
  }

  private followAt(cell: number): void {
    const { cells } = this.state;
    const code = this.mirror.cells[cell] as number;
    if (code === cells[cell] || this.isKept(cell, code)) return;
    cells[cell] = code;
    this.edits++;
  }

  /** What the machine does not tell: bytes of the hypervisor's, and the owner of a page that the host borrows. */
  private isKept(cell: number, code: number): boolean {
    const { base, size, config } = this.spec.layout;
    if (cell >= base.word && cell < base.word + size.word) return code === notFollowed;
    if (cell < base.owner || cell >= base.owner + ownership.length * size.owner) return false;
    return this.mirror.cells[base.host + ((cell - base.owner) % config.pages.length)] === borrowed;
  }
}

/**
 * What a block may be refused with instead: an earlier page may be at its highest count of shares and a later one not
 * the host's, or in use; and where a block is memory in part alone the machine says so first.
 */
const ofBlocks: Readonly<Record<string, string>> = {
  'SHARE-GUEST-MEMORY': 'EINVAL',
  'SHARE-GUEST-OWNED': 'EBUSY',
  'SHARE-GUEST-UNPINNED': 'EBUSY',
};
const isOfBlocks = ({ values }: Performed, clause: string, error: string): boolean =>
  ofBlocks[clause] === error && (values['nr'] ?? 1) > 1;

const formatAnswer = (answer: Performed['answer']): string =>
  answer?.kind === 'refused' ? answer.error : answer?.kind === 'done' ? 'done' : 'by nobody, because EL2 stops';

function endingOf(answer: Performed['answer']): Ending {
  if (answer === undefined) return 'no answer';
  return answer.kind === 'died' ? 'stops' : answer.kind;
}

/** How a call is to end that a guard refuses: with an error, by stopping the machine, or as if nothing had been asked. */
const wantedEnding = (error: string): Ending =>
  error === 'PANIC' ? 'stops' : error === 'IGNORED' ? 'done' : 'refused';

function shouldBe(error: string): string {
  if (error === 'PANIC') return 'should stop the machine';
  return error === 'IGNORED' ? 'should be ignored' : `should be refused with ${error}`;
}

/** What a call owes, where no guard of it refuses: the last of its guards, or the clause of all steps. */
const clauseOfCall = ({ rule }: Performed): string => rule.guards.at(-1)?.clause ?? 'MEM-HYPERCALL-ONLY';

/** All orders in which nothing comes before what was over when it began. */
function* ordersOf(batch: readonly Performed[]): Generator<readonly Performed[], void, void> {
  if (batch.length === 0) {
    yield [];
    return;
  }
  for (const first of batch) {
    if (batch.some((other) => other !== first && other.ended <= first.began)) continue;
    for (const rest of ordersOf(batch.filter((other) => other !== first))) yield [first, ...rest];
  }
}
