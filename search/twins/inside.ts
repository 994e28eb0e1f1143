/** The process in a guest that a state stands for. */
import { answerOfProcess, emptyPage, isTouched, processCalls, shellcode } from '../../model/inside/process.ts';
import type { Area, Process } from '../../model/inside/process.ts';
import { ascii, sameBytes } from '../../model/bytes.ts';
import type { InsideConfig } from '../../spec/inside/config.ts';
import { protections } from '../../spec/inside/fields.ts';
import { initialState } from '../../spec/state.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { Cells } from './cells.ts';
import { twin } from './twin.ts';
import type { Twin } from './twin.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export function insideTwin({ profile, layout, config }: TransitionSystem): Twin | undefined {
  const { inside } = config;
  if (inside === undefined || !profile.rules.has('payload_map')) return undefined;
  const start = initialState(layout).cells;
  return twin<Process>({
    name: 'inside',
    calls: processCalls,
    read: (cells) => processIn(inside, new Cells(layout, cells)),
    write: (process, cells) => {
      cells.set(start);
      writeProcess(new Cells(layout, cells), process);
    },
    answer: answerOfProcess,
  });
}

const administers = new Set(['CAP_SYS_ADMIN'] as const);

function processIn(inside: InsideConfig, cells: Cells): Process | undefined {
  const files = inside.files.map(({ name, allows, noExec, secret }, file) => {
    const signed = ascii(`signed ${name}`);
    const content = cells.flag('fileTouched', file) ? shellcode : signed;
    return { grants: new Set<string>(allows), mount: { noexec: noExec }, signed, content, isSecret: secret };
  });
  const areas = upTo(inside.areas).map((area) => areaIn(files, cells, area));
  if (areas.includes('impossible')) return undefined;
  return {
    files,
    areas: areas as (Area | undefined)[],
    domain: { execmem: false, execmod: false },
    capabilities: inside.capable === true ? administers : new Set(),
    hasRemounted: cells.flag('remounted'),
    hasSecret: cells.flag('rawSecret'),
  };
}

function areaIn(files: Process['files'], cells: Cells, area: number): Area | undefined | 'impossible' {
  const number = cells.maybe('areaFile', area);
  if (number === undefined) return undefined;
  const file = files[number];
  const [modified, touched] = [cells.flag('areaModified', area), cells.flag('areaTouched', area)];
  const [shared, prot] = [cells.flag('areaShared', area), cells.get('areaProt', area)];
  if (number > files.length || protections[prot] === undefined) return 'impossible';
  // Pages of its own are those that were written; a shared area of a file has none.
  if (modified !== touched || (shared && file !== undefined && touched)) return 'impossible';
  const own = touched ? shellcode : file === undefined ? emptyPage : undefined;
  return { file, shared, rights: { write: (prot & 1) === 1, execute: (prot & 2) === 2 }, own };
}

function writeProcess(cells: Cells, { files, areas, hasRemounted, hasSecret }: Process): void {
  for (const [number, file] of files.entries()) cells.set('fileTouched', isTouched(file), number);
  for (const [number, area] of areas.entries()) {
    if (area === undefined) continue;
    const { file, shared, rights, own } = area;
    const isWritten = own !== undefined && !sameBytes(own, emptyPage);
    cells.set('areaFile', file === undefined ? files.length : files.indexOf(file), number);
    cells.set('areaShared', shared, number);
    cells.set('areaProt', Number(rights.write) + 2 * Number(rights.execute), number);
    cells.set('areaModified', isWritten, number);
    cells.set('areaTouched', isWritten, number);
  }
  cells.set('remounted', hasRemounted);
  cells.set('rawSecret', hasSecret);
}
