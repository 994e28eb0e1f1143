/** How commands speak: results on standard output, one line for each mistake on standard error, four exit statuses. */

export const exitStatus = { holds: 0, violated: 1, usage: 2, interrupted: 130 } as const;

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Say what went wrong beside what was asked for. */
export function warn(problem: string): void {
  process.stderr.write(`pvm-spec: ${problem}\n`);
}

/** End the command: the user asked for something that cannot be. */
export function fail(problem: string): never {
  warn(problem);
  process.exit(exitStatus.usage);
}
