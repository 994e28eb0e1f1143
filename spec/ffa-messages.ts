/** What can be wrong with a message by which the host passes memory to the secure world (Arm FF-A 1.1, section 10.5). */
export const ffaMessages = [
  'well-formed',
  'a fragment longer than the whole',
  'a fragment longer than the buffer',
  'a fragment shorter than its header',
  'half a range',
  'an address beside it',
  'a count of pages beside it',
  'another sender',
  'no endpoint',
  'two endpoints',
  'endpoints at its end',
  'endpoints at 2^32 - 8',
  'no ranges',
  'ranges beyond its end',
  'ranges at 2^32 - 16',
] as const;
export type FfaMessage = (typeof ffaMessages)[number];

/** What such a message names besides one page, where all of that is the host's alone, or it is nothing. */
export const ffaRests = [
  'nothing',
  'a second range',
  'a second range of two pages',
  'a second range in a second fragment',
  'a second range of no pages',
  'no pages, from one that is shared with the hypervisor on',
] as const;
/** The same where it is not, or not all of it. */
export const ffaForeignRests = [
  'the same page again',
  'a page that is shared with the hypervisor',
  'two pages, the second of which is shared with the hypervisor',
  '2^32 - 1 pages',
  'two pages, the first of which is the last at 2^64',
] as const;
/** The same in a fragment of its own. */
export const ffaForeignFragment = 'a second fragment with a page that is shared with the hypervisor';
/** The same in a fragment alone, of a message that there is not. */
export const ffaStrayFragment = 'a fragment of no message with a page that is shared with the hypervisor';
/** All that is not the host's alone to name. */
export const ffaForeign = [...ffaForeignRests, ffaForeignFragment, ffaStrayFragment] as const;
export type FfaRest = (typeof ffaRests)[number] | (typeof ffaForeign)[number];
