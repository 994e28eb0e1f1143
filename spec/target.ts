/** What anything that can answer calls has to offer: our reference model, a real hypervisor, a program over a pipe. */
import type { Refusal } from './answers.ts';
import type { Answer, PageRecord, TranscriptEvent, TranscriptHeader } from './transcript.ts';
import type { Config, Sizes } from './config.ts';

/** One call by name. Arguments are numbers of the configuration: page 3, frame 1, entry 0 of the VM table. */
export interface TargetCall {
  readonly call: string;
  readonly cpu: number;
  readonly args: Readonly<Record<string, number>>;
}

/** What a target answered. `died`: the target stopped for good, or gave no answer in time. */
export type TargetAnswer =
  | { readonly kind: 'done'; readonly answer: number }
  | { readonly kind: 'refused'; readonly error: Refusal }
  | { readonly kind: 'died'; readonly message: string };

export interface TargetDescription {
  readonly name: string;
  /** The profile by which the target asks to be judged. */
  readonly profile: string;
  /** The calls that it can answer; the others are left out, and reported as not checked. */
  readonly calls: readonly string[];
  /** How many pages its lifecycle calls take, where that is fixed. */
  readonly sizes?: Sizes;
  /** Machine, release, CPU model: whatever a reader needs to repeat the run. */
  readonly facts: Readonly<Record<string, string>>;
}

/** A target answers; it never judges, and it is never asked what the right answer is. */
export interface Target {
  describe(): Promise<TargetDescription>;
  /**
   * Start afresh: all memory is the host's and zero, no VM exists. Fails with a message if the configuration does not
   * fit.
   */
  open(config: Config): Promise<void>;
  answer(call: TargetCall): Promise<TargetAnswer>;
  close(): Promise<void>;
}

/** A call and its arguments in the words of a transcript, before it was answered; and its CPU, where that is not 0. */
export type Question = Pick<TranscriptEvent, 'op' | 'args'> & { readonly cpu?: number | undefined };

export interface EventTargetDescription extends Pick<TranscriptHeader, 'target' | 'profile' | 'sizes' | 'features'> {
  /** The calls that it can answer; the others are left out, and reported as not checked. */
  readonly calls: readonly string[];
  /** How many pages of the hypervisor's own code and of its data it can name that lie outside the carve-out, if any. */
  readonly ownPages?: { readonly code: number; readonly data: number } | undefined;
  /** Where the fields of the host's structures for VMs and vCPUs lie, in bytes, by their paths, if it knows. */
  readonly hostFields?: Readonly<Record<'kvm' | 'kvm_vcpu', Readonly<Record<string, number>>>> | undefined;
  /** It passes on what a question has above an argument that is narrower than its register (`handleUpper`, …). */
  readonly passesUpper?: boolean | undefined;
  /** How many vCPUs of a VM it wants to be asked about; two where nothing is said. */
  readonly vcpus?: number | undefined;
}

/** What the target's own table says of each page; pages that it does not name are as at the start. */
export interface PageStates {
  readonly state: Readonly<Record<string, PageRecord>>;
  readonly otherPagesChanged: number;
}

/** The target stopped for good (`EL2`), or gave no answer in time (`hang`); the last that it said. */
export type Panic = { readonly panic: 'EL2' | 'hang'; readonly message: string };

/**
 * A target that answers in the words of a transcript, many calls at a time: whatever lies behind a pipe, where a round
 * trip costs more than a call.
 */
export interface EventTarget {
  describe(): Promise<EventTargetDescription>;
  /** Start afresh, with the pages that the header names. Fails with a message if they cannot be had. */
  open(header: TranscriptHeader): Promise<void>;
  /**
   * Answers in order. If the target dies, the last answer says `panic`, and the calls behind it have none. If a call
   * could not be made, or what came back is no answer, it says `problem`.
   */
  answerAll(questions: readonly Question[]): Promise<readonly Answer[]>;
  /** The target's own page states, where it can show them. */
  pageStates?(): Promise<PageStates | Panic | undefined>;
  /** Nothing of it is left running; whoever waits for an answer is told. It can be opened again. */
  close(): Promise<void>;
}

/** What two CPUs do at the same time: the calls that each makes, in order; one of each, as a rule. */
export type Pair = readonly [readonly Question[], readonly Question[]];

/**
 * How far a CPU has come: it stands before its next step, or before its next call, it
 * waits for the other CPU, or its calls are over. `lost`: the
 * machine stopped for good, or gave no answer in time.
 */
export type Progress = 'stands' | 'next' | 'waits' | 'over' | 'lost';

/** One step of a CPU, and where it stands then: a name that is the same on each start. Once it is lost, what is known. */
export interface Step {
  readonly cpu: number;
  readonly progress: Progress;
  readonly at: string;
}

/** What the calls of two CPUs have come to. */
export interface PairEnding {
  readonly answers: readonly [readonly Answer[], readonly Answer[]];
  readonly states: PageStates;
  /** The same for two endings that no later call can tell apart. */
  readonly key: string;
}

/** A target whose two CPUs go step by step, each when it is told to. A machine that is lost has to be opened again. */
export interface PairTarget {
  describe(): Promise<EventTargetDescription>;
  /**
   * Start afresh, with the pages that the header names, and make the calls of the prelude; gives their answers. `later`:
   * all calls that will be made from there.
   */
  open(header: TranscriptHeader, prelude: readonly Question[], later: readonly Question[]): Promise<readonly Answer[]>;
  /**
   * Back to where the prelude had led, with calls to make on each CPU. Where steps are `long`, a CPU goes on until it may
   * have to wait for the other, or a call is over. Gives a step only if the machine is lost where a CPU makes its calls
   * alone.
   */
  begin(pair: Pair, steps?: 'short' | 'long'): Promise<Step | undefined>;
  /** Let one CPU, whose calls are not over, make a step: the end of a call is one. */
  go(cpu: number): Promise<Step>;
  /**
   * Let one CPU go at once along short steps that it has made before from where all stands as it stands now. Gives a step
   * only if it is lost on the way.
   */
  leap(cpu: number, steps: readonly Step[]): Promise<Step | undefined>;
  /** Once all calls are over. */
  ending(): Promise<PairEnding>;
  /** Calls made one after the other from there, each on its CPU. If the machine is lost, the last answer says `panic`. */
  after(questions: readonly Question[]): Promise<readonly Answer[]>;
  close(): Promise<void>;
}
