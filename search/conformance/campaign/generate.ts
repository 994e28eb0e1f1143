/** Draws the calls of a campaign one after the other, beside a checker that knows the state they lead to. */
import { argsLength } from '../../../spec/language/run.ts';
import type { Question } from '../../../spec/target.ts';
import { Generator } from '../../generate/generator.ts';
import type { Weights } from '../../generate/generator.ts';
import { Goals } from '../../generate/goals.ts';
import { Random } from '../../generate/random.ts';
import { isOfOwnership } from '../check.ts';
import type { TranscriptChecker } from '../check.ts';
import type { Expectation } from '../difference.ts';
import { questionOf } from '../write.ts';
import type { Choices, Wording } from '../write.ts';
import { knownCrashesOf } from './known-crashes.ts';
import type { KnownCrash } from './known-crashes.ts';
import { Recipes } from './recipes.ts';
import type { FieldPlace } from './structures.ts';
import type { Turn } from './turn.ts';
import { campaignOffers } from './scope.ts';
import { withUpper } from './upper.ts';

const weights: Weights = {
  start_teardown_vm: 0.1,
  finalize_teardown_vm: 0.3,
  unreserve_vm: 0.2,
  teardown_vm: 0.2,
  reserve_vm: 0.2,
  guest_read: 4,
  guest_write: 4,
  guest_read_pair: 0.5,
  guest_atomic: 0.5,
  guest_fetch: 0.5,
  guest_instruction: 0.3,
  guest_call: 0.3,
  guest_mem_share: 2,
  guest_mem_unshare: 2,
  host_read: 2,
  vcpu_put: 0.3,
  hypercall: 0.3,
  host_smc: 0.2,
  force_reclaim_guest_page: 0.4,
  ffa_share: 0.4,
  ffa_lend: 0.4,
  ffa_reclaim: 0.6,
  ffa_rxtx_map: 0.6,
  ffa_rxtx_unmap: 0.3,
  secure_read: 0.3,
  secure_write: 0.3,
  secure_return: 0.6,
};
/** Of a hundred draws, how many start a recipe where none is under way, and how many come between its calls. */
const startsRecipe = 4;
const interrupts = 20;
/** How many others are to meet what the sequence has not met yet. */
const meetsGoal = 25;
/** How many candidates are looked at for one call: of a target's few calls, all may be known crashes for now. */
const mostTries = 5000;

/** What else a target can be asked than calls and their arguments. */
export interface Extras {
  /** The host writes to the fields of its structures at these places. */
  readonly places: readonly FieldPlace[];
  /** Registers have something above arguments that are narrower. */
  readonly upper: boolean;
}

const noExtras: Extras = { places: [], upper: false };

export class RandomChoices implements Choices {
  readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  below(count: number): number {
    return this.random.below(count);
  }

  /** 64 random bits, of which some are 0 now and then. */
  word(): string {
    const half = (): bigint => BigInt(this.random.next() >>> 0);
    const value = this.below(8) === 0 ? half() & 0xffn : (half() << 32n) | half();
    return `0x${value.toString(16)}`;
  }
}

export class QuestionGenerator {
  private readonly checker: TranscriptChecker;
  private readonly generator: Generator;
  private readonly goals: Goals;
  private readonly choices: RandomChoices;
  private readonly wording: Wording;
  private readonly recipes: Recipes;
  private readonly calls: ReadonlySet<string>;
  private readonly knownCrashes: readonly KnownCrash[];
  private readonly args = new Int32Array(argsLength);
  private readonly upper: boolean;
  private turns: Turn[] = [];

  constructor(checker: TranscriptChecker, calls: readonly string[], seed: number, extras: Extras = noExtras) {
    const { system, names } = checker;
    const { places, upper } = extras;
    this.checker = checker;
    this.upper = upper;
    this.calls = new Set(calls);
    this.choices = new RandomChoices(seed);
    const missing = [...system.rules.keys()].filter((call) => !this.calls.has(call));
    const left = { ...weights, ...Object.fromEntries(missing.map((call) => [call, 0])) };
    const offers = campaignOffers(checker);
    this.generator = new Generator(system, this.choices.random, left, offers);
    this.goals = new Goals(system, this.choices.random, this.calls, offers);
    this.goals.restart();
    this.recipes = new Recipes(checker, this.choices, this.calls, places);
    this.knownCrashes = knownCrashesOf(checker);
    const vmName = isOfOwnership(system.profile)
      ? (): undefined => undefined
      : (handle: number): string | null => checker.vmName(handle);
    this.wording = { config: system.config, names, choices: this.choices, vmName };
  }

  /** The next call, and what the spec answers to it; undefined where none can be asked. */
  next(): Expectation | undefined {
    for (let tries = 0; tries < mostTries; tries++) {
      const drawn = this.candidate();
      if (drawn === undefined || !this.calls.has(drawn.op)) continue;
      const question = this.upper ? withUpper(drawn, this.choices) : drawn;
      const outcome = this.checker.foresee(question);
      if (this.knownCrashes.some((crash) => crash.is(question, outcome, this.checker))) continue;
      return this.checker.expect(question);
    }
    return undefined;
  }

  private candidate(): Question | undefined {
    if (this.turns.length === 0 && this.choices.below(100) < startsRecipe) this.turns = this.recipes.next();
    if (this.turns.length > 0 && this.choices.below(100) >= interrupts) return this.turns.shift()?.();
    const { state } = this.checker;
    const isDirected = this.choices.below(100) < meetsGoal;
    const rule = (isDirected ? this.goals.next(state, this.args) : undefined) ?? this.generator.next(state, this.args);
    return questionOf(rule, this.args, this.wording);
  }
}
