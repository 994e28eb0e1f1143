/** A script over numbers that are all small, said of vectors of bits: there a solver finds models much sooner. */

const width = 8;
const words: Readonly<Record<string, string>> = {
  Int: `(_ BitVec ${width})`,
  '+': 'bvadd',
  '-': 'bvsub',
  '*': 'bvmul',
  div: 'bvsdiv',
  mod: 'bvsmod',
  '<': 'bvslt',
  '<=': 'bvsle',
  '>': 'bvsgt',
  '>=': 'bvsge',
};
const literal = (value: number): string => `(_ bv${(value + 2 ** width) % 2 ** width} ${width})`;

/** A line over numbers between -2^15 and 2^15. */
export const inBits = (line: string): string =>
  line.startsWith('(set-')
    ? line
    : line.replaceAll(/\(- (\d+)\)|[^\s()]+/g, (token, negative?: string) => {
        if (negative !== undefined) return literal(-Number(negative));
        return /^\d+$/.test(token) ? literal(Number(token)) : (words[token] ?? token);
      });

/** The numbers in what a solver writes of such vectors. */
export const fromBits = (text: string): number[] =>
  [...text.matchAll(/#x([0-9a-f]+)/g)].map(([, digits = '']) => {
    const value = Number.parseInt(digits, 16);
    return value >= 2 ** (width - 1) ? value - 2 ** width : value;
  });
