/** The calls that are preempted: on which CPU each waits, and how many calls have their turn before it goes on. */
export class Parked {
  private readonly waiting = new Map<number, number>();

  get isEmpty(): boolean {
    return this.waiting.size === 0;
  }

  /** In the order in which they were preempted. */
  get cpus(): readonly number[] {
    return [...this.waiting.keys()];
  }

  clear(): void {
    this.waiting.clear();
  }

  /** The call on this CPU waits for so many later ones. */
  add(cpu: number, calls: number): void {
    this.waiting.set(cpu, calls + 1);
  }

  remove(cpu: number): void {
    this.waiting.delete(cpu);
  }

  /** One more call has had its turn: the CPUs whose calls have waited long enough. */
  due(): readonly number[] {
    if (this.isEmpty) return [];
    for (const [cpu, left] of this.waiting) this.waiting.set(cpu, left - 1);
    return this.cpus.filter((cpu) => (this.waiting.get(cpu) ?? 0) <= 0);
  }
}
