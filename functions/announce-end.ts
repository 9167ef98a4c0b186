import * as z from 'zod';
import config from '#config';
import { isTableUnavailable } from '../aws/dynamodb.ts';
import { type ClockAndLogger, createLambdaHandler } from '../aws/lambda.ts';
import { readLedgerEntries } from '../aws/ledger.ts';
import { publishToTopic } from '../aws/sns.ts';
import { defaultStage, resourceNames } from '../core/config/resource-names.ts';
import { parseWithSchema } from '../core/parsing/validation.ts';
import { computeDeliveryMetricValues, createDeliveryMetric } from '../core/reporting/delivery-metric.ts';
import { parseEndEvent } from '../core/reporting/end-event.ts';
import type { LedgerEntry } from '../core/reporting/ledger.ts';
import { createChatMessage, createEmail, createEndNotice } from '../core/reporting/notification.ts';

/** The topics that the configuration requests. */
const environmentSchema = z.object({ EMAIL_TOPIC: z.string().optional(), CHAT_TOPIC: z.string().optional() });

/** The number of earlier entries that are read to find failed deployments after which the service works again. */
const maxEntriesRead = 50;

/**
 * A rule on Gantry's own events invokes this function. It sends the e-mail and the chat message about a deployment that ended. Afterwards it logs the
 * delivery metrics. If a message cannot be sent, this function fails before it logs the metrics, so that a retry counts the deployment once.
 */
export const handler = createLambdaHandler(parseEndEvent, async (entry, clockAndLogger): Promise<void> => {
  await sendMessages(entry);
  // The end was counted when it was reported. An event with `rollback` is about a rollback that continued after the report.
  if (entry.rollback === undefined) await logMetrics(entry, clockAndLogger);
});

async function sendMessages(entry: LedgerEntry): Promise<void> {
  const topics = parseWithSchema(environmentSchema, process.env, { what: 'The environment of announce-end' });
  const notice = createEndNotice(entry, config.build);
  const { subject, text } = createEmail(notice);
  const chat = JSON.stringify(createChatMessage(notice, entry));
  await Promise.all([
    topics.EMAIL_TOPIC && publishToTopic(topics.EMAIL_TOPIC, { subject, text }),
    topics.CHAT_TOPIC && publishToTopic(topics.CHAT_TOPIC, { text: chat }),
  ]);
}

async function logMetrics(entry: LedgerEntry, { logger }: ClockAndLogger): Promise<void> {
  const earlier = await readLedgerEntries(entry.service, maxEntriesRead);
  if (isTableUnavailable(earlier)) logger.warn('The recovery time is not known', { why: earlier.unavailable });
  const figures = computeDeliveryMetricValues(entry, isTableUnavailable(earlier) ? [] : earlier);
  const { prefix } = resourceNames(config, process.env.STAGE ?? defaultStage);
  const metric = createDeliveryMetric(entry, figures, prefix);
  if (metric !== undefined) logger.info('A deployment ended', metric);
}
