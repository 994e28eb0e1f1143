/** Symmetry: the pages that a call names, and which pages of a scope are alike. */
import type { Call, TransitionSystem } from '../../spec/transition-system.ts';
import type { Parameter } from '../../spec/parameters.ts';
import { fieldNames, fields } from '../../spec/fields.ts';
import type { State } from '../../spec/state.ts';

export type IsKind = (parameter: Parameter | undefined) => boolean;

export const parametersOf = (system: TransitionSystem, call: Call): readonly Parameter[] =>
  Object.values(system.rule(call.call).rule.parameters);

export const isPage: IsKind = (parameter) => parameter?.kind === 'page' || parameter?.kind === 'firstPage';

export const isFrame: IsKind = (parameter) => parameter?.kind === 'gfn';
export const isVcpu: IsKind = (parameter) => parameter?.kind === 'vcpu';

/** The same call, with its arguments of one kind put in other words. */
export function mapped<C extends Call>(
  system: TransitionSystem,
  call: C,
  isKind: IsKind,
  name: (value: number) => number,
): C {
  const parameters = parametersOf(system, call);
  return { ...call, args: call.args.map((arg, i) => (isKind(parameters[i]) ? name(arg) : arg)) };
}

export const exchanged = (value: number, one: number, other: number): number =>
  value === one ? other : value === other ? one : value;

/** Pages of one kind in one state are alike; of such pages the first stands for all. */
export function distinctPages({ config, layout }: TransitionSystem, state: State): Uint8Array {
  const ofPages = fieldNames.filter((name) => fields[name].over === 'page');
  const seen = new Set<string>();
  return Uint8Array.from(config.pages, ({ kind, of, aligned }, page) => {
    const cells = ofPages.map((name) => state.at(layout.base[name] + page));
    const key = [kind, of === page, aligned, ...cells].join();
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew ? 1 : 0;
  });
}
