/** A seed for one check, from the seed of the whole run: whatever else is run, the check of this name draws the same. */
export function seedFor(master: number, check: string, round = 0): number {
  let mixed = master ^ Math.imul(round + 1, 0x9e3779b1);
  for (let i = 0; i < check.length; i++) mixed = Math.imul(mixed ^ check.charCodeAt(i), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) | 0;
}
