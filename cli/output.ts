/** How commands speak: results on standard output, one line for each mistake on standard error, four exit statuses. */

export const exitStatus = { holds: 0, violated: 1, usage: 2, interrupted: 130 } as const;

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Say what went wrong beside what was asked for. */
export function warn(problem: string): void {
  process.stderr.write(`pvm-spec: ${problem}\n`);
}

/** What the user asked for cannot be: why, in one line. */
export class Refused extends Error {}

/** What an attempt gives; one that is refused ends the command. */
export function orFail<T>(attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof Refused) fail(error.message);
    throw error;
  }
}

/** End the command: the user asked for something that cannot be. */
export function fail(problem: string): never {
  warn(problem);
  process.exit(exitStatus.usage);
}
