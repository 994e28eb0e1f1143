/** Counterexamples as files: what they are called. */
import { kebab } from '../search/judge/counterexample.ts';

/** `<what is wrong>.<what goes wrong>`: a profile, or a rule that was left out, and the property that breaks. */
export const nameOf = (rule: string, property: { readonly clause: string; readonly statement: string }): string =>
  `${kebab(rule)}.breaks-${kebab(property.clause)}`;
