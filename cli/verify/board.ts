/** How far each piece of a run has come, in memory that all threads see; and whether the user wants it to end. */
import type { Done } from './task.ts';

/** Numbers kept for each piece. */
const fields = { begun: 0, ended: 1, runs: 2, calls: 3, states: 4, share: 5 } as const;
const width = Object.keys(fields).length;

export class Board {
  readonly memory: SharedArrayBuffer;
  private readonly numbers: Float64Array;
  private readonly flag: Int32Array;

  /** For so many pieces, or what another thread has. */
  constructor(from: number | SharedArrayBuffer) {
    this.memory = typeof from === 'number' ? new SharedArrayBuffer(8 + from * width * 8) : from;
    this.flag = new Int32Array(this.memory, 0, 1);
    this.numbers = new Float64Array(this.memory, 8);
  }

  stop(): void {
    Atomics.store(this.flag, 0, 1);
  }

  readonly stopped = (): boolean => Atomics.load(this.flag, 0) === 1;

  begin(piece: number): void {
    this.numbers[piece * width + fields.begun] = Date.now();
  }

  end(piece: number): void {
    this.numbers[piece * width + fields.ended] = Date.now();
    this.numbers[piece * width + fields.share] = 1;
  }

  note(piece: number, { runs, calls, states = 0, share }: Done): void {
    this.numbers.set([runs, calls, states, share], piece * width + fields.runs);
  }

  of(piece: number): Done {
    const [runs = 0, calls = 0, states = 0, share = 0] = this.numbers.subarray(piece * width + fields.runs);
    return { runs, calls, states, share };
  }

  /** Seconds from the begin of the first of some pieces to the end of the last, or to now. */
  seconds(pieces: readonly number[]): number {
    const begun = pieces.map((piece) => this.numbers[piece * width + fields.begun] ?? 0).filter((time) => time > 0);
    if (begun.length === 0) return 0;
    const ended = pieces.map((piece) => this.numbers[piece * width + fields.ended] ?? 0);
    const last = ended.includes(0) ? Date.now() : Math.max(...ended);
    return (last - Math.min(...begun)) / 1000;
  }
}
