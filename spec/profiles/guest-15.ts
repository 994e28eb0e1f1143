/** Inside Microdroid, as of Android 15: what the payload may write, and what it may execute. */
import {
  payloadExecve,
  payloadJump,
  payloadMap,
  payloadProtect,
  payloadRead,
  payloadRemap,
  payloadRemount,
  payloadStore,
  payloadWrite,
} from '../inside/payload.ts';
import { baseProfile } from '../profile.ts';

export const guest15 = baseProfile('guest-15', [
  payloadMap,
  payloadProtect,
  payloadRemap,
  payloadStore,
  payloadJump,
  payloadWrite,
  payloadRead,
  payloadExecve,
  payloadRemount,
]);
