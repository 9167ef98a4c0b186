/** The delivery metrics of one target, or of all (without `column`), over the last `days` days. A metric without data is absent. */
export interface BoardMetrics {
  column?: string | undefined;
  days: number;
  deployments: number;
  deploymentsPerWeek: number;
  leadTimeSeconds?: number | undefined;
  /** 0 to 1. */
  failureRate?: number | undefined;
  /** The failed deployment recovery time. */
  recoverySeconds?: number | undefined;
  /** One point for each day (UTC), oldest first, also for days without a deployment. */
  daily: DailyCount[];
}

export interface DailyCount {
  /** `2026-11-29`. */
  day: string;
  succeeded: number;
  /** The ids of the releases that failed on this day, or that somebody rolled back later. */
  failed: string[];
  /** Medians of the deployments that ended on this day, in seconds. */
  leadTimeSeconds?: number | undefined;
  recoverySeconds?: number | undefined;
}
