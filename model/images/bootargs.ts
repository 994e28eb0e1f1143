/** Boot arguments, one by one, and which of the host's a guest gets that cannot be debugged. */
import type { DebugFeatures } from '../../spec/images/config-pieces.ts';

const isSpace = (character: string): boolean => /\s/.test(character);

/** Arguments end at a space outside of quotes in their value. */
export function argumentsIn(line: string): readonly string[] {
  const found: string[] = [];
  let [now, inQuotes, inValue] = ['', false, false];
  for (const character of `${line} `) {
    if (inValue && character === '"') inQuotes = !inQuotes;
    if (isSpace(character) && !inQuotes) {
      if (now !== '') found.push(now);
      [now, inValue] = ['', false];
    } else {
      now += character;
      inValue ||= character === '=';
    }
  }
  return inQuotes ? [...found, now.slice(0, -1)] : found;
}

/** What is left of the host's arguments. */
export const allowedOf = (line: string, { ramdump, log }: DebugFeatures): readonly string[] =>
  argumentsIn(line).filter((argument) => {
    const name = argument.split('=', 1)[0];
    if (name === 'panic') return argument === 'panic=-1';
    return name === 'coherent_pool' || (name === 'crashkernel' && ramdump) || (name === 'console' && log);
  });
