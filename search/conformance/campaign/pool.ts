/** Targets of one kind, which share out among themselves what is to be asked. */
import type { EventTarget } from '../../../spec/target.ts';
import { left } from './deadline.ts';

/** Milliseconds that a target may take to leave what it was doing once it is closed. */
const patience = 10_000;

type Job = (target: EventTarget) => Promise<void>;

export class Pool {
  readonly size: number;
  private readonly idle: EventTarget[];
  private readonly busy = new Map<EventTarget, Promise<void>>();
  private waiting: Job[] = [];

  constructor(targets: readonly EventTarget[]) {
    this.size = targets.length;
    this.idle = [...targets];
  }

  /** Ask something of the next target that has nothing to do. What is forgotten before that is never settled. */
  run<T>(ask: (target: EventTarget) => Promise<T>): Promise<T> {
    const result = new Promise<T>((resolve, reject) => {
      this.waiting.push((target) => ask(target).then(resolve, reject));
    });
    // why: what was asked ahead may fail when nobody waits for it any more.
    result.catch(() => undefined);
    this.start();
    return result;
  }

  private start(): void {
    while (this.waiting.length > 0 && this.idle.length > 0) {
      const [job, target] = [this.waiting.shift() as Job, this.idle.shift() as EventTarget];
      const work = job(target).then(() => {
        this.busy.delete(target);
        this.idle.push(target);
        this.start();
      });
      this.busy.set(target, work);
    }
  }

  /** What waits for a target is forgotten. */
  forget(): void {
    this.waiting = [];
  }

  /** Nothing is asked any more. Targets in the middle of something are closed, so that whoever is next has them alone. */
  async end(): Promise<void> {
    this.forget();
    await Promise.all([...this.busy.keys()].map((target) => target.close()));
    await left(Promise.all(this.busy.values()), patience);
  }
}
