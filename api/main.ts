/** `pvm-spec`: what holding a target of one's own against the spec takes. The subpaths have the rest. */
export { TransitionSystem, clauses, linux73, profiles } from './spec.ts';
export type {
  Call,
  ClauseId,
  Config,
  EventTarget,
  EventTargetDescription,
  Outcome,
  Profile,
  Question,
  Refusal,
  State,
  Target,
  TargetAnswer,
  TargetCall,
  TargetDescription,
  TranscriptHeader,
} from './spec.ts';
export { allProperties } from './properties.ts';
export type { Property } from './properties.ts';
export { Replay, bare, full, pages, sequences, trace, scopeNamed } from './search.ts';
export type { Scope } from './search.ts';
