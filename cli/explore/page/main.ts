/** The explorer in a page: what is asked for stands in the address, and everything else is made from it. */
import { askedIn, fragmentOf, usual } from '../asked.ts';
import type { Asked } from '../asked.ts';
import { besideOf } from '../beside.ts';
import { loaded, mostBytes } from '../load.ts';
import type { LoadedRecordings } from '../load.ts';
import { answerTo, offersOf } from '../offers.ts';
import type { Offer } from '../offers.ts';
import { changed, opened } from '../opened.ts';
import type { Opened } from '../opened.ts';
import type { WrittenCall } from '../../../search/judge/written-call.ts';
import { cite } from '../../report/clauses.ts';
import { html } from '../../report/html.ts';
import type { Html } from '../../report/html.ts';
import { callsView, settings } from '../calls-view.ts';
import { besideView } from '../found-view.ts';
import { answerLine, clausesView, recordingsView, runView } from '../run-view.ts';
import { element, enable, field, fill, fillCalls, markLast, say } from './elements.ts';
import { Searches } from './searches.ts';

let now: Opened;
let offers: readonly Offer[] = [];
const searches = new Searches((found) => fillClauses([...citing, found]));

/** Shows what is asked for, and puts it into the address; or says why that cannot be. */
function show(asked: Asked, note = ''): boolean {
  const found = opened(asked);
  if (typeof found === 'string') {
    say('problem', `${found}.`);
    return false;
  }
  take(found);
  say('problem', '');
  say('note', note);
  const fragment = fragmentOf(asked);
  if (location.hash === '') history.replaceState(null, '', `#${fragment}`);
  else if (location.hash.slice(1) !== fragment) history.pushState(null, '', `#${fragment}`);
  return true;
}

function take(found: Opened): void {
  now = found;
  offers = offersOf(found);
  render();
}

function render(): void {
  const { asked, broken } = now;
  fill('settings', settings(now));
  say('answer', answerLine(now));
  document.querySelector('.bar')?.classList.toggle('broken', broken !== undefined);
  enable('undo', asked.calls.length > 0);
  enable('clear', asked.calls.length > 0);
  enable('break', broken === undefined);
  const [calls, run] = [callsView(now, offers), runView(now)];
  const beside = asked.beside === undefined ? html`` : besideView(now, besideOf(now, asked.beside));
  fillCalls(calls);
  findCalls();
  fill('run', run);
  markLast('run');
  element('beside').hidden = asked.beside === undefined;
  fill('besides', beside);
  searches.forget();
  fillClauses([run, beside]);
}

/** The parts of the page whose clauses are listed at its end. */
let citing: readonly Html[] = [];

function fillClauses(parts: readonly Html[]): void {
  citing = parts;
  fill('clauses-cited', clausesView(parts));
}

/** Brings a part of the page into view; a clause that is not listed yet is listed then. */
function goTo(id: string): void {
  if (document.getElementById(id) === null) fillClauses([...citing, cite(id.replace(/^clause-/, ''))]);
  const part = document.getElementById(id);
  part?.setAttribute('tabindex', '-1');
  part?.focus();
  part?.scrollIntoView({ block: 'center' });
}

const make = (call: WrittenCall): boolean => show({ ...now.asked, calls: [...now.asked.calls, call] });

/** The call that a button of the list stands for. */
function callOf(key: string): WrittenCall | undefined {
  const [offer = -1, end = -1, call = -1] = key.split('/').map(Number);
  return offers[offer]?.ends[end]?.calls[call];
}

function chosenIn(form: HTMLFormElement): WrittenCall {
  const given = [...form.querySelectorAll('select')].map(({ name, value }) => [name, value] as const);
  const args = Object.fromEntries(given.filter(([name]) => name !== '@'));
  return { call: form.dataset['call'] ?? '', cpu: Number(new Map(given).get('@') ?? 0), args };
}

function findCalls(): void {
  const wanted = field('find').value.trim().toLowerCase();
  for (const one of document.querySelectorAll<HTMLElement>('.offer'))
    one.hidden = !(one.dataset['call'] ?? '').includes(wanted);
}

async function load(file: File | undefined): Promise<void> {
  if (file === undefined) return;
  if (file.size > mostBytes) say('problem', `cannot load ${file.name}: it is larger than ${mostBytes} bytes.`);
  else open(file.name, await file.text());
}

