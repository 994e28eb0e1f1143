/** A seed for one check, from the seed of the whole run. */
export function seedFor(master: number, check: number, round = 0): number {
  let mixed = (master ^ Math.imul(check + 1, 0x9e3779b1) ^ Math.imul(round + 1, 0x85ebca6b)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) | 0;
}
