/** `pvm-spec/spec`: the rules and the clauses, and the words in which a target answers. */
export { clauses } from '../spec/clauses.generated.ts';
export type { Clause, ClauseId } from '../spec/clauses.generated.ts';
export type { Refusal } from '../spec/answers.ts';
export { TransitionSystem } from '../spec/transition-system.ts';
export type { Call, CompiledRule, Outcome } from '../spec/transition-system.ts';
export type { Guard, Rule } from '../spec/rule.ts';
export { answersInstead, checksInstead, has, inserts, insertsAfter, lacks, profile, without } from '../spec/profile.ts';
export type { Profile } from '../spec/profile.ts';
export { profiles } from '../spec/profiles/all.ts';
export { linux73 } from '../spec/profiles/linux-7.3.ts';
export { initialState } from '../spec/state.ts';
export type { Layout, State } from '../spec/state.ts';
export type {
  EventTarget,
  EventTargetDescription,
  PageStates,
  Question,
  Target,
  TargetAnswer,
  TargetCall,
  TargetDescription,
} from '../spec/target.ts';
export type {
  Answer,
  PageRecord,
  TranscriptEvent,
  TranscriptHeader,
  TranscriptLine,
  TranscriptState,
} from '../spec/transcript.ts';
export type { Config, GfnShape, PageShape, Sizes } from '../spec/config.ts';