function open(name: string, text: string): void {
  const found = loaded(name, text);
  if (typeof found === 'string') say('problem', `${found}.`);
  else if ('asked' in found) show(found.asked, found.note);
  else showRecordings(found);
}

/** The recordings that are shown. */
let recordings: LoadedRecordings['recordings'] = [];

function showRecordings(found: LoadedRecordings): void {
  ({ recordings } = found);
  const content = recordingsView(found);
  say('problem', '');
  element('recordings').hidden = false;
  fill('recordings', content);
  markLast('recordings');
  fillClauses([...citing, content]);
  element('recordings').scrollIntoView();
}

/** Goes on from a step of a recording, with the answers of the rules. */
function goOn({ dataset }: HTMLElement): void {
  const { continued } = recordings[Number(dataset['recording'])] ?? {};
  if (continued === undefined || typeof continued === 'string') return;
  const { asked } = continued;
  const note = 'The calls of the recording, answered by the rules; what is written are symbols.';
  if (!show({ ...asked, calls: asked.calls.slice(0, Number(dataset['steps'])) }, note)) return;
  element('recordings').hidden = true;
  element('answer').focus();
}

function clicked(event: MouseEvent): void {
  const target = event.target as HTMLElement;
  const link = target.closest<HTMLAnchorElement>('a[href^="#"]');
  // The address is that of the sequence, and no link changes it.
  if (link !== null) {
    event.preventDefault();
    goTo(link.hash.slice(1));
    return;
  }
  const button = target.closest('button');
  const call = button?.form === null ? callOf(button.dataset['key'] ?? '') : undefined;
  if (call !== undefined) make(call);
  const taken = button?.dataset['do'] === 'take' ? searches.offeredIn(button.parentElement?.id ?? '') : undefined;
  if (taken !== undefined && show(taken)) element('answer').focus();
  if (button?.dataset['do'] === 'continue') goOn(button);
  if (button?.dataset['do'] === 'close') element('recordings').hidden = true;
}

/** What is asked for in the address. */
function readAddress(): void {
  const asked = askedIn(location.hash.slice(1));
  if (typeof asked === 'string') say('problem', `${asked}.`);
  else show(asked);
}

function listen(): void {
  const on = (id: string, does: () => void): void => element(id).addEventListener('click', does);
  on('undo', () => show({ ...now.asked, calls: now.asked.calls.slice(0, -1) }));
  on('clear', () => show({ ...now.asked, calls: [] }));
  on('break', () => searches.forBreak(now));
  on('differ', () => searches.forDifference(now));
  for (const id of ['cancel-break', 'cancel-differ']) on(id, () => searches.cancel());
  document.addEventListener('click', clicked);
  element('find').addEventListener('input', findCalls);
  element('settings').addEventListener('change', set);
  element('calls').addEventListener('submit', (event) => {
    event.preventDefault();
    make(chosenIn(event.target as HTMLFormElement));
  });
  element('calls').addEventListener('change', ({ target }) => {
    const form = (target as HTMLSelectElement).form;
    const output = form?.querySelector('output');
    if (form && output) output.textContent = `→ ${answerTo(now, chosenIn(form))}`;
  });
  const file = field('file');
  file.addEventListener('change', () => void load(file.files?.[0]));
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    void load(event.dataTransfer?.files[0]);
  });
  addEventListener('hashchange', readAddress);
}

function set({ target }: Event): void {
  const { name, value } = target as HTMLSelectElement;
  const [call = '', clause = ''] = value.split(':');
  const without = value === '' ? undefined : { call, clause };
  const change = name === 'without' ? { without } : { [name]: value === '' ? undefined : value };
  const { asked, note } = changed(now.asked, change);
  show(asked, note);
  element('settings')
    .querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`)
    ?.focus();
}

function begin(): void {
  listen();
  const file = location.hash === '' ? document.getElementById('given')?.textContent : undefined;
  const asked = location.hash === '' ? usual : askedIn(location.hash.slice(1));
  if (typeof asked === 'string') say('problem', `${asked}.`);
  // What the address asks for may not be there: the page says why, and has this.
  if (typeof asked === 'string' || !show(asked)) take(opened(usual) as Opened);
  if (!file) return;
  const { name, text } = JSON.parse(file) as { name: string; text: string };
  open(name, text);
}

begin();
