/** A target that is waited for until the time is up, and no longer: then it is closed, whatever it was doing. */
import type { EventTarget } from '../../../spec/target.ts';

export class TimeUp extends Error {}

/** `until`: by the clock of `performance.now`. */
export function waitedForUntil(target: EventTarget, until: number): EventTarget {
  const inTime = async <T>(ask: () => Promise<T>): Promise<T> => {
    const left = until - performance.now();
    if (left === Infinity) return ask();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new TimeUp('the time is up')), Math.min(Math.max(0, left), longestTimer));
    });
    try {
      return await Promise.race([ask(), late]);
    } catch (error) {
      if (error instanceof TimeUp) await target.close();
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
