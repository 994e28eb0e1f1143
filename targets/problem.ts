/** A target could not be asked. The message is one line for whoever wanted to. */
const longest = 500;

export class TargetProblem extends Error {
  constructor(message: string) {
    super(oneLine(message));
  }
}

/** What a program or a machine said: nothing in it moves the cursor of a terminal. */
const oneLine = (text: string): string => {
  const line = text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
};
