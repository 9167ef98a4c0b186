import type { Assumption } from './assumption.ts';

/** Assumptions about EventBridge Scheduler. */
export const schedulerAnswers = {
  'schedule-start': {
    question: 'Does UpdateSchedule accept a StartDate that is over?',
    answers: {
      accepted: 'Yes.',
      refused: 'No: a ValidationException says that the StartDate cannot be earlier than 5 minutes ago.',
    },
    default: 'refused',
    evidence:
      'The API reference of UpdateSchedule names no limit. Users report the error for CreateSchedule (getmoto/moto pull request 8172).',
    affects: 'Moving a schedule that began long ago to another revision.',
    probe: {
      by: 'hand',
      how: 'Create a schedule with a StartDate in a minute. After ten minutes, send the answer of GetSchedule back with UpdateSchedule.',
    },
  },
  'schedule-absent-fields': {
    question: 'How does GetSchedule return an optional field that the schedule does not have?',
    answers: { omitted: 'The answer does not contain the field.', null: 'The field is null.' },
    default: 'omitted',
    evidence: 'None. The SDKs do not show the difference.',
    affects: 'Sending the whole answer back: UpdateSchedule can refuse null.',
    probe: {
      by: 'hand',
      how: 'Read a schedule without a description with `aws scheduler get-schedule --debug`, and look at the body of the answer.',
    },
  },
} as const satisfies Record<string, Assumption>;
