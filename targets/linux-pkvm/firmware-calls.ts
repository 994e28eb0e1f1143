/** Calls to the firmware, and to the secure world by way of it. */
import type { Answer } from '../../spec/transcript.ts';
import { ffaErrors, messageOf } from './ffa.ts';
import { addressOf, big, line, pageArg } from './asking.ts';
import type { Asker, Number64 } from './asking.ts';

/** Numbers of PSCI's refusals. */
const refusedByPsci: Readonly<Record<string, string>> = { '-1': 'NOT_SUPPORTED', '-2': 'INVALID_PARAMETERS' };
const firmwareAnswer = ([x0 = '']: readonly string[]): Answer => {
  const result = BigInt.asIntN(64, BigInt(`0x${x0}`));
  return { ret: refusedByPsci[String(result)] ?? Number(result) };
};
/** What is asked of the firmware, by its name: function number, first argument, immediate. */
const firmwareCalls: Readonly<Record<string, readonly Number64[]>> = {
  PSCI_VERSION: [0x84000000, 0, 0],
  'PSCI_VERSION by SMC #1': [0x84000000, 0, 1],
  'PSCI_VERSION + 2^32': [0x184000000, 0, 0],
  'PSCI_VERSION with the SVE hint': [0x84010000, 0, 0],
  AFFINITY_INFO: [0xc4000004, 0, 0],
  'CPU_ON of no CPU': [0xc4000003, 0x123456, 0],
  'CPU_ON of a number that is too wide': [0xc4000003, 1n << 48n, 0],
  'CPU_ON of no CPU with the SVE hint': [0xc4010003, 0x123456, 0],
  'CPU_ON of the calling CPU': [0xc4000003, 0, 0],
  'CPU_ON of the calling CPU with the SVE hint': [0xc4010003, 0, 0],
  'CPU_ON of 32 bits': [0x84000003, 0, 0],
  'CPU_SUSPEND of 32 bits': [0x84000001, 0, 0],
  'CPU_SUSPEND to no state': [0xc4000001, 0xfffe0000, 0],
  MEM_PROTECT: [0x84000013, 0, 0],
  'MEM_PROTECT with the SVE hint': [0x84010013, 0, 0],
  'SYSTEM_RESET2 of 32 bits': [0x84000012, 0, 0],
};
export const firmwareCall: Asker = ({ smc = 'PSCI_VERSION' }) => {
  const numbers = typeof smc === 'string' ? firmwareCalls[smc] : undefined;
  if (numbers === undefined) throw new TypeError('no such call');
  return { line: line('smc', ...numbers), read: firmwareAnswer };
};

const sveHint = 0x10000;
/**
 * A sleep from which the CPU wakes at code of the host's own: CurrentEL as that code has read it. Only findings ask for it:
 * where the hypervisor relays the call, the machine does not go on.
 */
export const sleep: Asker = ({ hint }) => ({
  line: line('sleep', hint === true ? sveHint : 0),
  read: ([x0 = '']) => {
    const answer = firmwareAnswer([x0]);
    return Number(answer['ret']) > 0 ? { value: `0x${x0}` } : answer;
  },
});

const ffaAnswer = ([word = '']: readonly string[]): Answer => {
  const result = BigInt.asIntN(64, BigInt(`0x${word}`));
  return { ret: ffaErrors[String(result)] ?? Number(result) };
};
const passesOn =
  (number: number): Asker =>
  (args, places) => {
    const { descriptor, rest } = args;
    const message = messageOf({ descriptor, rest, refused: args['refused'] === true });
    return { line: line('ffa', number, pageArg(args, places), big(args, 'offset'), ...message), read: ffaAnswer };
  };
/** The secure world was not given the page where x0 is not 0. */
const secureWorld =
  (number: number, refused: string, read: (x1: string) => Answer): Asker =>
  (args, places) => ({
    line: line(
      'secure',
      number,
      pageArg(args, places),
      big(args, 'offset'),
      BigInt((args['value'] as string | undefined) ?? 0),
    ),
    read: ([x0, x1 = '']) => (x0 === '0' ? read(x1) : { ret: refused }),
  });
export const callsOfSecureWorld = {
  ffa_share: passesOn(0x73),
  ffa_lend: passesOn(0x72),
  ffa_reclaim: (args, places) => ({ line: line('reclaim', pageArg(args, places)), read: ffaAnswer }),
  ffa_rxtx_map: (args, places) => ({
    line: line(
      'map',
      addressOf(pageArg(args, places, 'tx'), big(args, 'txOffset')),
      addressOf(pageArg(args, places, 'rx'), big(args, 'rxOffset')),
      big(args, 'pages'),
    ),
    read: ffaAnswer,
  }),
  ffa_rxtx_unmap: (args) => ({ line: line('unmap', big(args, 'caller')), read: ffaAnswer }),
  secure_read: secureWorld(1, 'FAULT', (x1) => ({ value: `0x${x1}` })),
  secure_write: secureWorld(2, 'FAULT', () => ({ ret: 0 })),
  secure_return: secureWorld(3, 'DENIED', () => ({ ret: 0 })),
} as const satisfies Readonly<Record<string, Asker>>;
