/** How apps and VMs reach each other, over vsock. */
import { none } from '../config.ts';
import { attribute, both, compare, equals, not, when } from '../language/build.ts';
import { flag } from '../parameters.ts';
import { call, must, noSubject } from '../rule.ts';
import {
  channel,
  lowChannel,
  mistaken,
  reached,
  relayed,
  runs,
  served,
  socket,
  unlessFallen,
} from '../vocabulary/host.ts';
import { address, app, hostVm } from './parameters.ts';
import { holdsHandle } from './vms.ts';

/** virtmgr connects to a port of a VM for whoever holds the VM, and hands out the connection. `low`: below 1024. */
export const connectVsock = call(
  'app',
  'connect_vsock',
  { app, vm: hostVm, low: flag },
  {
    guards: [
      must('CONNECT-HANDLE', holdsHandle, 'SECURITY'),
      must('CONNECT-RUNNING', runs('vm'), 'SERVICE_SPECIFIC'),
      must('CONNECT-PORT', unlessFallen(equals('low', 0)), 'SERVICE_SPECIFIC'),
    ],
    effects: [channel('app', 'vm').becomes(1), when(equals('low', 1), lowChannel('app', 'vm').becomes(1))],
  },
);

/** A process opens a socket to a VM by itself. */
export const openSocket = call(
  'app',
  'open_socket',
  { app, vm: hostVm },
  {
    guards: [
      must('SOCKET-DOMAIN', unlessFallen(attribute('domain', 'app').isNot('APP')), 'EACCES'),
      must('SOCKET-RUNNING', runs('vm'), 'ENODEV', noSubject),
    ],
    effects: [socket('app', 'vm').becomes(1)],
  },
);

/** A VM connects to the server that the host has for some VM. `claimed`: which VM it says that it is. */
export const guestConnect = call(
  'guest',
  'guest_connect',
  { vm: hostVm, server: hostVm, claimed: hostVm },
  {
    guards: [
      must('SERVER-GUEST-RUNS', runs('vm'), 'ENODEV', noSubject),
      must('SERVER-RUNS', runs('server'), 'ENODEV', noSubject),
      must('SERVER-PEER', unlessFallen(equals('vm', 'server')), 'EACCES'),
    ],
    effects: [served('vm', 'server').becomes(1)],
  },
);

/** A VM sends a packet, with any addresses in it. */
export const guestSend = call(
  'guest',
  'guest_send',
  { vm: hostVm, source: address, destination: address },
  {
    guards: [
      must('SEND-RUNS', runs('vm'), 'ENODEV', noSubject),
      must('SEND-SOURCE', unlessFallen(equals('source', 'vm')), 'IGNORED'),
      must('SEND-DESTINATION', unlessFallen(equals('destination', none)), 'IGNORED'),
    ],
    effects: [
      when(
        compare('destination', '≠', none),
        when(runs('destination'), reached('vm', 'destination').becomes(1)),
        when(both(compare('source', '≠', none), not(equals('source', 'vm'))), mistaken('vm', 'source').becomes(1)),
      ),
    ],
  },
);

/** An app that has channels to two VMs carries to one what the other said. */
export const appRelay = call(
  'app',
  'app_relay',
  { app, from: hostVm, to: hostVm },
  {
    guards: [
      must('RELAY-FROM', channel('app', 'from').is(1), 'ENODEV', noSubject),
      must('RELAY-TO', channel('app', 'to').is(1), 'ENODEV', noSubject),
    ],
    effects: [relayed('from', 'to').becomes(1)],
  },
);
