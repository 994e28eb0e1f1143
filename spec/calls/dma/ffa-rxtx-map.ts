import { mailboxFault, mailboxPage } from '../../parameters.ts';
import { hypercall, must } from '../../rule.ts';
import { all, compare, not, value } from '../../language/build.ts';
import type { Ref } from '../../language/build.ts';
import type { Effect } from '../../language/term.ts';
import { hasMailbox, mailbox, mailboxRx, mailboxTx } from '../../vocabulary/devices.ts';
import { isOnePage, startsAtPage } from '../../vocabulary/lifecycle.ts';
import { hostState, isMemory, lendToHyp, pins } from '../../vocabulary/pages.ts';

const withinPage = { waiver: 'addresses within a page are not part of the state' };
const lendAndPin = (page: Ref): Effect => all(lendToHyp(page), pins(page).grows());

/** FFA_RXTX_MAP: the host names the page in which it leaves messages to the secure world, and the one for answers. */
export const ffaRxtxMap = hypercall(
  'ffa_rxtx_map',
  { tx: mailboxPage, rx: mailboxPage, countFault: mailboxFault, txFault: mailboxFault, rxFault: mailboxFault },
  {
    guards: [
      must('FFA-MAP-COUNT', isOnePage('countFault'), 'INVALID_PARAMETERS', {
        waiver: 'how long a buffer is said to be is not part of the state',
      }),
      must('FFA-MAP-TX-ALIGNED', startsAtPage('tx', 'txFault'), 'INVALID_PARAMETERS', withinPage),
      must('FFA-MAP-RX-ALIGNED', startsAtPage('rx', 'rxFault'), 'INVALID_PARAMETERS', withinPage),
      must('FFA-MAP-FREE', not(hasMailbox), 'DENIED'),
      must('FFA-MAP-TX-MEMORY', isMemory('tx'), 'INVALID_PARAMETERS'),
      must('FFA-MAP-TX-OWNED', hostState('tx').is('OWNED'), 'INVALID_PARAMETERS'),
      must('FFA-MAP-RX-MEMORY', isMemory('rx'), 'INVALID_PARAMETERS'),
      must('FFA-MAP-RX-OWNED', hostState('rx').is('OWNED'), 'INVALID_PARAMETERS'),
      // why: it is lent already when its second turn comes.
      must('FFA-MAP-DISTINCT', compare('tx', '≠', 'rx'), 'INVALID_PARAMETERS'),
    ],
    effects: [
      lendAndPin('tx'),
      lendAndPin('rx'),
      all(mailbox.becomes('NAMED'), mailboxTx.becomes(value('tx')), mailboxRx.becomes(value('rx'))),
    ],
  },
);
