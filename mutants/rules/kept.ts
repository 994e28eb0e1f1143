/** What these were is kept, and those after them are made when somebody asks. */
export function kept<T>(made: Iterable<T>): Iterable<T> {
  const known: T[] = [];
  const rest = made[Symbol.iterator]();
  return {
    *[Symbol.iterator]() {
      for (let at = 0; ; at++) {
        const next = at < known.length ? undefined : rest.next();
        if (next?.done === true) return;
        if (next !== undefined) known.push(next.value);
        yield known[at] as T;
      }
    },
  };
}
