/** Where a call can be interleaved with another CPU: it pauses there, and the schedule decides who goes on. */
export interface Pause {
  readonly at: string;
  /** The lock that the call takes next: while another CPU holds it, the call cannot go on. */
  readonly waitsFor?: Lock;
}

/** A call runs as a generator: it pauses at its points of interleaving, and its last value is its outcome. */
export type Run<T> = Generator<Pause, T, void>;

/** A spin lock of EL2. Order: VM table, then host, then one VM. */
export class Lock {
  readonly name: string;
  readonly asks: Pause;
  holder = -1;

  constructor(name: string) {
    this.name = name;
    this.asks = { at: `asks for ${name}`, waitsFor: this };
  }

  *take(cpu: number): Run<void> {
    do yield this.asks;
    while (this.holder !== -1);
    this.holder = cpu;
  }

  release(): void {
    this.holder = -1;
  }
}

/** EL2 stops the machine: an assertion of the hypervisor's did not hold. */
export class Panic extends Error {}

export function expect(holds: boolean, what: string): void {
  if (!holds) throw new Panic(what);
}
