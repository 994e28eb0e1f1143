/** What a payload does with memory and files, as the kernel of the guest and its policy answer. */
import { all, both, equals, not, value, when } from '../language/build.ts';
import { flag } from '../parameters.ts';
import { call, must, noSubject } from '../rule.ts';
import {
  areaFile,
  areaModified,
  areaProt,
  areaShared,
  areaTouched,
  asksToExecute,
  asksToWrite,
  dropArea,
  fileTouched,
  holdsSecret,
  isAnonymous,
  isExecutable,
  isNoExec,
  isOwnMemory,
  isThere,
  isCapable,
  isWritable,
  makeArea,
  mayExecute,
  mayRead,
  mayWrite,
  rawSecret,
  remounted,
  unless,
} from '../vocabulary/inside.ts';
import { area, areaProt as prot, guestFile, mapped } from './parameters.ts';

const executes = asksToExecute('prot');
const sharesToWrite = both(asksToWrite('prot'), equals('shared', 1));

/** `mmap`: of a file, private or shared, or of no file. */
export const payloadMap = call(
  'guest',
  'payload_map',
  { area, file: mapped, shared: flag, prot },
  {
    guards: [
      must('MAP-WRITE', unless(sharesToWrite, mayWrite('file')), 'EACCES'),
      must('MAP-READ', mayRead('file'), 'EACCES'),
      must('MAP-MOUNT', unless(executes, not(isNoExec('file'))), 'EPERM'),
      must('MAP-ANONYMOUS', unless(executes, not(isOwnMemory('file', 'shared', 'prot'))), 'EACCES'),
      must('MAP-EXECUTE', unless(executes, mayExecute('file')), 'EACCES'),
    ],
    effects: [
      makeArea('area', {
        file: value('file'),
        shared: value('shared'),
        prot: value('prot'),
        modified: value(0),
        touched: value(0),
      }),
    ],
  },
);

const exists = (clause: 'PROTECT-AREA' | 'REMAP-AREA') => must(clause, isThere('area'), 'ENOMEM', noSubject);
const file = areaFile('area').value;

/** `mprotect`. */
export const payloadProtect = call(
  'guest',
  'payload_protect',
  { area, prot },
  {
    guards: [
      exists('PROTECT-AREA'),
      must('PROTECT-MOUNT', unless(executes, not(isNoExec(file))), 'EACCES'),
      must('PROTECT-WRITE', unless(both(asksToWrite('prot'), areaShared('area').is(1)), mayWrite(file)), 'EACCES'),
      must('PROTECT-MODIFIED', unless(executes, areaModified('area').is(0)), 'EACCES'),
      must('PROTECT-ANONYMOUS', unless(executes, not(isOwnMemory(file, areaShared('area').value, 'prot'))), 'EACCES'),
      must('PROTECT-EXECUTE', unless(executes, mayExecute(file)), 'EACCES'),
    ],
    effects: [areaProt('area').becomes(value('prot'))],
  },
);

/** `mremap`: the area goes elsewhere, with all that is known of it. */
export const payloadRemap = call(
  'guest',
  'payload_remap',
  { area, to: area },
  {
    guards: [exists('REMAP-AREA')],
    effects: [
      when(
        not(equals('area', 'to')),
        all(
          makeArea('to', {
            file,
            shared: areaShared('area').value,
            prot: areaProt('area').value,
            modified: areaModified('area').value,
            touched: areaTouched('area').value,
          }),
          dropArea('area'),
        ),
      ),
    ],
  },
);

/** A store to memory: into the file if the area is shared, else into a page of its own. */
export const payloadStore = call(
  'guest',
  'payload_store',
  { area },
  {
    guards: [must('TOUCH-WRITABLE', isWritable('area'), 'FAULT')],
    effects: [
      when(
        both(areaShared('area').is(1), not(isAnonymous('area'))),
        fileTouched(file).becomes(1),
        all(areaModified('area').becomes(1), areaTouched('area').becomes(1)),
      ),
    ],
  },
);

/** `write`. */
export const payloadWrite = call(
  'guest',
  'payload_write',
  { file: guestFile },
  {
    guards: [must('WRITE-FILE', mayWrite('file'), 'EACCES')],
    effects: [fileTouched('file').becomes(1)],
  },
);

/** `read`. */
export const payloadRead = call(
  'guest',
  'payload_read',
  { file: guestFile },
  {
    guards: [must('READ-FILE', mayRead('file'), 'EACCES')],
    effects: [when(holdsSecret('file'), rawSecret.becomes(1))],
  },
);

/** `mount` with MS_REMOUNT, without noexec. */
export const payloadRemount = call(
  'guest',
  'payload_remount',
  {},
  { guards: [must('REMOUNT-CAPABLE', isCapable, 'EPERM')], effects: [remounted.becomes(1)] },
);

/** The payload jumps into an area. */
export const payloadJump = call(
  'guest',
  'payload_jump',
  { area },
  { guards: [must('JUMP-EXECUTABLE', isExecutable('area'), 'FAULT')], effects: [] },
);

/** `execve`. */
export const payloadExecve = call(
  'guest',
  'payload_execve',
  { file: guestFile },
  {
    guards: [must('EXECVE-MOUNT', not(isNoExec('file')), 'EACCES'), must('EXECVE-FILE', mayExecute('file'), 'EACCES')],
    effects: [],
  },
);
