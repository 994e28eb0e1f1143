/** A campaign in the rules: fast-check draws sequences in one scope under one profile, until one breaks a property. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Call } from '../../spec/transition-system.ts';
import { isWitness } from '../../properties/property.ts';
import type { Law, Property, Witness } from '../../properties/property.ts';
import { sequencesOf } from '../engine/arbitrary.ts';
import { check, checkAll } from '../engine/check.ts';
import type { CheckOptions } from '../engine/check.ts';
import type { LeftOut } from '../judge/counterexample.ts';
import type { Drawing } from '../generate/walk.ts';
import type { Coverage } from '../judge/coverage.ts';
import type { Violation } from '../judge/judge.ts';
import { writeCall } from '../judge/written-call.ts';
import type { WrittenCall } from '../judge/written-call.ts';
import { nameOf } from '../scopes/suite.ts';
import type { Suite } from '../scopes/suite.ts';
import { RuleSequences } from './sequences.ts';
import type { CallSequence } from './sequences.ts';
import { systemOf } from './systems.ts';

/** A violation, shrunk to the fewest calls and canonical arguments. */
export interface MinimizedViolation {
  readonly violation: Violation;
  readonly calls: readonly WrittenCall[];
  /** How many calls the sequence had when it was found. */
  readonly foundAt: number;
  /** Where fast-check finds it again, from the seed of the run. */
  readonly path: string;
}

/** A violation and the shrunk sequence that ends in it. */
export interface ShrunkViolation {
  readonly violation: Violation;
  readonly calls: readonly Call[];
  readonly foundAt: number;
  readonly path: string;
  /** Sequences drawn up to that one. */
  readonly runs: number;
}

/** How a campaign in the rules goes on; the corpus is a list of sequences that are tried first. */
export type CampaignOptions = Omit<CheckOptions<CallSequence>, 'examples'> & {
  readonly corpus?: readonly (readonly Call[])[];
  /** Whether a violation counts; all do where nothing is said. */
  readonly counts?: (violation: Violation) => boolean;
};

/** Draw sequences of a subject, until one breaks something; that one is shrunk, and the same clause stays broken. */
export async function breakBy(
  subject: RuleSequences,
  { corpus = [], counts = () => true, ...options }: CampaignOptions,
): Promise<{
  readonly runs: number;
  readonly broken: ShrunkViolation | undefined;
  readonly report: string | undefined;
}> {
  let first: { readonly violation: Violation; readonly length: number } | undefined;
  const holds = (sequence: CallSequence): boolean => {
    const violation = sequence.result;
    if (violation === undefined || !counts(violation)) return true;
    first ??= { violation, length: sequence.calls.length };
    return violation.property.clause !== first.violation.property.clause;
  };
  const { runs, failure, report } = await check(sequencesOf(subject), holds, {
    ...options,
    examples: corpus.map((calls) => subject.of(calls)),
  });
  if (failure === undefined || first === undefined) return { runs, broken: undefined, report };
  const { value, path } = failure;
  const violation = value.result ?? first.violation;
  return { runs, broken: { violation, calls: value.calls, foundAt: first.length, path, runs }, report };
}

/** A run of a campaign that broke something, by its number. */
export interface Broke {
  readonly run: number;
  readonly clause: ClauseId;
}

export class Campaign {
  readonly suite: Suite;
  readonly system: TransitionSystem;
  readonly properties: readonly Property[];
  runs = 0;
  private readonly length: number;
  private readonly drawing: Drawing;
  private made: RuleSequences | undefined;

  constructor(
    suite: Suite,
    propertiesOf: (system: TransitionSystem) => readonly Property[],
    length: number,
    without?: LeftOut,
    drawing: Drawing = {},
  ) {
    this.suite = suite;
    const { profile, scope } = suite;
    this.system =
      without === undefined ? systemOf(profile, scope.config) : new TransitionSystem(profile, scope.config, without);
    this.properties = propertiesOf(this.system).filter((property) => !suite.unsafe || isWitness(property));
    this.length = length;
    this.drawing = drawing;
  }

  /** Made where sequences are wanted: who asks only what would be judged need not wait for a generator. */
  private get subject(): RuleSequences {
    const { system, suite, properties, length, drawing } = this;
    return (this.made ??= new RuleSequences(system, suite.scope, properties, length, drawing));
  }

  /** Its name on the command line. */
  get name(): string {
    return nameOf(this.suite);
  }
  get calls(): number {
    return this.subject.calls;
  }
  get coverage(): Coverage {
    return this.subject.walk.coverage;
  }
  /** How often something was judged that could have broken a law. */
  subjectsOf(law: Law): number {
    return this.subject.walk.judge.subjectsOf(law);
  }
  get unseen(): readonly Witness[] {
    return this.subject.walk.judge.unseen;
  }

  /** Make all runs of a share, and say which of them break what; each ends with what it breaks, and none is shrunk. */
  async breaks({ corpus = [], ...options }: Omit<CampaignOptions, 'counts'>): Promise<readonly Broke[]> {
    const broken: Broke[] = [];
    const look = ({ result }: CallSequence, run: number): void => {
      if (result !== undefined) broken.push({ run, clause: result.property.clause });
    };
    const examples = corpus.map((calls) => this.subject.of(calls));
    this.runs += await checkAll(sequencesOf(this.subject), look, { ...options, examples });
    return broken;
  }

  async run(
    options: CampaignOptions,
  ): Promise<{ readonly minimized?: MinimizedViolation; readonly report: string | undefined }> {
    const { runs, broken, report } = await breakBy(this.subject, options);
    this.runs += runs;
    if (broken === undefined) return { report };
    const calls = broken.calls.map((call) => writeCall(this.system, call));
    return { minimized: { ...broken, calls }, report };
  }
}

/** The shortest and simplest form of calls that break something. */
export async function shrunkOf(
  subject: RuleSequences,
  calls: readonly Call[],
  counts?: (violation: Violation) => boolean,
): Promise<ShrunkViolation> {
  const { broken } = await breakBy(subject, { seed: 0, runs: 1, corpus: [calls], ...(counts && { counts }) });
  if (broken === undefined) throw new Error('unreachable: the sequence that is shrunk breaks nothing');
  return broken;
}
