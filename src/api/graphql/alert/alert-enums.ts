/** The vocabularies of alerts as GraphQL enums. */
import {
  ALERT_COMPARISONS,
  ALERT_PHASES,
  ALERT_SEVERITIES,
  ALERT_STATISTICS,
  DEADLINE_SUBJECTS,
} from '../../../store/alerts.js';
import { register } from '../enums.js';

export const AlertSeverityEnum = register(
  'AlertSeverity',
  ALERT_SEVERITIES,
  'How much an alert matters, least first.',
);
export const AlertStatisticEnum = register(
  'AlertStatistic',
  ALERT_STATISTICS,
  'VALUE: as it is now. RATE: per second since the last look. MEAN, P50, P95, P99: of what a histogram saw since then.',
);
export const AlertComparisonEnum = register(
  'AlertComparison',
  ALERT_COMPARISONS,
  'Which side of the threshold is told of.',
);
export const DeadlineSubjectEnum = register(
  'DeadlineSubject',
  DEADLINE_SUBJECTS,
  'MESH: since it was submitted. TASK: since its attempt began.',
);
export const AlertPhaseEnum = register(
  'AlertPhase',
  ALERT_PHASES,
  'What is told of an alert: it was raised, it lasts and nobody has acknowledged it, it is over.',
);
