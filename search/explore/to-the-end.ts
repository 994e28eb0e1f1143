/** What comes of something that is done in parts, when all of them have been done. */
export function toTheEnd<T>(parts: Generator<unknown, T>): T {
  for (;;) {
    const part = parts.next();
    if (part.done === true) return part.value;
  }
}
