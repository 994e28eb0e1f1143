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
