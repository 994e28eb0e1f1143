/** Work that is done in parts, so that a page answers meanwhile. */

/** A page that waits longer than this for its turn is felt to be slow. */
const slice = 30;

/** Does the parts until there are none, or it is told to stop; `told` hears of a part now and then. */
export async function inParts<P, T>(
  parts: Generator<P, T>,
  told: (part: P) => void,
  stop: AbortSignal,
): Promise<T | undefined> {
  for (;;) {
    const end = performance.now() + slice;
    let part = parts.next();
    while (part.done !== true && performance.now() < end) part = parts.next();
    if (part.done === true) return part.value;
    told(part.value);
    await new Promise((next) => setTimeout(next, 0));
    if (stop.aborted) return undefined;
  }
}
