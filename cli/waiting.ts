/** Whoever waits for more than some seconds is told for what. */

/** So long nobody wonders. */
const patience = 3000;

/** A line that goes again on a terminal, with the seconds; elsewhere it is said once. */
export async function whileWaiting<T>(
  what: string,
  act: () => Promise<T>,
  out: NodeJS.WriteStream = process.stderr,
): Promise<T> {
  const begun = Date.now();
  const seconds = (): number => Math.round((Date.now() - begun) / 1000);
  const tell = (): void => void out.write(out.isTTY ? `\r${what}: ${seconds()} s ` : `pvm-spec: ${what}\n`);
  let ticking: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    tell();
    if (out.isTTY) ticking = setInterval(tell, 1000);
  }, patience);
  try {
    return await act();
  } finally {
    clearTimeout(first);
    if (ticking !== undefined) {
      clearInterval(ticking);
      out.write('\r\u001b[K');
    }
  }
}
