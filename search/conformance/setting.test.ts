import { expect, test } from 'vitest';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { describedAs } from './campaign/by-the-rules.ts';
import { campaignHeader, campaignSurvey } from './campaign/scope.ts';
import { settingOf } from './check.ts';

const about = describedAs(linux73);
const header = campaignHeader(about, linux73);
const surveyWith = (change: (survey: ReturnType<typeof campaignSurvey>) => void) => {
  const survey = campaignSurvey(about, linux73);
  change(survey);
  return survey;
};
const usual = settingOf(header, campaignSurvey(about, linux73), linux73);

test('what is compiled for a header is there when it is asked for again', () => {
  const again = settingOf(structuredClone(header), campaignSurvey(about, linux73), linux73);
  expect(again.system).toBe(usual.system);
  expect(again.names).toBe(usual.names);
});

test.each<[string, Parameters<typeof surveyWith>[0]]>([
  ['a frame', ({ gfns }) => gfns.add(777)],
  ['an offset', ({ offsets }) => offsets.add(2048)],
  ['a vCPU', (survey) => survey.vcpus++],
  ['a CPU', (survey) => survey.cpus++],
])('%s more is another configuration', (_, change) => {
  expect(settingOf(header, surveyWith(change), linux73).system.config).not.toEqual(usual.system.config);
});

test('so is a page more', () => {
  const more = { ...header, pages: [...header.pages, 'P99'] };
  expect(settingOf(more, campaignSurvey(about, linux73), linux73).names.pages.has('P99')).toBe(true);
});
