/** Small helpers for byte strings. */

export type Bytes = Uint8Array;

export const concat = (...parts: readonly Bytes[]): Bytes => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

export const sameBytes = (a: Bytes, b: Bytes): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

const digits: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function hex(bytes: Bytes): string {
  let text = '';
  for (const byte of bytes) text += digits[byte]!;
  return text;
}

/** The bytes of hexadecimal digits that our own code or a checked file wrote. */
export function unhex(digits: string): Bytes {
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) throw new Error('unreachable: not hexadecimal digits');
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** The bytes of a text that has no character beyond ASCII. */
export const ascii = (text: string): Bytes => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** The text that the bytes are in UTF-8; undefined for overlong forms, surrogates, and whatever else is none. */
export function textIn(bytes: Bytes): string | undefined {
  let [text, escaped] = ['', ''];
  for (const byte of bytes) {
    if (byte < 0x80) text += String.fromCharCode(byte);
    escaped += `%${digits[byte]!}`;
  }
  if (text.length === bytes.length) return text;
  try {
    return decodeURIComponent(escaped);
  } catch {
    // It throws for what is not UTF-8.
    return undefined;
  }
}

/** Bytewise order, as deterministic CBOR sorts keys. */
export function compareBytes(a: Bytes, b: Bytes): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

export function unsigned(bytes: Bytes): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${hex(bytes)}`);
}

/** Big-endian bytes of a number, `length` of them. */
export const bigEndian = (value: bigint, length: number): Bytes =>
  unhex(
    value
      .toString(16)
      .padStart(2 * length, '0')
      .slice(-2 * length),
  );
