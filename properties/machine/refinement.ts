/**
 * Refinement: the machine answers what the specification says, and afterwards stands for the state that it says. Calls
 * that overlapped are compared with all orders that keep what was over before something else began.
 */
import { Abstractor, notFollowed } from '../../model/abstraction.ts';
import type { Cell, MachineField } from '../../model/abstraction.ts';
import type { Machine } from '../../model/machine.ts';
import { done } from '../../spec/machine.ts';
import type { Machine as SpecMachine } from '../../spec/machine.ts';
import { content, fields } from '../../spec/state.ts';
import type { FieldShape, State } from '../../spec/state.ts';
import type { Breach } from './laws.ts';
import type { Performed } from './lab.ts';

/** What is not compared, or not by that call, and why. @public */
export const acceptedDifferences: readonly { readonly what: string; readonly why: string }[] = [
  { what: 'link', why: 'a link is a word of the host’s own memory; what follows from it is seen when a page is taken' },
  {
    what: 'word',
    why: 'the first word of a page on a list holds a link, which the abstract state does not have as a word',
  },
  {
    what: 'finalize_teardown_vm',
    why: 'pages that were only kept for tables come back with the host’s own bytes in them',
  },
  { what: 'owner', why: 'the host’s table notes the owner of a page only while the host does not reach the page' },
  { what: 'listTop', why: 'an empty list begins nowhere, whatever its descriptor still says' },
  {
    what: 'several steps',
    why: 'calls that take or give pages one by one can be seen half done; while others overlap with them only what the machine shows is judged',
  },
  { what: 'host_set_register', why: 'the abstract state has no registers' },
  { what: 'host_set_list', why: 'where the links of a list that the host makes up lead is read off the machine' },
];
/** After these calls words or links of lists are taken from the machine. */
const relinking: ReadonlySet<string> = new Set(['topup_memcache', 'finalize_teardown_vm', 'host_set_list']);

/** A note of the owner stands only where the host has lost the page; elsewhere the owner follows from the mappings. */
const ownership: ReadonlySet<string> = new Set(['owner', 'ownerVm', 'ownerGfn']);

/** These let go of the lock on their way: what others see in between is no state of the specification. */
const manySteps: ReadonlySet<string> = new Set([
  'init_vm',
  'init_vcpu',
  'finalize_teardown_vm',
  'donate_guest',
  'share_guest',
  'topup_memcache',
]);

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
  loadedOn: 'CPU-ONE-PLACE',
  loaded: 'CPU-ONE-PLACE',
  fault: 'RUN-RECORD',
  prot: 'MEM-FIXED-ENTRIES',
  young: 'MEM-FIXED-ENTRIES',
};

export class Refinement {
  /** Counts changes of the abstract state. */
  edits = 0;
  private readonly spec: SpecMachine;
  private readonly machine: Machine;
  private readonly state: State;
  private readonly abstractor: Abstractor;
  private readonly codes: readonly (readonly [MachineField, number, ReadonlyMap<Cell, number>])[];

  constructor(spec: SpecMachine, machine: Machine, state: State) {
    this.spec = spec;
    this.machine = machine;
    this.state = state;
    this.abstractor = new Abstractor(machine);
    this.codes = (Object.keys(this.abstractor.fields()) as MachineField[]).map((field) => {
      const shape: FieldShape = fields[field];
      return [field, spec.layout.base[field], new Map(shape.values?.map((name, code) => [name, code]))] as const;
    });
  }

  reset(): void {
    this.abstractor.reset();
    this.edits = 0;
  }

  /** Bring the abstract state on by calls that are over; what differs then, in the words of the specification. */
  check(batch: readonly Performed[]): Breach | undefined {
    const [only] = batch;
    if (only === undefined) return undefined;
    if (batch.length === 1) return this.checkInOrder(batch, this.state);
    if (batch.some(({ call }) => manySteps.has(call))) return undefined;
    let first: Breach | undefined;
    for (const order of ordersOf(batch)) {
      const fork = this.state.fork();
      const breach = this.checkInOrder(order, fork);
      if (breach === undefined) {
        this.edits++;
        this.state.cells.set(fork.cells);
        return undefined;
      }
      first ??= breach;
    }
    return first;
  }

