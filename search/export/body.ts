/** Statements in the making: the names that are known there, and the variables that are needed. */

/** What each name is where a term stands. */
export type Names = ReadonlyMap<string, string>;

export class Body {
  readonly names: Names;
  readonly variables: string[];

  constructor(names: Names, variables: string[] = []) {
    this.names = names;
    this.variables = variables;
  }

  /** The same body, in which one more name is known. */
  knowing(name: string, as: string): Body {
    return new Body(new Map([...this.names, [name, as]]), this.variables);
  }

  /** A variable of this name, or one much like it where that is taken. */
  variable(name: string): string {
    const taken = this.variables.filter((one) => one === name || one.startsWith(`${name}_`)).length;
    const own = taken === 0 ? name : `${name}_${taken + 1}`;
    this.variables.push(own);
    return own;
  }
}

export function known(names: Names, key: string): string {
  const found = names.get(key);
  if (found === undefined) throw new Error(`unreachable: ${key} is not known here`);
  return found;
}
