import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { createDeploymentEvent, eventSource } from '../core/reporting/deployment-event.ts';
import type { LedgerEntry } from '../core/reporting/ledger.ts';

const eventbridge = new EventBridgeClient({
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
});

/**
 * Publishes an event about a ledger entry on the default bus. Returns the reason if this fails. Never throws, because no deployment may fail because of an
 * event.
 */
export async function publishLedgerEvent(entry: LedgerEntry): Promise<string | undefined> {
  const { detailType, detail, resources } = createDeploymentEvent(entry);
  const event = { Source: eventSource, DetailType: detailType, Detail: JSON.stringify(detail), Resources: resources };
  try {
    // PutEvents answers 200 even if it accepted no event (API_PutEvents, `FailedEntryCount`).
    const { Entries = [] } = await eventbridge.send(new PutEventsCommand({ Entries: [event] }));
    const [refused] = Entries.filter(({ ErrorCode }) => ErrorCode !== undefined);
    return refused && `${refused.ErrorCode}: ${refused.ErrorMessage}`;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}
