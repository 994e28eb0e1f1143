/** A counterexample, read and run again: what it is called, what breaks under what, and how that is drawn. */
import { clauses } from '../../spec/clauses.generated.ts';
import { isAboutEvidence, parseEvidence } from '../../mutants/evidence/file.ts';
import { isAboutImage, parseImage } from '../../mutants/images/file.ts';
import { parseCounterexample } from '../../search/counterexamples/file.ts';
import type { Counterexample } from '../../search/counterexamples/file.ts';
import { isLaw } from '../../properties/property.ts';
import { isOfMachine } from '../../search/machine/counterexample.ts';
import { wrapped } from './columns.ts';
import { reportEvidence } from './evidence.ts';
import type { VerifierReport } from './evidence.ts';
import { reportFault } from './fault.ts';
import { reportImage } from './image.ts';
import { isPlain, reportPlain } from './plain.ts';
import type { Said } from './plain.ts';
import { scenesOf } from './scenes.ts';
import type { Scenes } from './scenes.ts';
import { storyOf } from './story.ts';
import { drawing, withTheRule } from './text.ts';
import { whereOf } from './where.ts';

export interface Shown {
  readonly name: string;
  /** What is lost, in a few words: no two counterexamples have the same. */
  readonly title: string;
  /** The guard or the fault, and the clause that breaks. */
  readonly without?: { readonly call: string; readonly clause: string } | undefined;
  /** The call that breaks it without that guard. */
  readonly last?: string;
  readonly fault?: string | undefined;
  readonly breaks: string;
  /** `without DONATE-OWNED`, `with owner-not-asked`, `under linux-7.3`. */
  readonly under: string;
  /** How often it was asked what it is about, and where it broke, by which statement; nothing if it does not break. */
  readonly steps: number;
  readonly broken: { readonly step: number; readonly statement: string } | undefined;
  /** What is wrong, where it was real, and what the attacker does. */
  readonly mistake?: string | undefined;
  readonly known?: string | undefined;
  readonly story?: string | undefined;
  readonly drawing: readonly string[];
  /** The run itself, where it is one of the rules: what is drawn, as data. */
  readonly scenes?: Scenes | undefined;
  /** In one line each, what would have been without the fault or with the guard, and what is lost. */
  readonly ending?: readonly string[];
  /** What else there is to see, in a terminal. */
  readonly details?: readonly string[];
}

/** What a text shows, or in one line why nothing; of plain files the name says what they are. */
export function show(text: string, file = ''): Shown | string {
  if (isPlain(file)) {
    const plain = reportPlain(file, text);
    return typeof plain === 'string' ? plain : ofVerifier(plain.said, plain.report);
  }
  const parse = isAboutEvidence(text) ? parseEvidence : isAboutImage(text) ? parseImage : parseCounterexample;
  const given = parse(text);
  if (typeof given === 'string') return given;
  if (!(given.breaks in clauses)) return `breaks: no clause ${given.breaks}`;
  if ('evidence' in given) return ofVerifier(given, reportEvidence(given));
  if ('image' in given) return ofVerifier(given, reportImage(given));
  return given.fault !== undefined || isOfMachine(given) ? ofFault(given) : ofRules(given);
}

function ofRules(given: Counterexample): Shown | string {
  const story = storyOf(given);
  if (typeof story === 'string') return story;
  const { broken } = story;
  const { name, without, breaks, profile, calls } = given;
  const law = broken?.violation.property;
  const last = calls.at(-1)?.call ?? '';
  const loss = law === undefined || !isLaw(law) ? `${breaks} holds` : law.loss;
  const scenes = scenesOf(story);
  const ending = [...withTheRule(story), ...(broken ? [`✗ ${loss}${whereOf(story)}`] : [])];
  return {
    name,
    title: without === undefined ? `${profile}: ${loss}` : `${last} without ${without.clause}: ${loss}`,
    without,
    last,
    breaks,
    under: without === undefined ? `under ${profile}` : `without ${without.clause}`,
    steps: calls.length,
    broken: broken && law && { step: broken.length, statement: law.statement },
    story: given.story,
    drawing: [...drawing(scenes), '', ...ending.flatMap((line) => wrapped(line, '  '))],
    scenes,
    ending,
  };
}

function ofFault(given: Counterexample): Shown | string {
  const report = reportFault(given);
  if (typeof report === 'string') return report;
  const { name, fault, breaks, calls, story } = given;
  const { title, mistake, known, broken, lines, scenes, ending } = report;
  return {
    ...{ name, title, fault, breaks, mistake, known, story },
    under: fault === undefined ? 'on the model' : `with ${fault}`,
    steps: calls.length,
    broken: broken && { step: broken.length, statement: broken.statement },
    drawing: lines,
    scenes,
    ...(ending && { ending }),
  };
}

/** A fault of a verifier: of evidence, of images, of logs or of keys. */
function ofVerifier(
  { name, fault, breaks, decided, specified, story }: Said,
  report: VerifierReport | string,
): Shown | string {
  if (typeof report === 'string') return report;
  const { title, mistake, known, broken, lines, details } = report;
  const statement = `decided is ${decided}, and specified ${specified}`;
  return {
    ...{ name, title, fault, breaks, mistake, known, story },
    under: `with ${fault}`,
    steps: 1,
    broken: broken === breaks ? { step: 1, statement } : undefined,
    drawing: lines.flatMap((line) => wrapped(line, '  ')),
    details,
  };
}
