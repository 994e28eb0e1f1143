import { mailboxFault } from '../../parameters.ts';
import { hypercall, must, noSubject } from '../../rule.ts';
import { all, both, either, when } from '../../language/build.ts';
import type { Ref } from '../../language/build.ts';
import type { Effect } from '../../language/term.ts';
import { none } from '../../config.ts';
import { hasMailbox, mailbox, mailboxRx, mailboxTx } from '../../vocabulary/devices.ts';
import { namesItself } from '../../vocabulary/lifecycle.ts';
import { giveToHost, pins } from '../../vocabulary/pages.ts';

const isNamed = mailbox.is('NAMED');
const giveBack = (page: Ref): Effect => all(pins(page).shrinks(), giveToHost(page));

/** FFA_RXTX_UNMAP: the host has its mailbox back. */
export const ffaRxtxUnmap = hypercall(
  'ffa_rxtx_unmap',
  { callerFault: mailboxFault },
  {
    guards: [
      must('FFA-UNMAP-CALLER', namesItself('callerFault'), 'INVALID_PARAMETERS', {
        waiver: 'there is one caller: whom it names is not part of the state',
      }),
      must('FFA-UNMAP-MAPPED', hasMailbox, 'INVALID_PARAMETERS', noSubject),
      // why: the host may have its structure of a VM in such a page, which pins it once more. Linux stops the machine.
      must(
        'FFA-UNMAP-UNPINNED',
        either(mailbox.isNot('NAMED'), both(pins(mailboxTx.value).is(1), pins(mailboxRx.value).is(1))),
        'PANIC',
      ),
    ],
    effects: [
      when(isNamed, all(giveBack(mailboxTx.value), giveBack(mailboxRx.value))),
      all(mailbox.becomes('NONE'), mailboxTx.becomes(none), mailboxRx.becomes(none)),
    ],
  },
);
