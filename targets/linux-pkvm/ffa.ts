/** Messages to the secure world as the guest's module sends them (Arm FF-A 1.1, section 10.5), and what is answered. */
import type { FfaMessage, FfaRest } from '../../spec/ffa-messages.ts';

/** How long it is said to be, reserved arguments, and one word of the descriptor that is not as it should be. */
interface Message {
  readonly length?: number;
  readonly fragment?: number;
  readonly x3?: number;
  readonly x4?: number;
  readonly at?: number;
  readonly word?: number;
}
/**
 * A second range: where it begins (see guest/host.h), how many pages it has, and whether it is a fragment of its own (1),
 * or all that is sent (2).
 */
type SecondRange = readonly [place: number, pages: number, apart: 0 | 1 | 2];
const rests: Readonly<Record<FfaRest, SecondRange>> = {
  nothing: [0, 0, 0],
  'a second range': [1, 1, 0],
  'a second range of two pages': [1, 2, 0],
  'a second range in a second fragment': [1, 1, 1],
  'a second range of no pages': [1, 0, 0],
  'no pages, from one that is shared with the hypervisor on': [4, 0, 0],
  'the same page again': [2, 1, 0],
  'a page that is shared with the hypervisor': [4, 1, 0],
  'two pages, the second of which is shared with the hypervisor': [3, 2, 0],
  '2^32 - 1 pages': [1, 0xffff_ffff, 0],
  'two pages, the first of which is the last at 2^64': [5, 2, 0],
  'a second fragment with a page that is shared with the hypervisor': [4, 1, 1],
  'a fragment of no message with a page that is shared with the hypervisor': [4, 1, 2],
};
const isRest = (name: unknown): name is FfaRest => typeof name === 'string' && Object.hasOwn(rests, name);
/** What else a message names, by name. */
export const ffaRestNames = Object.keys(rests);

const wholeMessage = 96;
const oneRange = 16;
/** A receiver that there is not, where the one is that reads and writes. */
const toNobody = { at: 48, word: 0x2_8002 };
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

interface Said {
  readonly descriptor?: unknown;
  readonly rest?: unknown;
  /** The secure world is to refuse it. */
  readonly refused: boolean;
}

/**
 * Length, length of the fragment, x3, x4, which word of the descriptor holds what, and the second range. Throws TypeError
 * where there is no such message.
 */
export function messageOf({ descriptor = 'well-formed', rest = 'nothing', refused }: Said): readonly number[] {
  if (!isMessage(descriptor) || !isRest(rest)) throw new TypeError('no such message');
  // why: what is wrong already stays as it is, and is refused before anybody looks at ranges.
  const isWell = descriptor === 'well-formed';
  const [place, pages, apart] = rests[isWell ? rest : 'nothing'];
  const whole = wholeMessage + (place === 0 ? 0 : oneRange);
  const plain: Message = { length: whole, fragment: apart === 1 ? wholeMessage : whole, ...(refused && toNobody) };
  const {
    length = wholeMessage,
    fragment = wholeMessage,
    x3 = 0,
    x4 = 0,
    at = noWord,
    word = 0,
  }: Message = isWell ? plain : messages[descriptor];
  return [length, fragment, x3, x4, at, word, place, pages, apart];
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
