/** What people are told of a pattern that was found. Called when it is written. */
import type { InsightRow, PatternRow, Unnumbered } from '../../../store/consciousness.js';

export function insightOf({
  id,
  foundAt,
  kind,
  subject,
  text,
}: Unnumbered<PatternRow>): Unnumbered<InsightRow> {
  return { id: `PATTERN:${id}`, at: foundAt, kind, subject, text, patternId: id, decisionId: null };
}
