/** What is not to be believed on the way from a VM to a secret, and that no sequence of calls comes to. */
import { encode } from '../../../model/cbor/encode.ts';
import { coseKeyOf } from '../../../model/cose/key.ts';
import { writeChain } from '../../../model/dice/handover.ts';
import { readVmCertificate } from '../../../model/evidence/vm-certificate.ts';
import { readVmRequest, signRequest, writeVmRequest } from '../../../model/evidence/vm-request.ts';
import { manufacturerKey, soundPath } from '../../../model/forge/uds.ts';
import type { ClauseId } from '../../../spec/clauses.generated.ts';
import type { Verdict } from '../../../spec/evidence/verdict.ts';
import type { Unasked } from '../../../spec/evidence/check.ts';
import { appraiseCertificate } from '../../../spec/evidence/relying.ts';
import { appraiseVm } from '../../../spec/evidence/vm.ts';
import { appraiserOf, deviceOf, rkpVmOf } from '../../attestation/device.ts';

export interface FlowForgery {
  readonly clause: ClauseId;
  readonly description: string;
  /** What is decided of it, with some checks left out. */
  readonly decide: (unasked?: Unasked) => Verdict;
}

const key = manufacturerKey('a VM');

/** A request as the RKP VM of the same device looks at it, in which a third thing is signed. */
function withMoreSigned(unasked?: Unasked): Verdict {
  const stage = rkpVmOf(deviceOf('a device'));
  const chain = writeChain(stage);
  const payload = encode([encode(coseKeyOf(key, 'bare')), new Uint8Array(64), 0]);
  const request = writeVmRequest(chain, payload, [signRequest(stage.key, payload), signRequest(key, payload)]);
  return appraiseVm(readVmRequest(request, appraiserOf(stage)).facts, unasked);
}

const anyPolicy = { root: '', revoked: [], at: 0, challenge: '', isUnused: true, components: [] };

export const flowForgeries: readonly FlowForgery[] = [
  {
    clause: 'RKP-REQUEST-FORM',
    description: 'something besides key and challenge is signed',
    decide: withMoreSigned,
  },
  {
    clause: 'RELY-FORM',
    description: 'the last certificate attests no VM',
    decide: (unasked) => appraiseCertificate(readVmCertificate(soundPath(key)).facts, anyPolicy, unasked),
  },
];
