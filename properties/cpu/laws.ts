/** CPUs: where a vCPU is loaded, and which vCPU may run. */
import { none } from '../../spec/config.ts';
import { before, both, callIs, callIsDone, cell, either, equals, implies, not } from '../../spec/language/build.ts';
import { isHidden } from '../../spec/vocabulary/instructions.ts';
import { codeExecutable, codeFresh, isCodeFollowed, isFresh } from '../../spec/vocabulary/guests.ts';
import { allows } from '../../spec/vocabulary/stage2.ts';
import { isLoadedHere, isPresent, isUnprotected, lifeOf, loadedOn, vcpu, vmOf } from '../../spec/vocabulary/vms.ts';
import type { Always, Each, Property } from '../property.ts';

const loaded = cell('loaded', 'cpu');

export const cpusHaveTheirVcpu: Always = {
  kind: 'always',
  clause: 'CPU-ONE-PLACE',
  statement: 'the vCPU that is loaded on a CPU is loaded there and nowhere else',
  loss: 'a vCPU is in two places',
  over: 'cpu',
  holds: either(loaded.is(none), equals(loadedOn(loaded.value).value, 'cpu')),
};

export const vcpusHaveTheirCpu: Always = {
  kind: 'always',
  clause: 'CPU-ONE-PLACE',
  statement: 'a vCPU that counts as loaded on a CPU is the one that is loaded there',
  loss: 'a vCPU is in two places',
  over: 'vcpu',
  holds: either(loadedOn('vcpu').is(none), equals(cell('loaded', loadedOn('vcpu').value).value, 'vcpu')),
};

export const loadedVmsLive: Always = {
  kind: 'always',
  clause: 'CPU-NO-RUN-DYING',
  statement: 'a vCPU is loaded only while its VM lives',
  loss: 'a vCPU of a dying VM is loaded',
  over: 'cpu',
  holds: either(loaded.is(none), lifeOf(vmOf(loaded.value)).is('LIVE')),
};

export const loadedVcpusExist: Always = {
  kind: 'always',
  clause: 'LIFE-PUBLISH-LAST',
  statement: 'a vCPU is loaded only after it has been made',
  loss: 'a vCPU is loaded that was never made',
  over: 'cpu',
  holds: either(loaded.is(none), isPresent(loaded.value).is(1)),
};

const onlyLoadedVcpusRun: Each = {
  kind: 'each',
  clause: 'CPU-RUN-LOADED',
  statement: 'a step of a guest is taken only by the vCPU that is loaded on its CPU',
  loss: 'a vCPU runs that is not loaded',
  over: 'call',
  by: 'guest',
  when: callIsDone,
  holds: implies(callIsDone, before(isLoadedHere(vcpu('vm', 'vcpu')))),
};

const codeIsExecutable: Each = {
  kind: 'each',
  clause: 'RUN-CODE-EXECUTABLE',
  statement: 'a guest runs only code whose mapping may be executed, and is young or becomes so',
  loss: 'a guest runs what it may not',
  over: 'call',
  by: 'guest',
  when: both(callIsDone, isCodeFollowed),
  holds: implies(callIsDone, before(both(codeExecutable('vm'), codeFresh('vm')))),
};

const accessesArePermitted: Each = {
  kind: 'each',
  clause: 'GUEST-PERMITTED',
  statement:
    'a load or a store of a guest goes through only as its mapping permits, and where that is young or becomes so',
  loss: 'a guest uses a page as it may not',
  over: 'call',
  on: ['guest_read', 'guest_write', 'guest_read_pair', 'guest_atomic'],
  when: callIsDone,
  holds: implies(
    callIsDone,
    both(
      before(isFresh('vm', 'gfn')),
      implies(callIs('guest_read', 'guest_read_pair', 'guest_atomic'), before(allows('vm', 'gfn', 'R'))),
      implies(callIs('guest_write', 'guest_atomic'), before(allows('vm', 'gfn', 'W'))),
    ),
  ),
};

const fetchesArePermitted: Each = {
  kind: 'each',
  clause: 'FETCH-EXECUTABLE',
  statement: 'a guest goes on only where its mapping permits execution, and is young or becomes so',
  loss: 'a guest runs what it may not',
  over: 'call',
  on: ['guest_fetch'],
  when: callIsDone,
  holds: implies(callIsDone, before(both(allows('vm', 'gfn', 'PX'), isFresh('vm', 'gfn')))),
};

const featuresStayHidden: Each = {
  kind: 'each',
  clause: 'CPU-FEATURES',
  statement: 'a protected VM uses no register of a feature that is not for protected VMs',
  loss: 'a protected VM uses a register that nobody saves',
  over: 'call',
  on: ['guest_instruction'],
  when: callIsDone,
  holds: implies(callIsDone, either(isUnprotected('vm'), not(isHidden('instruction')))),
};

export const cpu: readonly Property[] = [
  onlyLoadedVcpusRun,
  codeIsExecutable,
  accessesArePermitted,
  fetchesArePermitted,
  featuresStayHidden,
  loadedVmsLive,
  cpusHaveTheirVcpu,
  vcpusHaveTheirCpu,
  loadedVcpusExist,
];
