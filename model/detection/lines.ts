/**
 * The lines of a kernel log, however it was taken: with carriage returns, colors, priorities, time stamps, and what
 * `journalctl`, syslog and `logcat` put in front. Any bytes are lines.
 */
import type { Bytes } from '../bytes.ts';

export interface LogLine {
  /** From 1 on. */
  readonly number: number;
  /** What the kernel said, without what is in front of it. */
  readonly message: string;
  /** Seconds since the kernel started, where the line says so. */
  readonly time?: number;
}

/** No line that decides anything is as long; the rest of a line is not looked at. */
const longest = 4096;
const pieceOf = 1 << 16;

/** The bytes as text, one character for each byte, so that nothing can be ill-formed. */
function asText(bytes: Bytes): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += pieceOf) text += String.fromCharCode(...bytes.subarray(at, at + pieceOf));
  return text;
}

// Escape sequences of terminals, and all other control characters.
const invisible = /\u001b\[[0-9;]{0,20}[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** What loggers put in front of the kernel's own line, each at most once and in this order. */
const prefixes: readonly RegExp[] = [
  // journalctl and syslog: `Nov 29 08:01:31 host kernel: `
  /^(?:[A-Z][a-z]{2} [ \d]\d|\d{4}-\d\d-\d\d)[ T]\d\d:\d\d:\d\d\S{0,20} \S{1,64} kernel(?:\[\d{1,9}\])?: /,
  // logcat, brief: `I/` and long: `11-29 08:01:31.123     0     0 I `
  /^(?:[VDIWEF]\/|\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} +\d{1,9} +\d{1,9} [VDIWEF] )/,
  // the console's priority, and the record of /dev/kmsg: `<6>`, `6,1234,5678,-;`
  /^(?:<\d{1,3}>|\d{1,3},\d{1,20},\d{1,20},[-c];)/,
];
/** `[    1.309578] `, with the caller where the kernel says it, or a date where `dmesg -T` does. */
const stamp = /^\[ *(?:(\d{1,9})\.(\d{1,6})|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\] ?/;
const caller = /^\[ *[TC]\d{1,9}\] ?/;

function lineOf(raw: string, number: number): LogLine {
  let message = raw.slice(0, longest).replace(invisible, '').trim();
  for (const prefix of prefixes) message = message.replace(prefix, '');
  const [stamped = '', whole, part] = stamp.exec(message) ?? [];
  message = message.slice(stamped.length).replace(caller, '');
  return { number, message, ...(whole === undefined ? {} : { time: Number(`${whole}.${part ?? 0}`) }) };
}

export const linesOf = (bytes: Bytes): readonly LogLine[] =>
  asText(bytes)
    .split(/\r\n|\n|\r/)
    .map((raw, at) => lineOf(raw, at + 1));
