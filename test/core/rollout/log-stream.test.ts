import { describe, expect, it } from 'vitest';
import { findLogStream } from '../../../core/rollout/log-stream.ts';

const task = 'a'.repeat(32);
const at = { container: 'app', task, cluster: 'arn:aws:ecs:eu-west-1:222222222222:cluster/main' };
const firelens = (options: Record<string, string>) => ({ logDriver: 'awsfirelens', options });
const router = (logConfiguration?: object) => ({
  name: 'log_router',
  firelensConfiguration: { type: 'fluentbit' },
  logConfiguration,
});
const awslogs = { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/router', 'awslogs-stream-prefix': 'fl' } };
const group = { log_group_name: '/ecs/web' };

describe('the log stream of a container with FireLens', () => {
  it.each<[what: string, logConfiguration: object, stream: object | undefined, routerLog?: object]>([
    [
      'is named by its prefix and tag',
      firelens({ Name: 'cloudwatch_logs', region: 'eu-west-1', ...group, log_stream_prefix: 'web-' }),
      { group: '/ecs/web', stream: `web-app-firelens-${task}`, region: 'eu-west-1' },
    ],
    [
      'is named as the options say',
      firelens({ Name: 'cloudwatch', ...group, log_stream_name: 'web' }),
      { group: '/ecs/web', stream: 'web' },
    ],
    [
      'is named by the task and the cluster',
      firelens({
        name: 'cloudwatch_logs',
        log_group_name: '/ecs/$(ecs_cluster)',
        log_stream_name: 'web/$(ecs_task_id)',
      }),
      { group: '/ecs/main', stream: `web/${task}` },
    ],
    [
      'is not known with any other variable',
      firelens({ Name: 'cloudwatch_logs', ...group, log_stream_name: '$(uuid)' }),
      undefined,
    ],
    ['is not known without a name', firelens({ Name: 'cloudwatch_logs', ...group }), undefined],
    ['is not known without a group', firelens({ Name: 'cloudwatch_logs', log_stream_name: 'web' }), undefined],
    [
      'is that of the log router if it prints the lines',
      firelens({ Name: 'stdout' }),
      { group: '/ecs/router', stream: `fl/log_router/${task}` },
      awslogs,
    ],
    [
      'is unknown if the log router logs elsewhere',
      firelens({ Name: 'stdout' }),
      undefined,
      { logDriver: 'splunk', options: {} },
    ],
    ['is absent in another service', firelens({ Name: 'kinesis_firehose', delivery_stream: 'x' }), undefined, awslogs],
    ['is absent if a file configures the router', firelens({}), undefined, awslogs],
  ])('%s', (_, logConfiguration, stream, routerLog) => {
    const found = findLogStream([router(routerLog), { name: 'app', logConfiguration }], at);
    if (stream === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject({ container: 'app', task, ...stream });
  });

  it.each([
    ['a record of the container', JSON.stringify({ container_name: 'app', log: 'boom' }), 'boom'],
    ['a record on EC2', JSON.stringify({ container_name: '/ecs-web-13-app-c0ffee', log: 'boom' }), 'boom'],
    ['a record of another container', JSON.stringify({ container_name: 'proxy', log: 'GET /' }), undefined],
    ['a line alone', 'boom', 'boom'],
    ['a line that is JSON', '{"level":"error"}', '{"level":"error"}'],
  ])('reads %s', (_, message, line) => {
    const options = firelens({ Name: 'cloudwatch_logs', ...group, log_stream_name: 'web' });
    expect(findLogStream([{ name: 'app', logConfiguration: options }], at)?.read(message)).toBe(line);
  });
});
