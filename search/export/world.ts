/** A world: the rules of a profile in one configuration, from the start of a scope. */
import { profiles } from '../../spec/profiles/all.ts';
import type { Profile } from '../../spec/profile.ts';
import { fieldNames } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import type { Most } from '../explore/explore.ts';
import { exhaustiveSuites, largerSuites } from '../scopes/exhaustive.ts';
import { startOf } from '../scopes/linux.ts';
import type { Scope } from '../scopes/linux.ts';
import { suitesOf } from '../scopes/suites.ts';

export interface World {
  readonly profile: Profile;
  readonly scope: Scope;
  /** What would grow for ever is followed up to these numbers. */
  readonly most: Most;
}

export const nameOf = ({ profile, scope }: World): string => `${profile.name}/${scope.name}`;

/** Worlds of which every state can be reached, the smaller ones first. */
export const completeWorlds: readonly World[] = [...exhaustiveSuites, ...largerSuites];

/** The worlds of a profile: its complete ones, and the scopes in which its sequences are drawn. */
export function worldsOf(profile: string): readonly World[] {
  const complete = completeWorlds.filter((world) => world.profile.name === profile);
  const sampled = suitesOf(profile).map((suite) => ({ profile: suite.profile, scope: suite.scope, most: {} }));
  const known = new Set(complete.map(nameOf));
  return profiles.has(profile) ? [...complete, ...sampled.filter((world) => !known.has(nameOf(world)))] : [];
}

/** The system of a world, and the state at which it starts. */
export function opened({ profile, scope }: World): { readonly system: TransitionSystem; readonly start: State } {
  const system = new TransitionSystem(profile, scope.config);
  return { system, start: startOf(system, scope) };
}

/** Cells that are followed only up to a number. */
export const followed = (most: Most): readonly (readonly [FieldName, number])[] =>
  fieldNames.flatMap((field) => (most[field] === undefined ? [] : [[field, most[field]] as const]));
