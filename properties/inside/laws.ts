/** Inside a guest: what can run there, and which secrets are at hand. */
import { both, callIsDone, either, equals, every, implies, not, quantity, some } from '../../spec/language/build.ts';
import type { Bool } from '../../spec/language/term.ts';
import {
  areaFile,
  areaShared,
  areaTouched,
  fileTouched,
  holdsSecret,
  isAnonymous,
  isExecutable,
  isNoExec,
  isThere,
  isWritable,
  mayExecute,
  rawSecret,
  remounted,
} from '../../spec/vocabulary/inside.ts';
import { field } from '../boot/laws.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import type { Always, Each, Permitted, Property, Sometimes } from '../property.ts';

const everyArea = (holds: Bool): Bool => every(0, quantity('areas'), 'each area', holds);
const mappedFile = areaFile('each area').value;
/** A file that the payload has changed; anonymous memory is none. */
const isTouchedFile = (of: typeof mappedFile): Bool =>
  some(0, quantity('guestFiles'), 'each file', both(equals('each file', of), fileTouched('each file').is(1)));

const noAnonymousCode: Always = {
  kind: 'always',
  clause: 'GUEST-NO-ANONYMOUS-CODE',
  statement: 'no area that can be executed is anonymous, or holds pages of its own that the payload has written',
  loss: 'a payload makes code in its memory',
  over: 'machine',
  holds: everyArea(
    implies(isExecutable('each area'), both(not(isAnonymous('each area')), areaTouched('each area').is(0))),
  ),
};

const notBothAtOnce: Always = {
  kind: 'always',
  clause: 'GUEST-W-XOR-X',
  statement: 'no area can be written and executed',
  loss: 'a payload writes code where it runs',
  over: 'machine',
  holds: everyArea(not(both(isWritable('each area'), isExecutable('each area')))),
};

const noWrittenCode: Always = {
  kind: 'always',
  clause: 'GUEST-NO-WRITABLE-CODE',
  statement: 'no area that can be executed maps a file that the payload has written',
  loss: 'a payload runs a file that it has written',
  over: 'machine',
  holds: everyArea(implies(isExecutable('each area'), not(isTouchedFile(mappedFile)))),
};

const noWrittenFileIsCode: Always = {
  kind: 'always',
  clause: 'GUEST-NO-WRITABLE-CODE',
  statement: 'no file that the payload has written is one that it can start or map as code',
  loss: 'a payload changes a file that runs',
  over: 'machine',
  holds: every(
    0,
    quantity('guestFiles'),
    'each file',
    implies(fileTouched('each file').is(1), either(not(mayExecute('each file')), isNoExec('each file'))),
  ),
};

const mountsAreAsBuilt: Always = {
  kind: 'always',
  clause: 'GUEST-NO-WRITABLE-CODE',
  statement: 'what was mounted non-executable is so still',
  loss: 'a payload mounts what it writes as code',
  over: 'machine',
  holds: remounted.is(0),
};

const noFileIsBoth: Always = {
  kind: 'always',
  clause: 'GUEST-NO-WRITABLE-CODE',
  statement: 'no file is mapped for writing, shared, and for executing',
  loss: 'a payload can write a file that it runs',
  over: 'machine',
  holds: everyArea(
    implies(
      both(isWritable('each area'), areaShared('each area').is(1), not(isAnonymous('each area'))),
      every(
        0,
        quantity('areas'),
        'each other area',
        not(both(isExecutable('each other area'), equals(areaFile('each other area').value, mappedFile))),
      ),
    ),
  ),
};

const whatRunsWasVerified: Each = {
  kind: 'each',
  clause: 'GUEST-NO-ANONYMOUS-CODE',
  statement: 'what the payload jumps into are bytes of a file, and not its own',
  loss: 'a payload runs what it has written to memory',
  over: 'call',
  on: ['payload_jump'],
  when: callIsDone,
  holds: implies(callIsDone, both(isThere('area'), not(isAnonymous('area')), areaTouched('area').is(0))),
};

const filesThatRunAreUntouched: Each = {
  kind: 'each',
  clause: 'GUEST-NO-WRITABLE-CODE',
  statement: 'a file that is started was not written by the payload',
  loss: 'a payload starts a file that it has written',
  over: 'call',
  on: ['payload_execve'],
  when: callIsDone,
  holds: implies(callIsDone, fileTouched('file').is(0)),
};

const jumpsLandInUntouchedFiles: Each = {
  ...filesThatRunAreUntouched,
  statement: 'what the payload jumps into is of a file that it has not written',
  loss: 'a payload jumps into a file that it has written',
  on: ['payload_jump'],
  holds: implies(callIsDone, not(isTouchedFile(areaFile('area').value))),
};

const secretsStayOutside: Always = {
  kind: 'always',
  clause: 'GUEST-NO-RAW-SECRET',
  statement: 'the payload has not read the secrets of its guest, and has no area in which they are',
  loss: 'a payload reads the secrets of its guest',
  over: 'machine',
  holds: both(
    rawSecret.is(0),
    everyArea(either(not(isThere('each area')), isAnonymous('each area'), not(holdsSecret(mappedFile)))),
  ),
};

const codeRuns: Sometimes = {
  kind: 'sometimes',
  clause: 'GUEST-NO-ANONYMOUS-CODE',
  statement: 'a payload jumps into a file that may be executed',
  on: ['payload_jump'],
  seen: ({ isDone }) => isDone,
};

const modifiedAreasStayData: Sometimes = {
  kind: 'sometimes',
  clause: 'GUEST-NO-ANONYMOUS-CODE',
  statement: 'an area whose file may be executed is written, and cannot be executed any more',
  on: ['payload_protect'],
  seen: (step) => step.rule.guards[step.guard]?.clause === 'PROTECT-MODIFIED',
};

const dataFilesStayData: Sometimes = {
  kind: 'sometimes',
  clause: 'GUEST-NO-WRITABLE-CODE',
  statement: 'a file that was written is not started, for its mount is non-executable',
  on: ['payload_execve'],
  seen: (step) =>
    step.rule.guards[step.guard]?.clause === 'EXECVE-MOUNT' && field(step.now, 'fileTouched', step.arg('file')) === 1,
};

const capablePayloadsRunAnything: Permitted = {
  kind: 'permitted',
  clause: 'GUEST-CAPABLE',
  statement: 'a payload with capabilities starts a file that it has written',
  on: ['payload_execve'],
  seen: (step) => step.isDone && field(step.now, 'fileTouched', step.arg('file')) === 1,
};

const ofMemory = [noAnonymousCode, whatRunsWasVerified, secretsStayOutside, codeRuns, modifiedAreasStayData];
/** What the mounts stand for, which a payload with capabilities changes. */
const ofMounts = [
  notBothAtOnce,
  noWrittenCode,
  noWrittenFileIsCode,
  mountsAreAsBuilt,
  noFileIsBoth,
  filesThatRunAreUntouched,
  jumpsLandInUntouchedFiles,
  dataFilesStayData,
];

export const inside = ({ rules, config }: TransitionSystem): readonly Property[] => {
  if (!rules.has('payload_map')) return [];
  return [...ofMemory, ...(config.inside?.capable === true ? [capablePayloadsRunAnything] : ofMounts)];
};
