/** `pvm-spec`: what holding a target of one's own against the spec takes. The subpaths have the rest. */
export { Machine, clauses, linux73, profiles } from './spec.ts';
export type {
  Call,
  ClauseId,
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
  World,
} from './spec.ts';
export { allProperties } from './properties.ts';
export type { Property } from './properties.ts';
export { Replay, bare, full, pages, sequences, trace, worldNamed } from './search.ts';
export type { NamedWorld } from './search.ts';
