/**
 * How a VM comes by its CID, step by step: the service picks one, writes it down, and keeps the client's context; the
 * client's VMM then sets it in the kernel. Between any two of these another client can act, or the service restart.
 */
import { client } from '../../parameters.ts';
import { call, must, noSubject } from '../../rule.ts';
import { compare, when } from '../../language/build.ts';
import { none } from '../../config.ts';
import { grant, liveWith } from '../../vocabulary/cids.ts';
import { cidOf, forgetClient, isKnown, nextUntaken, nobodyIs, phaseOf } from '../../vocabulary/cid-clients.ts';

const isFree = must('CID-PICK-FREE', compare(nextUntaken, '≠', none), 'ILLEGAL_STATE', noSubject);
const picks = [cidOf('client').becomes(nextUntaken), phaseOf('client').becomes('PICKED')];
const asksAnew = must('CID-PICK-NEW', phaseOf('client').is('NONE'), 'ILLEGAL_STATE', noSubject);

/** The service looks for a CID, under a lock that it keeps until it has the client's context. */
export const pickCid = call(
  'service',
  'pick_cid',
  { client },
  { guards: [asksAnew, must('CID-PICK-ALONE', nobodyIs('PICKED', 'GRANTED'), 'EAGAIN'), isFree], effects: picks },
);
/** The same where the lock is kept until the CID is written down. */
export const pickCidBriefly = call(
  'service',
  'pick_cid',
  { client },
  { guards: [asksAnew, must('CID-PICK-ALONE', nobodyIs('PICKED'), 'EAGAIN'), isFree], effects: picks },
);

/** The CID that was picked is the last one from here on, whatever becomes of the service. */
export const writeLastCid = call(
  'service',
  'write_last_cid',
  { client },
  {
    guards: [must('CID-WRITE-PICKED', phaseOf('client').is('PICKED'), 'ILLEGAL_STATE', noSubject)],
    effects: [grant(cidOf('client').value), phaseOf('client').becomes('GRANTED')],
  },
);

/** The service keeps the client's context, and answers. */
export const holdCid = call(
  'service',
  'hold_cid',
  { client },
  {
    guards: [must('CID-HOLD-GRANTED', phaseOf('client').is('GRANTED'), 'ILLEGAL_STATE', noSubject)],
    effects: [isKnown('client').becomes(1), phaseOf('client').becomes('HELD')],
  },
);

const setsCid = (from: 'HELD' | 'GRANTED') =>
  call(
    'host',
    'set_guest_cid',
    { client },
    {
      guards: [
        must('CID-SET-HELD', phaseOf('client').is(from), 'ILLEGAL_STATE', noSubject),
        must('CID-SET-UNUSED', liveWith(cidOf('client').value).is(0), 'EADDRINUSE'),
      ],
      effects: [liveWith(cidOf('client').value).grows(), phaseOf('client').becomes('STARTED')],
    },
  );
/** The client's VM starts, and the kernel gives it the address. */
export const setGuestCid = setsCid('HELD');
export const setGuestCidGranted = setsCid('GRANTED');

/** The service learns of a VM that runs; that it knows the CID already is logged, and nothing more. */
export const registerVm = call(
  'service',
  'register_vm',
  { client },
  {
    guards: [must('CID-REGISTER-STARTED', phaseOf('client').is('STARTED'), 'ILLEGAL_STATE', noSubject)],
    effects: [isKnown('client').becomes(1)],
  },
);

/** The client gives its context up, or dies: its VM ends with it. */
export const dropContext = call(
  'host',
  'drop_context',
  { client },
  {
    guards: [
      must('CID-DROP-ANSWERED', phaseOf('client').isOneOf('GRANTED', 'HELD', 'STARTED'), 'ILLEGAL_STATE', noSubject),
    ],
    effects: [when(phaseOf('client').is('STARTED'), liveWith(cidOf('client').value).shrinks()), forgetClient('client')],
  },
);
