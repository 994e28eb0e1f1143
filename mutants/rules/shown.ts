/**
 * Counterexamples: without the guard, or with the fault, the last call still has to break the clause, and not one before
 * it; with the guard it has to be refused by that guard.
 */
import type { BootFault } from '../boot/fault.ts';
import { faultsOfRules } from '../android/all.ts';
import { allProperties } from '../../properties/chapters.ts';
import type { Property } from '../../properties/property.ts';
import { Replay, trace } from '../../search/judge/replay.ts';
import { callsOf } from '../../search/judge/counterexample.ts';
import type { Counterexample } from '../../search/counterexamples/file.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Call } from '../../spec/transition-system.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { profile } from '../../spec/profile.ts';
import type { Scope } from '../../search/scopes/linux.ts';
import { scopeNamed } from '../../search/scopes/suites.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { Killer } from './killer.ts';
import type { Mutant } from './mutant.ts';
import { planted } from './planted.ts';

interface Shown {
  readonly name: string;
  readonly scope: Scope;
  readonly calls: readonly Call[];
  readonly sound: TransitionSystem;
  /** The clause that refuses the last call, and the error where it is written down. */
  readonly refusedBy: { readonly clause: string; readonly error?: string } | undefined;
  /** Where something is missing, and the clause that the last call then breaks. */
  readonly weak: TransitionSystem;
  readonly breaks: string;
  readonly properties: readonly Property[];
}

export function counterexamples(files: readonly Counterexample[]): Killer {
  const all = files.flatMap(shownBy);
  return {
    name: 'counterexamples',
    kills: (mutant) => {
      for (const shown of all) {
        const wrong = refusalLost(shown, mutant) ?? breachLost(shown, mutant);
        if (wrong !== undefined) return `${shown.name} ${wrong}`;
      }
      return undefined;
    },
  };
}

function shownBy(file: Counterexample): Shown[] {
  const [sound, scope] = [profiles.get(file.profile), scopeNamed(file.scope)];
  if (sound === undefined || scope === undefined) return [];
  const system = new TransitionSystem(sound, scope.config);
  const fault = faultsOfRules.find(({ id }) => id === file.fault);
  return [
    {
      name: file.name,
      scope,
      calls: callsOf(system, file),
      sound: system,
      refusedBy: file.refused ?? file.without,
      weak: fault === undefined ? without(system, file) : withFault(system, fault),
      breaks: file.breaks,
      properties: allProperties(system).filter(({ clause }) => clause === file.breaks),
    },
  ];
}

const without = ({ profile, config }: TransitionSystem, file: Counterexample): TransitionSystem =>
  new TransitionSystem(profile, config, file.without as { call: string; clause: ClauseId } | undefined);
const withFault = ({ profile: sound, config }: TransitionSystem, { differences }: BootFault): TransitionSystem =>
  new TransitionSystem(profile(sound.name, sound, differences), config);

/** Whether the rule of one of the calls has the mistake. */
const concerns = ({ profile }: TransitionSystem, calls: readonly Call[], mutant: Mutant): boolean =>
  [...new Set(calls.map(({ call }) => call))].some((call) => {
    const rule = profile.rules.get(call);
    return rule !== undefined && mutant.plant(rule) !== rule;
  });

function refusalLost({ sound, scope, calls, refusedBy }: Shown, mutant: Mutant): string | undefined {
  if (refusedBy === undefined || !concerns(sound, calls, mutant)) return undefined;
  const other = planted(sound, mutant);
  if (other === undefined) return undefined;
  const outcome = trace(other.system, scope, calls).at(-1)?.outcome;
  const isRefused =
    outcome?.kind === 'denied' &&
    outcome.clause === refusedBy.clause &&
    (refusedBy.error ?? outcome.error) === outcome.error;
  return isRefused ? undefined : `is not refused by ${refusedBy.clause}`;
}

function breachLost({ weak, scope, calls, breaks, properties }: Shown, mutant: Mutant): string | undefined {
  const other = concerns(weak, calls, mutant) ? planted(weak, mutant) : undefined;
  if (other === undefined) return undefined;
  const broken = new Replay(other.system, scope, properties).run(calls);
  return broken?.length === calls.length ? undefined : `no longer breaks ${breaks} at its end`;
}
