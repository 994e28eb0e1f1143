/**
 * Counterexamples: without the guard, or with the fault, the last call still has to break the clause, and not one before
 * it; with the guard it has to be refused by that guard.
 */
import { ruleFaults } from '../rule-faults.ts';
import { allProperties } from '../../properties/chapters.ts';
import type { Property } from '../../properties/property.ts';
import { Replay, trace } from '../../search/judge/replay.ts';
import { callsOf } from '../../search/judge/counterexample.ts';
import type { LeftOut } from '../../search/judge/counterexample.ts';
import type { Counterexample } from '../../search/counterexamples/file.ts';
import type { Call } from '../../spec/transition-system.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { profile } from '../../spec/profile.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Scope } from '../../search/scopes/linux.ts';
import { scopeNamed } from '../../search/scopes/suites.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { Killer } from './killer.ts';
import type { Mutant } from './mutant.ts';
import { planted } from './planted.ts';

/** A counterexample; its systems are compiled when a mutant first has to do with it. */
class Shown {
  readonly file: Counterexample;
  readonly scope: Scope;
  readonly sound: Profile;
  /** With the fault, where there is one; a guard that is missing is left out when it is compiled. */
  readonly weak: Profile;
  private compiled: Compiled | undefined;

  constructor(file: Counterexample, sound: Profile, scope: Scope) {
    const fault = ruleFaults.find(({ id }) => id === file.fault);
    this.file = file;
    this.scope = scope;
    this.sound = sound;
    this.weak = fault === undefined ? sound : profile(sound.name, sound, fault.differences);
  }

  get systems(): Compiled {
    return (this.compiled ??= this.compile());
  }

  private compile(): Compiled {
    const { file, scope } = this;
    const sound = new TransitionSystem(this.sound, scope.config);
    return {
      sound,
      weak: new TransitionSystem(this.weak, scope.config, file.fault === undefined ? leftOutOf(file) : undefined),
      calls: callsOf(sound, file),
      properties: allProperties(sound).filter(({ clause }) => clause === file.breaks),
    };
  }
}

interface Compiled {
  readonly sound: TransitionSystem;
  /** Where something is missing. */
  readonly weak: TransitionSystem;
  readonly calls: readonly Call[];
  /** What the last call then breaks. */
  readonly properties: readonly Property[];
}

const leftOutOf = ({ without }: Counterexample): LeftOut | undefined => without as LeftOut | undefined;

export function counterexamples(files: readonly Counterexample[]): Killer {
  const all = files.flatMap((file) => {
    const [sound, scope] = [profiles.get(file.profile), scopeNamed(file.scope)];
    return sound === undefined || scope === undefined ? [] : [new Shown(file, sound, scope)];
  });
  return {
    name: 'counterexamples',
    kills: (mutant) => {
      for (const shown of all) {
        const wrong = refusalLost(shown, mutant) ?? breachLost(shown, mutant);
        if (wrong !== undefined) return `${shown.file.name} ${wrong}`;
      }
      return undefined;
    },
  };
}

/** Whether the rule of one of the calls has the mistake. */
const concerns = ({ rules }: Profile, { calls }: Counterexample, mutant: Mutant): boolean =>
  [...new Set(calls.map(({ call }) => call))].some((call) => {
    const rule = rules.get(call);
    return rule !== undefined && mutant.plant(rule) !== rule;
  });

function refusalLost(shown: Shown, mutant: Mutant): string | undefined {
  const { file } = shown;
  const refusedBy: { readonly clause: string; readonly error?: string } | undefined = file.refused ?? file.without;
  if (refusedBy === undefined || !concerns(shown.sound, file, mutant)) return undefined;
  const { sound, calls } = shown.systems;
  const other = planted(sound, mutant);
  if (other === undefined) return undefined;
  const outcome = trace(other.system, shown.scope, calls).at(-1)?.outcome;
  const isRefused =
    outcome?.kind === 'denied' &&
    outcome.clause === refusedBy.clause &&
    (refusedBy.error ?? outcome.error) === outcome.error;
  return isRefused ? undefined : `is not refused by ${refusedBy.clause}`;
}

function breachLost(shown: Shown, mutant: Mutant): string | undefined {
  if (!concerns(shown.weak, shown.file, mutant)) return undefined;
  const { weak, calls, properties } = shown.systems;
  const other = planted(weak, mutant);
  if (other === undefined) return undefined;
  const broken = new Replay(other.system, shown.scope, properties).run(calls);
  return broken?.length === calls.length ? undefined : `no longer breaks ${shown.file.breaks} at its end`;
}
