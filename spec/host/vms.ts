/** VMs of apps: who has one made, of what, and who holds it. */
import { none } from '../config.ts';
import { both, compare, either, equals, implies, not, note, value, answers, attribute } from '../language/build.ts';
import { flag } from '../parameters.ts';
import { call, must, noSubject } from '../rule.ts';
import {
  creatorOf,
  dropHandle,
  everHeld,
  exists,
  fileOf,
  freeVm,
  handle,
  has,
  hasAllowedLabel,
  hasGdb,
  isCustom,
  isDebuggable,
  isGuarded,
  knowsOf,
  payloadOutside,
  stateOf,
  unlessFallen,
} from '../vocabulary/host.ts';
import { forEach, quantity, when } from '../language/build.ts';
import { app, file, hostVm } from './parameters.ts';

const isMicrodroid = equals('file', none);
const needsLabel = both(not(isMicrodroid), either(equals('asKernel', 0), equals('protected', 1)));

/**
 * The service makes a VM for an app. `custom`: with a configuration of its own, further APKs, or another system than
 * Microdroid. `asKernel`: the file is the kernel, and not a partition. `outside`: the name of the payload's binary has
 * a slash.
 */
export const createVm = call(
  'app',
  'create_vm',
  { app, file, custom: flag, asKernel: flag, protected: flag, debug: flag, gdb: flag, outside: flag },
  {
    guards: [
      must('CREATE-PERMITTED', unlessFallen(has('app', 'MANAGE')), 'SECURITY'),
      must('CREATE-ROOM', compare(freeVm, '≠', none), 'ILLEGAL_STATE', noSubject),
      must(
        'CREATE-CUSTOM',
        unlessFallen(implies(either(not(isMicrodroid), equals('custom', 1)), has('app', 'CUSTOM'))),
        'SECURITY',
      ),
      must('CREATE-GDB-PROTECTED', unlessFallen(implies(equals('gdb', 1), equals('protected', 0))), 'SECURITY'),
      must('CREATE-GDB-DEBUG', unlessFallen(implies(equals('gdb', 1), equals('debug', 1))), 'SECURITY'),
      must('CREATE-PAYLOAD-NAME', unlessFallen(equals('outside', 0)), 'ILLEGAL_ARGUMENT'),
      must('CREATE-LABEL', unlessFallen(implies(needsLabel, hasAllowedLabel('file'))), 'SERVICE_SPECIFIC'),
      must('CREATE-VENDOR', unlessFallen(attribute('filePlace', 'file').isNot('VENDOR')), 'SERVICE_SPECIFIC'),
    ],
    effects: [
      note('vm', freeVm),
      answers('vm'),
      stateOf('vm').becomes('CREATED'),
      creatorOf('vm').becomes(value('app')),
      fileOf('vm').becomes(value('file')),
      isCustom('vm').becomes(value('custom')),
      isGuarded('vm').becomes(value('protected')),
      isDebuggable('vm').becomes(value('debug')),
      hasGdb('vm').becomes(value('gdb')),
      payloadOutside('vm').becomes(value('outside')),
      handle('app', 'vm').becomes(1),
      everHeld('app', 'vm').becomes(1),
    ],
    answer: 'number',
  },
);

export const holdsHandle = unlessFallen(handle('app', 'vm').is(1));

/** Whoever holds the VM starts it. */
export const startVm = call(
  'app',
  'start_vm',
  { app, vm: hostVm },
  {
    guards: [
      must('START-HANDLE', handle('app', 'vm').is(1), 'SECURITY', noSubject),
      must('START-CREATED', stateOf('vm').is('CREATED'), 'ILLEGAL_STATE', {
        waiver: 'starting what runs changes nothing here',
      }),
    ],
    effects: [stateOf('vm').becomes('RUNNING')],
  },
);

/** An app asks which VMs there are, and whose. */
export const listVms = call(
  'app',
  'list_vms',
  { app },
  {
    guards: [must('LIST-PERMITTED', unlessFallen(has('app', 'DEBUG')), 'SECURITY')],
    effects: [
      forEach(0, quantity('hostVms'), 'each VM', when(exists('each VM'), knowsOf('app', 'each VM').becomes(1))),
    ],
  },
);

/** A handle is a reference that a process can give to another. */
export const passHandle = call(
  'app',
  'pass_handle',
  { app, vm: hostVm, to: app },
  {
    guards: [must('PASS-HANDLE', handle('app', 'vm').is(1), 'SECURITY', noSubject)],
    effects: [handle('to', 'vm').becomes(1), everHeld('to', 'vm').becomes(1)],
  },
);

/** An app closes its handle, or dies. */
export const dropVm = call(
  'app',
  'drop_handle',
  { app, vm: hostVm },
  {
    guards: [must('DROP-HANDLE', handle('app', 'vm').is(1), 'SECURITY', noSubject)],
    effects: [dropHandle('app', 'vm')],
  },
);
