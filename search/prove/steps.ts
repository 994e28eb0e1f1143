/** Laws of steps, as they are asked of a call: about the state that it began in, and the one in which it ends. */
import { families } from '../../spec/fields.ts';
import { forCall, isAmong } from '../../spec/language/for-call.ts';
import { answerName, doneName } from '../../spec/language/term.ts';
import type { Bool } from '../../spec/language/term.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import type { Rule } from '../../spec/rule.ts';
import type { Each } from '../../properties/property.ts';
import { opaque, sceneOf } from './scene.ts';
import { conjunction, smtBool, variable, withNames } from './smt.ts';
import type { Fields, Scene } from './smt.ts';

/** What a law says of one call. */
export interface AboutCall {
  readonly law: Each;
  readonly holds: Bool;
}

export const aboutCall = (laws: readonly Each[], rule: Rule): readonly AboutCall[] =>
  laws
    .filter((law) => isAmong(law, { call: rule.call, actor: rule.actor }))
    .map((law) => ({ law, holds: forCall(law.holds, { call: rule.call, actor: rule.actor }) }));

/** What came of a call. */
export interface Ended {
  readonly start: Fields;
  readonly now: Fields;
  /** Whether the call is done, as a condition. */
  readonly isDone: string;
  readonly answer: string;
  readonly names: ReadonlyMap<string, string>;
}

/** A law of one member of its family, by the numbers of the member. */
export function saidOf(
  { law, holds }: AboutCall,
  ended: Ended,
  member: readonly string[],
  most?: Scene['most'],
): string {
  const finite = most === undefined ? {} : { most };
  const scene: Scene = { ...sceneOf(ended.now), ...finite, former: { fields: ended.start, opaque } };
  const own = membersOf(law).map((name, i) => [name, member[i] ?? ''] as const);
  const ofCall = [...ended.names, [doneName, ended.isDone], [answerName, ended.answer]] as const;
  return smtBool(holds, withNames(scene, [...ofCall, ...own]));
}

/** What laws say of all that a loop has done since it began, whatever comes of the call. */
export function keptByLoop(
  laws: readonly AboutCall[],
  rule: Rule,
  names: Ended['names'],
  start: Fields,
  now: Fields,
): string {
  const ended: Ended = { start, now, names, isDone: isDoneOf(rule), answer: '0' };
  const said = ofLoops(laws).map((one) => {
    const member = membersOf(one.law).map(() => variable());
    const holds = saidOf(one, ended, member);
    return member.length === 0 ? holds : `(forall (${member.map((name) => `(${name} Int)`).join(' ')}) ${holds})`;
  });
  return conjunction(said);
}

/** Laws that ask for no answer: of a loop there is none. */
export const ofLoops = (laws: readonly AboutCall[]): readonly AboutCall[] =>
  laws.filter(({ holds }) => !touchesOf(holds).names.has(answerName));
export const isDoneOf = ({ call }: Rule): string => `done.${call}`;

/** The names by which a law speaks of a member. */
export const membersOf = ({ over }: Each): readonly string[] => (over === 'call' ? [] : families[over]);
