/** Several findings one after the other: each is tried, and the worst that came of one is what came of all. */
import { TargetProblem } from '../../targets/problem.ts';
import { exitStatus, Refused, warn } from '../output.ts';

/** The largest exit status; one that cannot be asked about is told in one line, with the reason. */
export async function worstOf(names: readonly string[], ask: (name: string) => Promise<number>): Promise<number> {
  let status: number = exitStatus.holds;
  for (const name of names) {
    try {
      status = Math.max(status, await ask(name));
    } catch (error) {
      if (![Refused, TargetProblem].some((one) => error instanceof one)) throw error;
      warn(`${name}: could not be asked: ${(error as Error).message}`);
      status = exitStatus.usage;
    }
  }
  return status;
}