  private checkInOrder(order: readonly Performed[], state: State): Breach | undefined {
    let breach: Breach | undefined;
    let last = '';
    for (const one of order) {
      last = one.call;
      const guard = this.spec.apply(state, one.rule, one.args);
      if (state.written > 0) this.edits++;
      state.settle();
      breach ??= this.answerBreach(one, guard, state.answer);
    }
    if (breach !== undefined || this.machine.panic !== undefined) return breach;
    if (order.some(({ call }) => relinking.has(call)))
      this.takeLinks(state, last === 'finalize_teardown_vm' ? this.spec.world.words : 1);
    return this.stateBreach(state, last, order.at(-1));
  }

  private answerBreach(one: Performed, guard: number, expected: number): Breach | undefined {
    const { answer, rule } = one;
    if (one.call === 'host_set_register') return undefined;
    if (guard === done) {
      if (answer?.kind !== 'done')
        return told(one, clauseOfCall(one), `is answered ${said(answer)}, and should be done`);
      const isRead = rule.rule.answer !== undefined && expected !== content.unknown;
      return isRead && answer.answer !== expected
        ? told(one, clauseOfCall(one), `answers ${answer.answer}, and should answer ${expected}`)
        : undefined;
    }
    const { error, clause } = rule.guards[guard] as (typeof rule.guards)[number];
    const isRight =
      error === 'PANIC'
        ? answer?.kind === 'died'
        : error === 'IGNORED'
          ? answer?.kind === 'done'
          : answer?.kind === 'refused' && answer.error === error;
    return isRight ? undefined : told(one, clause, `is answered ${said(answer)}, and should be refused with ${error}`);
  }

  /** The first cell in which the machine differs from a state. */
  private stateBreach(state: State, call: string, one: Performed | undefined): Breach | undefined {
    const lists = this.abstractor.fields();
    for (const [field, base, codes] of this.codes) {
      if (field === 'link') continue;
      const list = lists[field];
      for (let i = 0; i < list.length; i++) {
        const found = list[i] as Cell;
        const code = typeof found === 'number' ? found : (codes.get(found) ?? -1);
        const wanted = state.at(base + i);
        if (code === wanted || (field === 'word' && (code === notFollowed || wanted === content.unknown))) continue;
        if (ownership.has(field) && lists.host[i] !== 'NOPAGE') continue;
        if (field === 'listTop' && lists.listLength[i] === 0) continue;
        const clause = clauseOf[field] ?? (one && one.answer?.kind !== 'done' ? 'MEM-DENIED' : 'MEM-LEGAL');
        return told({ call }, clause, `leaves ${field} ${i} at ${found}, and should leave it at ${wanted}`);
      }
    }
    return undefined;
  }

  private takeLinks(state: State, words: number): void {
    const lists = this.abstractor.fields();
    const { base, world } = this.spec.layout;
    for (let page = 0; page < world.pages.length; page++) {
      for (let word = page * world.words; word < page * world.words + words; word++) {
        if (lists.word[word] !== notFollowed) state.cells[base.word + word] = lists.word[word] as number;
      }
      state.cells[base.link + page] = lists.link[page] as number;
    }
  }

  /** Bring the abstract state to where the machine is, whatever it should be. */
  follow(): void {
    const lists = this.abstractor.fields();
    const { cells } = this.state;
    for (const [field, base, codes] of this.codes) {
      const list = lists[field];
      for (let i = 0; i < list.length; i++) {
        const found = list[i] as Cell;
        const code = typeof found === 'number' ? found : (codes.get(found) ?? -1);
        if (code === cells[base + i] || (field === 'word' && code === notFollowed)) continue;
        if (ownership.has(field) && lists.host[i] === 'SHARED_BORROWED') continue;
        cells[base + i] = code;
        this.edits++;
      }
    }
  }
}

const said = (answer: Performed['answer']): string =>
  answer === undefined ? 'nothing' : answer.kind === 'refused' ? answer.error : answer.kind;

function told({ call }: { readonly call: string }, clause: string, says: string): Breach {
  return { clause, says: `${call} ${says}`, loss: 'the machine does not do what the specification says' };
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
