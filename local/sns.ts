import { z } from 'zod';
import type { PolicyDocument } from '../policy-evaluator/caller.ts';
import { AwsError } from './aws-error.ts';
import type { AwsService, Call, Cloud } from './cloud.ts';
import { defineOperation } from './define-operation.ts';
import { parsePolicy } from './parse-policy.ts';
import { regionalArn } from './partition.ts';

/** A message that was published to a topic. The emulator delivers it to nobody. */
export interface PublishedMessage {
  topic: string;
  subject?: string | undefined;
  message: string;
}

interface Topic {
  arn: string;
  policy?: PolicyDocument;
}

interface Topics {
  cloud: Cloud;
  byArn: Map<string, Topic>;
  published: PublishedMessage[];
}

const topicsByCloud = new WeakMap<Cloud, Topics>();

const getTopics = (cloud: Cloud): Topics => {
  const topics = topicsByCloud.get(cloud) ?? { cloud, byArn: new Map(), published: [] };
  topicsByCloud.set(cloud, topics);
  return topics;
};

/** Returns every message that was published to a topic of the cloud, oldest first. */
export const listPublishedMessages = (cloud: Cloud): PublishedMessage[] => getTopics(cloud).published;

const topicArnSchema = z.string().max(2048);
const createSchema = z.strictObject({ Name: z.string().regex(/^[\w-]{1,256}$/, 'Topic Name') });
const attributeSchema = z.strictObject({
  TopicArn: topicArnSchema,
  AttributeName: z.literal('Policy'),
  AttributeValue: z.string(),
});
const publishSchema = z.strictObject({ TopicArn: topicArnSchema, Subject: z.string().optional(), Message: z.string() });

/** The limits of a message and of its subject (docs.aws.amazon.com/sns/latest/api/API_Publish.html). */
function checkMessage({ Subject, Message }: z.infer<typeof publishSchema>): void {
  const isBadSubject = Subject !== undefined && !/^[!-~][ -~]{0,99}$/.test(Subject);
  const parameter = isBadSubject ? 'Subject' : Message === '' || Buffer.byteLength(Message) > 262_144 ? 'Message' : '';
  if (parameter !== '') throw new AwsError('InvalidParameter', `Invalid parameter: ${parameter}`);
}

/** SNS has its own error code for a denied request (botocore sns `AuthorizationErrorException`). */
const authorize = (call: Call, action: string, arn: string, policy?: PolicyDocument): Promise<void> =>
  call.allow(action, arn, policy === undefined ? {} : { policy }).catch((error: unknown) => {
    throw error instanceof AwsError ? new AwsError('AuthorizationError', error.message, 403) : error;
  });

const getTopic = (topics: Topics, arn: string): Topic => {
  const topic = topics.byArn.get(arn);
  if (topic === undefined) throw new AwsError('NotFound', 'Topic does not exist', 404);
  return topic;
};

async function publish(topics: Topics, input: z.infer<typeof publishSchema>, call: Call) {
  // Without a policy of its own, a topic admits its account (SNS Developer Guide, "Default policy").
  await authorize(call, 'sns:Publish', input.TopicArn, topics.byArn.get(input.TopicArn)?.policy);
  const topic = getTopic(topics, input.TopicArn);
  checkMessage(input);
  topics.published.push({ topic: topic.arn, subject: input.Subject, message: input.Message });
  return { MessageId: topics.cloud.uuid() };
}

/** SNS: CreateTopic, SetTopicAttributes for the policy, and Publish. */
export function sns(cloud: Cloud): AwsService {
  const topics = getTopics(cloud);
  return {
    name: 'sns',
    protocol: 'query',
    namespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
    operations: {
      CreateTopic: defineOperation(createSchema, async ({ Name }, call) => {
        const arn = regionalArn('sns', { account: call.caller.account, region: call.region }, Name);
        await authorize(call, 'sns:CreateTopic', arn);
        topics.byArn.set(arn, topics.byArn.get(arn) ?? { arn });
        return { TopicArn: arn };
      }),
      SetTopicAttributes: defineOperation(attributeSchema, async ({ TopicArn, AttributeValue }, call) => {
        await authorize(call, 'sns:SetTopicAttributes', TopicArn);
        getTopic(topics, TopicArn).policy = parsePolicy(AttributeValue, 'InvalidParameter');
      }),
      Publish: defineOperation(publishSchema, (input, call) => publish(topics, input, call)),
    },
  };
}
