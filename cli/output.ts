/** How commands speak: results on standard output, one line for each mistake on standard error, four exit statuses. */

export const exitStatus = { holds: 0, violated: 1, usage: 2, interrupted: 130 } as const;

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** End the command: the user asked for something that cannot be. */
export function fail(problem: string): never {
  process.stderr.write(`pvm-spec: ${problem}\n`);
  process.exit(exitStatus.usage);
}
