/** Counterexamples of guards: the last call has to be refused by the guard that the counterexample is about. */
import { trace } from '../../search/judge/replay.ts';
import { callsOf } from '../../search/judge/counterexample.ts';
import type { Counterexample } from '../../search/counterexamples/file.ts';
import type { Call } from '../../spec/transition-system.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Scope } from '../../search/scopes/linux.ts';
import { scopeNamed } from '../../search/scopes/suites.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { Killer } from './killer.ts';
import { planted } from './planted.ts';

interface Shown {
  readonly name: string;
  readonly system: TransitionSystem;
  readonly scope: Scope;
  readonly calls: readonly Call[];
  /** The clause, and the error where it is written down. */
  readonly refusedBy: { readonly clause: string; readonly error?: string };
}

export function counterexamples(files: readonly Counterexample[]): Killer {
  const systems = new Map<string, TransitionSystem>();
  const all = files.flatMap((file): Shown[] => {
    const [profile, scope] = [profiles.get(file.profile), scopeNamed(file.scope)];
    const refusedBy = file.refused ?? file.without;
    if (profile === undefined || scope === undefined || refusedBy === undefined) return [];
    const key = `${profile.name} ${scope.name}`;
    const system = systems.get(key) ?? new TransitionSystem(profile, scope.config);
    systems.set(key, system);
    return [{ name: file.name, system, scope, calls: callsOf(system, file), refusedBy }];
  });
  return {
    name: 'counterexamples',
    kills: (mutant) => {
      const systemsWith = new Map([...systems.values()].map((system) => [system, planted(system, mutant)]));
      for (const { name, system, scope, calls, refusedBy } of all) {
        const other = systemsWith.get(system);
        if (!other || !calls.some(({ call }) => other.calls.includes(call))) continue;
        const outcome = trace(other.system, scope, calls).at(-1)?.outcome;
        const isRefused =
          outcome?.kind === 'denied' &&
          outcome.clause === refusedBy.clause &&
          (refusedBy.error ?? outcome.error) === outcome.error;
        if (!isRefused) return `the last call of ${name} is not refused by ${refusedBy.clause}`;
      }
      return undefined;
    },
  };
}
