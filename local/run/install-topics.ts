import type { SystemDeclaration } from '../../infra/system.ts';
import type { Administrator } from './accounts.ts';

/** Creates the topics that announce-end publishes to: Gantry's own for e-mail, and the one for chat messages, which exists before Gantry. */
export async function installTopics(admin: Administrator, { functions }: SystemDeclaration): Promise<void> {
  const topics = functions
    .filter(({ file }) => file === 'announce-end')
    .flatMap(({ environment }) => [environment.EMAIL_TOPIC, environment.CHAT_TOPIC]);
  for (const arn of topics) if (arn !== undefined) await admin('sns', 'CreateTopic', { Name: arn.split(':').at(-1) });
}
