/** The values that a search tries for each parameter. */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import type { Parameter } from '../../spec/parameters.ts';
import { protAll, protBits } from '../../spec/config.ts';
import { valuesOf } from '../generate/plan.ts';

/** Permissions that are tried where the scope does not say: all of them, reading only, none that exist. */
export const somePermissions: readonly number[] = [protAll, protBits.R, protAll + 1];

export const fewValuesOf = (system: TransitionSystem, parameter: Parameter): readonly number[] =>
  parameter.kind === 'prot' && system.config.permissions === undefined ? somePermissions : valuesOf(system, parameter);
