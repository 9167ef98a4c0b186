import { formatArn } from '../core/parsing/partition.ts';
import type { Installation } from './installation.ts';
import { allowStatement, type Statement } from './policy.ts';

/** E-mail about deployments: a topic with one subscription, to which announce-end publishes. The embedded AWS sends no e-mail. */
export interface NotificationDeclaration {
  topic: { name: string; arn: string };
  email: string;
}

/** The topic for the e-mail that `notify` in the configuration asks for. Undefined without an address. */
export function declareNotification(installation: Installation): NotificationDeclaration | undefined {
  const email = installation.config.notify?.email;
  if (email === undefined) return undefined;
  const name = installation.names.of('notifications');
  return { topic: { name, arn: formatArn('sns', installation, name) }, email };
}

/** The topics that announce-end publishes to, by the names of its environment variables. */
export function listNotificationTopics(installation: Installation): Record<string, string> {
  const own = declareNotification(installation)?.topic.arn;
  const chat = installation.config.notify?.topic;
  return { ...(own && { EMAIL_TOPIC: own }), ...(chat && { CHAT_TOPIC: chat }) };
}

/** The permission of announce-end to publish to these topics, if there are any. */
export const allowNotifications = (installation: Installation): Statement[] => {
  const topics = Object.values(listNotificationTopics(installation));
  return topics.length === 0 ? [] : [allowStatement('Notify', ['sns:Publish'], { on: topics })];
};
