/** Messages to the secure world as the guest's module sends them (Arm FF-A 1.1, section 10.5), and what is answered. */
import type { FfaMessage } from '../../spec/ffa-messages.ts';

/** How long it is said to be, reserved arguments, and one word of the descriptor that is not as it should be. */
interface Message {
  readonly length?: number;
  readonly fragment?: number;
  readonly x3?: number;
  readonly x4?: number;
  readonly at?: number;
  readonly word?: number;
}
const wholeMessage = 96;
const oneRange = 16;
const noWord = 0xffff_ffff;
/** Bytes in the descriptor: who sends it, how many endpoints there are and where, and where its ranges are described. */
const inDescriptor = { sender: 0, endpoints: 28, endpointsAt: 32, rangesAt: 52 };
const messages: Readonly<Record<FfaMessage, Message>> = {
  'well-formed': {},
  'a fragment longer than the whole': { fragment: 112 },
  'a fragment longer than the buffer': { length: 4112, fragment: 4112 },
  'a fragment shorter than its header': { length: 48, fragment: 48 },
  'half a range': { length: 104, fragment: 104 },
  'an address beside it': { x3: 0x1000 },
  'a count of pages beside it': { x4: 1 },
  'another sender': { at: inDescriptor.sender, word: 1 },
  'no endpoint': { at: inDescriptor.endpoints, word: 0 },
  'two endpoints': { at: inDescriptor.endpoints, word: 2 },
  'endpoints at its end': { at: inDescriptor.endpointsAt, word: wholeMessage },
  'endpoints at 2^32 - 8': { at: inDescriptor.endpointsAt, word: 0xffff_fff8 },
  'no ranges': { at: inDescriptor.rangesAt, word: 0 },
  'ranges beyond its end': { at: inDescriptor.rangesAt, word: 4080 },
  'ranges at 2^32 - 16': { at: inDescriptor.rangesAt, word: 0xffff_fff0 },
};
/** Messages by name. */
export const ffaDescriptors = Object.keys(messages);
const isMessage = (name: unknown): name is FfaMessage => typeof name === 'string' && Object.hasOwn(messages, name);

/**
 * Length, length of the fragment, x3, x4, and which word of the descriptor holds what. `refused`: the secure world is to
 * refuse it. Throws TypeError where there is no such message.
 */
export function messageOf(descriptor: unknown = 'well-formed', refused: boolean): readonly number[] {
  if (!isMessage(descriptor)) throw new TypeError('no such descriptor');
  // why: our secure world takes messages of one fragment only; what is wrong already stays as it is.
  const rest = refused && descriptor === 'well-formed' ? oneRange : 0;
  const {
    length = wholeMessage + rest,
    fragment = wholeMessage,
    x3 = 0,
    x4 = 0,
    at = noWord,
    word = 0,
  }: Message = messages[descriptor];
  return [length, fragment, x3, x4, at, word];
}

/** Numbers of errors. */
export const ffaErrors: Readonly<Record<string, string>> = {
  '-1': 'NOT_SUPPORTED',
  '-2': 'INVALID_PARAMETERS',
  '-3': 'NO_MEMORY',
  '-4': 'BUSY',
  '-6': 'DENIED',
  '-8': 'ABORTED',
};
