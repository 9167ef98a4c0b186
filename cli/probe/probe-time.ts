import { readResponseBody } from './context.ts';
import { toAnswered, toNotObserved } from './finding.ts';
import { defineProbe } from './probe.ts';
import { hasOffset } from './time-text.ts';

interface SeenTimes {
  times: string[];
}

/** The times in an answer in XML: when the account's roles were created. */
export const timeProbe = defineProbe<SeenTimes>({
  settles: ['time-format'],
  needs: [],
  async observe(context, seen) {
    const body = await readResponseBody(context, 'iam', 'ListRoles', { MaxItems: 10 });
    seen.times = [...body.matchAll(/<CreateDate>([^<]+)<\/CreateDate>/g)].map(([, time = '']) => time);
  },
  judge: ({ times }) => {
    if (times === undefined) return {};
    if (times.length === 0) return { 'time-format': toNotObserved('no role') };
    return { 'time-format': toAnswered(times.some(hasOffset) ? 'offset' : 'Z', { times: times.length }) };
  },
});
