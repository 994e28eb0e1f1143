/** What is known of a machine that stopped. */
import type { Panic } from '../../spec/target.ts';
import type { MachineDied } from './driver.ts';

/** What the console says when the hypervisor itself stops the machine. */
const hypervisorStops = /HYP panic|nVHE hyp (BUG|panic)|kvm \[\d+\]:.*(BUG|panic)/;

export function panicOf(death: MachineDied): Panic {
  const text = death.console
    .filter((line) => hypervisorStops.test(line))
    .map((line) => line.replace(/^\[[^\]]*\] /, ''));
  if (death.hung) return { panic: 'hang', message: [...text, death.message].join(' / ') };
  const message = text.length > 0 ? text.join(' / ') : `${death.message}: ${death.console.slice(-3).join(' / ')}`;
  return { panic: 'EL2', message };
}
