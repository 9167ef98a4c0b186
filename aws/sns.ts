import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';

const sns = new SNSClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true },
});

/** Publishes a message to a topic of the build account and Region. Throws SNS's error. */
export async function publishToTopic(
  topic: string,
  { subject, text }: { subject?: string; text: string },
): Promise<void> {
  await sns.send(new PublishCommand({ TopicArn: topic, Subject: subject, Message: text }));
}
