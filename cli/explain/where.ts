/** Of which page, VM or vCPU something is lost. */
import type { Ran } from './story.ts';

/** In parentheses; nothing where it is none of them, or nothing is lost. */
export function whereOf({ broken, system, names }: Ran): string {
  if (broken === undefined) return '';
  const { index, property } = broken.violation;
  const { pages, gfns, vcpus } = system.config;
  const vm = (entry: number): string => names[broken.length]?.[entry] ?? `VM${entry}`;
  switch (property.over) {
    case 'page':
      return ` (${pages[index]?.name ?? ''})`;
    case 'mapping':
      return ` (${vm(Math.floor(index / gfns.length))} ${gfns[index % gfns.length]?.name ?? ''})`;
    case 'vm':
      return ` (${vm(index)})`;
    case 'vcpu':
      return ` (vCPU ${index % vcpus} of ${vm(Math.floor(index / vcpus))})`;
    default:
      return '';
  }
}
