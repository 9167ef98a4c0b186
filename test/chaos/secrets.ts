import { config } from './config.ts';
import type { Played } from './play.ts';
import { artifactSecret } from './world.ts';

/** All temporary keys that AWS has given us in this run. */
const given = ({ effects }: Played): string[] =>
  effects.flatMap(({ operation, answer }) => {
    if (operation === 'AssumeRole') return [answer.Credentials.SecretAccessKey, answer.Credentials.SessionToken];
    if (operation !== 'PollForJobs') return [];
    return answer.jobs.flatMap(({ data }: { data?: { artifactCredentials?: Record<string, string> } }) => {
      const { secretAccessKey, sessionToken } = data?.artifactCredentials ?? {};
      return [secretAccessKey, sessionToken].filter((key) => typeof key === 'string');
    });
  });

/** Everything that we say to anybody, piece by piece: where it is said, and the text. */
async function said({ stage, effects, events, executions }: Played): Promise<[string, string][]> {
  const admin = stage.admin(config.build.account);
  const histories = await Promise.all(
    [...executions.values()].flat().map(async (executionArn): Promise<[string, string]> => {
      const history = await admin('states', 'GetExecutionHistory', { executionArn, maxResults: 1000 });
      return ['the history of an execution', JSON.stringify(history)];
    }),
  );
  const calls = effects.filter(({ operation }) => /^(Put|Update|Register|Start|Tag)/.test(operation));
  return [
    ['the log', stage.log.join('')],
    ...histories,
    ...events.map((event): [string, string] => [`an event of ${event.source}`, JSON.stringify(event)]),
    ...calls.map(({ operation, input }): [string, string] => [operation, JSON.stringify(input)]),
  ];
}

/** 5. No credential and no content of an artifact in anything that is said. */
export async function secretsIn(played: Played): Promise<string[]> {
  const secrets = [...new Set(given(played)), artifactSecret];
  const all = await said(played);
  return (
    all
      // The pipeline itself puts the artifact where it belongs.
      .filter(([where]) => where !== 'PutObject')
      .flatMap(([where, text]) => (secrets.some((secret) => text.includes(secret)) ? [`a secret is in ${where}`] : []))
  );
}
