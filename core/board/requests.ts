import * as z from 'zod';
import type { ActionKind } from './cell-data.ts';

/*
 * The board's HTTP interface. Every request for /api/ needs `Authorization: Bearer TOKEN`; a body is JSON. An error has the body {"error": TEXT}.
 *
 *   GET  /                  the page, without data; /board.js, /board.css
 *   GET  /api/board         BoardData
 *   GET  /api/releases/ID   ReleaseDetails
 *   POST /api/preview       PreviewRequest -> Preview
 *   POST /api/actions       ConfirmRequest -> ConfirmResponse; 409 with an error and a new preview if the state has changed since the preview
 */

/** Asks what a button would do. `choice`: the id of one of the action's choices. */
export interface PreviewRequest {
  target: string;
  kind: ActionKind;
  choice?: string | undefined;
}

/** A preview of a button's action. The preview changes nothing. */
export interface Preview {
  /** The id to confirm. */
  id: string;
  /** Lines of plain text, as the dry run of the command line prints them. */
  lines: string[];
  /** The equivalent command. */
  command: string;
  /** Present if there is nothing to confirm: why. */
  refused?: string | undefined;
}

/** Confirms a preview. A second confirmation of the same preview returns the result of the first. */
export interface ConfirmRequest {
  preview: string;
  reason?: string | undefined;
}

/** The answer to a confirmed action: a message and, if the action started an execution, its ARN and the command that follows it. */
export interface ConfirmResponse {
  message: string;
  execution?: string | undefined;
  command?: string | undefined;
}

export const previewRequestSchema: z.ZodType<PreviewRequest> = z.strictObject({
  target: z.string().min(1).max(300),
  kind: z.enum(['redeploy', 'rollback', 'continue', 'approve']),
  choice: z.string().min(1).max(600).optional(),
});

export const confirmRequestSchema: z.ZodType<ConfirmRequest> = z.strictObject({
  preview: z.string().min(1).max(100),
  reason: z.string().max(500).optional(),
});
