/** A target that is waited for until the time is up, and no longer: then it is closed, whatever it was doing. */
import type { EventTarget } from '../../../spec/target.ts';

export class TimeUp extends Error {}

/** Milliseconds that a target which has used up its time may take to leave what it was doing. */
const grace = 500;

/** Waits until what was asked of a target that has been closed is over, and no longer than so many milliseconds. */
export async function left(asked: Promise<unknown>, patience: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, patience)));
  await Promise.race([asked.catch(() => undefined), late]);
  clearTimeout(timer);
}

/** `until`: by the clock of `performance.now`. */
export function waitedForUntil(target: EventTarget, until: number): EventTarget {
  const inTime = async <T>(ask: () => Promise<T>): Promise<T> => {
    const rest = until - performance.now();
    if (rest === Infinity) return ask();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new TimeUp('the time is up')), Math.min(Math.max(0, rest), longestTimer));
    });
    const asked = ask();
    try {
      return await Promise.race([asked, late]);
    } catch (error) {
      if (error instanceof TimeUp) {
        await target.close();
        await left(asked, grace);
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    describe: () => inTime(() => target.describe()),
    open: (header) => inTime(() => target.open(header)),
    answerAll: (questions) => inTime(() => target.answerAll(questions)),
    pageStates: () => inTime(async () => target.pageStates?.()),
    close: () => target.close(),
  };
}

/** The longest time that a timer can be set to. */
const longestTimer = 2 ** 31 - 1;
