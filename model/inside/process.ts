/**
 * A process in a guest: its memory areas with their pages, the files that they map, and the kernel and policy that
 * answer its calls. One page of each area and of each file is followed, byte for byte.
 */
import type { Refusal } from '../../spec/answers.ts';
import type { TargetAnswer } from '../../spec/target.ts';
import type { Bytes } from '../bytes.ts';
import { ascii, sameBytes } from '../bytes.ts';

/** A file as the guest has it: its type, by what the policy grants on it, its mount, and its content. */
export interface File {
  readonly grants: ReadonlySet<string>;
  readonly mount: { readonly noexec: boolean };
  readonly signed: Bytes;
  content: Bytes;
  readonly isSecret: boolean;
}

export interface Rights {
  readonly write: boolean;
  readonly execute: boolean;
}

/** `own` is the page that the area has in place of its file's; anonymous memory has one from the start. */
export interface Area {
  readonly file: File | undefined;
  readonly shared: boolean;
  rights: Rights;
  own: Bytes | undefined;
}

export interface Process {
  readonly files: readonly File[];
  readonly areas: (Area | undefined)[];
  /** The policy grants the domain memory that is code without a file, and code that was changed; it does neither. */
  readonly domain: { readonly execmem: boolean; readonly execmod: boolean };
  readonly capabilities: ReadonlySet<'CAP_SYS_ADMIN'>;
  /** It has mounted everything anew, without noexec. */
  hasRemounted: boolean;
  hasSecret: boolean;
}

export const emptyPage: Bytes = new Uint8Array(16);
/** What an attacker writes wherever it can. */
export const shellcode: Bytes = ascii('code of attacker');

const refused = (error: Refusal): TargetAnswer => ({ kind: 'refused', error });
const done: TargetAnswer = { kind: 'done', answer: 0 };

type Args = Readonly<Record<string, number>>;
const rightsIn = (prot: number): Rights => ({ write: (prot & 1) === 1, execute: (prot & 2) === 2 });
const isNoExec = ({ hasRemounted }: Process, file: File | undefined): boolean =>
  file?.mount.noexec === true && !hasRemounted;
const may = (file: File | undefined, what: string): boolean => file === undefined || file.grants.has(what);

/** The checks of the policy on a mapping, which `mmap` and `mprotect` have in common. */
function isGranted({ domain }: Process, file: File | undefined, shared: boolean, rights: Rights): boolean {
  if (!rights.execute) return true;
  const isCodeWithoutFile = file === undefined || (!shared && rights.write);
  return (!isCodeWithoutFile || domain.execmem) && may(file, 'execute');
}

function map(process: Process, { area = 0, file: number = 0, shared: how = 0, prot = 0 }: Args): TargetAnswer {
  const [file, shared, rights] = [process.files[number], how === 1, rightsIn(prot)];
  // The kernel looks at how the file could be opened, and at its mount, and asks the policy then.
  if (shared && rights.write && !may(file, 'write')) return refused('EACCES');
  if (!may(file, 'read')) return refused('EACCES');
  if (rights.execute && isNoExec(process, file)) return refused('EPERM');
  if (!isGranted(process, file, shared, rights)) return refused('EACCES');
  process.areas[area] = { file, shared, rights, own: file === undefined ? emptyPage : undefined };
  return done;
}

function protect(process: Process, { area: number = 0, prot = 0 }: Args): TargetAnswer {
  const area = process.areas[number];
  if (area === undefined) return refused('ENOMEM');
  const rights = rightsIn(prot);
  const { file, shared, own } = area;
  // What the area may become was fixed when it was made.
  const mayExecute = !isNoExec(process, file);
  const mayWrite = !shared || may(file, 'write');
  if ((rights.execute && !mayExecute) || (rights.write && !mayWrite)) return refused('EACCES');
  const isModified = file !== undefined && own !== undefined;
  if (rights.execute && isModified && !process.domain.execmod) return refused('EACCES');
  if (!isGranted(process, file, shared, rights)) return refused('EACCES');
  area.rights = rights;
  return done;
}

function remap({ areas }: Process, { area = 0, to = 0 }: Args): TargetAnswer {
  const moved = areas[area];
  if (moved === undefined) return refused('ENOMEM');
  areas[area] = undefined;
  areas[to] = moved;
  return done;
}

function store({ areas }: Process, { area: number = 0 }: Args): TargetAnswer {
  const area = areas[number];
  if (area?.rights.write !== true) return refused('FAULT');
  if (area.shared && area.file !== undefined) area.file.content = shellcode;
  else area.own = shellcode;
  return done;
}

function write({ files }: Process, { file: number = 0 }: Args): TargetAnswer {
  const file = files[number];
  if (file === undefined || !may(file, 'write')) return refused('EACCES');
  file.content = shellcode;
  return done;
}

function read(process: Process, { file: number = 0 }: Args): TargetAnswer {
  const file = process.files[number];
  if (file === undefined || !may(file, 'read')) return refused('EACCES');
  if (file.isSecret) process.hasSecret = true;
  return done;
}

function remount(process: Process): TargetAnswer {
  if (!process.capabilities.has('CAP_SYS_ADMIN')) return refused('EPERM');
  process.hasRemounted = true;
  return done;
}

const jump = ({ areas }: Process, { area = 0 }: Args): TargetAnswer =>
  areas[area]?.rights.execute === true ? done : refused('FAULT');

function execute(process: Process, { file: number = 0 }: Args): TargetAnswer {
  const file = process.files[number];
  return file === undefined || isNoExec(process, file) || !may(file, 'execute') ? refused('EACCES') : done;
}

const calls: Readonly<Record<string, (process: Process, args: Args) => TargetAnswer>> = {
  payload_map: map,
  payload_protect: protect,
  payload_remap: remap,
  payload_remount: remount,
  payload_store: store,
  payload_write: write,
  payload_read: read,
  payload_jump: jump,
  payload_execve: execute,
};
export const processCalls: readonly string[] = Object.keys(calls);

/** Answers a call; the process and its files are changed by it. */
export function answerOfProcess(process: Process, call: string, args: Args): TargetAnswer {
  const run = calls[call];
  if (run === undefined) throw new Error(`unreachable: no process has a call ${call}`);
  return run(process, args);
}

export const isTouched = ({ signed, content }: File): boolean => !sameBytes(signed, content);
