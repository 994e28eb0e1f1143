/** Counterexamples as files: what they are called. */
const kebab = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** `<what is wrong>.<what goes wrong>`: a profile, or a rule that was left out, and the property that breaks. */
export const nameOf = (rule: string, property: { readonly clause: string; readonly statement: string }): string =>
  `${kebab(rule)}.breaks-${kebab(property.clause)}`;
