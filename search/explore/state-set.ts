/** A set of states, each a row of words, found by their content and numbered in order of arrival. */

export class StateSet {
  readonly width: number;
  count = 0;
  private rows: Int32Array;
  private table: Int32Array;

  constructor(width: number) {
    this.width = width;
    this.rows = new Int32Array(width * 1024);
    this.table = new Int32Array(4096);
  }

  /** Add a row; its number if it is new, or -1. */
  add(row: Int32Array): number {
    if (this.count * 2 >= this.table.length) this.growTable();
    let place = hash(row) & (this.table.length - 1);
    for (;;) {
      const entry = this.table[place] as number;
      if (entry === 0) break;
      if (this.isRow(entry - 1, row)) return -1;
      place = (place + 1) & (this.table.length - 1);
    }
    if ((this.count + 1) * this.width > this.rows.length) this.growRows();
    const base = this.count * this.width;
    for (let i = 0; i < this.width; i++) this.rows[base + i] = row[i] as number;
    this.table[place] = ++this.count;
    return this.count - 1;
  }

  row(number: number): Int32Array {
    return this.rows.subarray(number * this.width, (number + 1) * this.width);
  }

  /** A row, or as much of it as there is room for. */
  copy(number: number, into: Int32Array): void {
    const base = number * this.width;
    for (let i = 0; i < into.length; i++) into[i] = this.rows[base + i] as number;
  }

  private isRow(number: number, row: Int32Array): boolean {
    const base = number * this.width;
    for (let i = 0; i < this.width; i++) if (this.rows[base + i] !== row[i]) return false;
    return true;
  }

  private growRows(): void {
    const longer = new Int32Array(this.rows.length * 2);
    longer.set(this.rows);
    this.rows = longer;
  }

  private growTable(): void {
    this.table = new Int32Array(this.table.length * 4);
    for (let number = 0; number < this.count; number++) {
      let place = hash(this.row(number)) & (this.table.length - 1);
      while (this.table[place] !== 0) place = (place + 1) & (this.table.length - 1);
      this.table[place] = number + 1;
    }
  }
}

function hash(row: Int32Array): number {
  let bits = 0x811c9dc5;
  for (let i = 0; i < row.length; i++) {
    bits = Math.imul(bits ^ (row[i] as number), 0x9e3779b1);
    bits ^= bits >>> 15;
  }
  return bits;
}
