/** From a request to a certificate: the VM asks, the RKP VM appraises it, the RKP server has appraised the RKP VM. */
import { call, must } from '../rule.ts';
import {
  asked,
  certifiedIssuer,
  challenge,
  chainLacks,
  isSignedByKey,
  isSignedByLeaf,
} from '../vocabulary/attestation.ts';
import { issued, issuerLacks } from '../vocabulary/attestation.ts';
import { attestedVm, issuer, party, session, shownChain } from './parameters.ts';

/** The payload asks to be attested with a challenge that somebody has brought: the VM signs it with a new key. */
export const vmAsk = call(
  'guest',
  'vm_ask',
  { vm: attestedVm, session },
  {
    guards: [must('ASK-CHALLENGE', challenge('session').isNot('NONE'), 'UNKNOWN_CHALLENGE')],
    effects: [asked('vm', 'session').becomes(1)],
  },
);

/** The RKP server certifies a key that will issue certificates for VMs. */
export const rkpServerCertify = call(
  'RKP server',
  'rkp_server_certify',
  { issuer },
  {
    guards: [
      must('SERVER-ROOT', issuerLacks('root', '[has] a chain from a root key that is registered'), 'UNTRUSTED'),
      must('SERVER-MODE', issuerLacks('mode', '[has] a chain in normal mode throughout'), 'UNTRUSTED'),
      must(
        'SERVER-MARKERS',
        issuerLacks('markers', '[has] the markers of the RKP VM up to its last stage'),
        'UNTRUSTED',
      ),
    ],
    effects: [certifiedIssuer('issuer').becomes(1)],
  },
);

const invalid = 'INVALID_DICE_CHAIN';

/** The RKP VM appraises a request, which the host has brought and may have put together, and issues a certificate. */
export const rkpVmAppraise = call(
  'RKP VM',
  'rkp_vm_appraise',
  { chain: shownChain, key: party, session },
  {
    guards: [
      must('RKP-SAME-DEVICE', chainLacks('device', 'begins with that of the RKP VM up to pvmfw'), invalid),
      must('RKP-STAGES', chainLacks('stages', '[goes] on by kernel, vendor partition or none, and payload'), invalid),
      must('RKP-CHAIN-SIGNED', chainLacks('signature', '[is] signed link by link'), invalid),
      must('RKP-STAGE-NAMES', chainLacks('names', '[names] these stages'), invalid),
      must('RKP-VENDOR', chainLacks('vendor', '[has] the vendor partition that the device has'), invalid),
      must('RKP-KERNEL-KEY', chainLacks('kernel key', "has a kernel that is signed with the RKP VM's key"), invalid),
      must('RKP-KERNEL', chainLacks('kernel', '[has] a kernel that the RKP VM knows'), invalid),
      must('RKP-DEBUG-KERNEL', chainLacks('debug kernel', '[has] no debug kernel in normal mode'), invalid),
      must('RKP-LEAF-SIGNED', isSignedByLeaf, 'INVALID_SIGNATURE'),
      must('RKP-KEY-SIGNED', isSignedByKey, 'INVALID_SIGNATURE'),
    ],
    effects: [issued('chain', 'key', 'session').becomes(1)],
  },
);
