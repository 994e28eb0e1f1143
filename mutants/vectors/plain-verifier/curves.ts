/** Which bytes are points of a curve. */
export type Kind = 'Ed25519' | 'P-256' | 'P-384';

const number = (bytes: Buffer): bigint => (bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`));
const modulo = (value: bigint, p: bigint): bigint => ((value % p) + p) % p;

function power(base: bigint, exponent: bigint, p: bigint): bigint {
  let result = 1n;
  for (let square = modulo(base, p), left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}

/** Curves y² = x³ - 3x + b over the integers modulo p (FIPS 186-5, SP 800-186). */
const curves = {
  'P-256': {
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  'P-384': {
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
};

export function isOnCurve(kind: Kind, point: Buffer): boolean {
  if (kind === 'Ed25519') return isOfEd25519(point);
  const { p, b } = curves[kind];
  const half = point.length / 2;
  const [x, y] = [number(point.subarray(0, half)), number(point.subarray(half))];
  return x < p && y < p && modulo(y * y - (x * x * x - 3n * x + b), p) === 0n;
}

const p25519 = 2n ** 255n - 19n;
const d25519 = modulo(-121665n * power(121666n, p25519 - 2n, p25519), p25519);

/** Whether the bytes are y, below p, and the sign of an x that there is (RFC 8032, 5.1.3). */
function isOfEd25519(point: Buffer): boolean {
  if (point.length !== 32) return false;
  const all = number(Buffer.from(point).reverse());
  const [sign, y] = [all >> 255n, all & (2n ** 255n - 1n)];
  if (y >= p25519) return false;
  const square = modulo((y * y - 1n) * power(d25519 * y * y + 1n, p25519 - 2n, p25519), p25519);
  if (square === 0n) return sign === 0n;
  return power(square, (p25519 - 1n) / 2n, p25519) === 1n;
}

/** The y of the points of Ed25519 whose order divides 8: 1, 4, 8 and 2, by order. */
const root8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const smallOrder = [1n, 0n, root8, p25519 - root8, p25519 - 1n];

export function isOfSmallOrder({ kind, point }: { readonly kind: Kind; readonly point: Buffer }): boolean {
  const y = number(Buffer.from(point).reverse()) & (2n ** 255n - 1n);
  return kind === 'Ed25519' && smallOrder.includes(y);
}
