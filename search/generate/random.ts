/** A small seeded generator of random numbers (xoroshiro64**): fast, repeatable, and good enough to choose with. */

export class Random {
  private low = 0;
  private high = 0;

  constructor(seed: number) {
    this.seed(seed);
  }

  /** Start again; two seeds that differ in one bit give unrelated numbers. */
  seed(seed: number): void {
    this.low = mix(seed + 0x9e3779b9);
    this.high = mix(this.low + 0x9e3779b9);
    if (this.low === 0 && this.high === 0) this.low = 1;
  }

  /** 32 random bits, as a signed number. */
  next(): number {
    const a = this.low;
    const scrambled = Math.imul(a, 0x9e3779bb);
    const result = Math.imul((scrambled << 5) | (scrambled >>> 27), 5);
    const b = this.high ^ a;
    this.low = ((a << 26) | (a >>> 6)) ^ b ^ (b << 9);
    this.high = (b << 13) | (b >>> 19);
    return result;
  }

  /** A whole number from 0 to `count` - 1. */
  below(count: number): number {
    return ((this.next() >>> 0) * count * 2 ** -32) | 0;
  }
}

function mix(seed: number): number {
  let bits = seed | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
