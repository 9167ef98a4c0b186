import { CreateTopicCommand, PublishCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { listPublishedMessages, sns } from '../../local/sns.ts';
import { buildAccountId, startCloud, testAccountId } from '../start.ts';
import { catchError } from './bucket.ts';

const { cloud, as } = await startCloud(sns);
const owner = new SNSClient(as(buildAccountId));
const other = new SNSClient(as(testAccountId));
const { TopicArn } = await owner.send(new CreateTopicCommand({ Name: 'releases' }));

describe('a topic', () => {
  it('takes the messages of its own account', async () => {
    await owner.send(new PublishCommand({ TopicArn, Subject: 'Failed: test/web', Message: 'why' }));
    expect(listPublishedMessages(cloud)).toContainEqual({
      topic: TopicArn,
      subject: 'Failed: test/web',
      message: 'why',
    });
  });

  it('takes the messages of another account only if its policy admits that account', async () => {
    const publish = () => catchError(other.send(new PublishCommand({ TopicArn, Message: 'theirs' })));
    expect(await publish()).toMatchObject({ name: 'AuthorizationErrorException' });
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Other',
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${testAccountId}:root` },
          Action: 'sns:Publish',
          Resource: TopicArn,
        },
      ],
    });
    await owner.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue: Policy }));
    expect(await publish()).toBe('no error');
  });

  it.each([
    ['an unknown topic', { TopicArn: `${TopicArn}-2`, Message: 'x' }, 'NotFoundException'],
    ['a subject with a line break', { TopicArn, Subject: 'a\nb', Message: 'x' }, 'InvalidParameterException'],
    ['a subject of 101 characters', { TopicArn, Subject: 'a'.repeat(101), Message: 'x' }, 'InvalidParameterException'],
    ['an empty message', { TopicArn, Message: '' }, 'InvalidParameterException'],
  ])('refuses %s', async (_what, input, name) => {
    expect(await catchError(owner.send(new PublishCommand(input)))).toMatchObject({ name });
  });
});
