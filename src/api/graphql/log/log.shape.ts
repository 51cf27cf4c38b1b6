/** From a stored line to what the API shows of it. */
import type { StoredLogRow } from '../../../store/store.js';
import type { LogLine } from './log.type.js';

export function logLine(row: StoredLogRow): LogLine {
  return { ...row, at: new Date(row.at) };
}
