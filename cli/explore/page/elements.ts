/** The elements of the page, and how parts of it are filled again without losing one's place. */
import type { Html } from '../../report/html.ts';

export function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`unreachable: the page has no ${id}`);
  return found;
}

export function field(id: string): HTMLInputElement {
  const found = element(id);
  if (!(found instanceof HTMLInputElement)) throw new Error(`unreachable: ${id} is no field`);
  return found;
}

export function enable(id: string, can: boolean): void {
  element(id).toggleAttribute('disabled', !can);
}

/** Everything in it is text that `html` has escaped. */
export function fill(id: string, content: Html): void {
  element(id).innerHTML = content.text;
}

export function say(id: string, text: string): void {
  element(id).textContent = text;
}

/** Fills the list of calls: what was open stays so, and the focus is where it was, or on the call that it was in. */
export function fillCalls(content: Html): void {
  const calls = element('calls');
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
  const key = calls.contains(focused ?? null) ? focused?.dataset['key'] : undefined;
  const inside = focused?.closest('details')?.dataset['call'];
  const open = new Set([...calls.querySelectorAll('details[open]')].map((one) => (one as HTMLElement).dataset['call']));
  calls.innerHTML = content.text;
  for (const one of calls.querySelectorAll('details')) one.open = open.has(one.dataset['call']);
  if (key === undefined) return;
  const again = calls.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  const call = calls.querySelector<HTMLElement>(`details[data-call="${CSS.escape(inside ?? '')}"]`);
  const isSame = again?.closest('details') === call;
  (isSame ? again : call?.querySelector('summary'))?.focus();
}

/** Of the steps the last is marked, and its guards are open. */
export function markLast(id: string): void {
  const part = element(id);
  const steps = [...part.querySelectorAll('.step')];
  steps.forEach((step, i) => {
    const isLast = i === steps.length - 1;
    step.classList.toggle('is-now', isLast);
    const guards = step.querySelector('details');
    if (guards !== null) guards.open = isLast;
  });
  for (const life of part.querySelectorAll('.life')) {
    const states = [...life.querySelectorAll('.state')];
    states.at(-1)?.classList.add('is-now');
  }
  const lives = part.querySelector('.lives');
  if (lives !== null) lives.scrollLeft = lives.scrollWidth;
}
