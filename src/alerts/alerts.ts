/**
 * What people ask of alerts and do about them; implemented by alert-desk.ts, on any server. The words of rules and rows are those
 * of the store.
 */
import type { Person } from '../lifecycle/person.js';
import type { AlertFilter, AlertRow, AlertRuleRow, AlertRuleText } from '../store/alerts.js';
import type { Follow } from '../store/numbered-feed.js';
import type { Page, PageRequest } from '../store/reads.js';

export interface Alerts {
  /** By name; at most 200. */
  rules(): Promise<readonly AlertRuleRow[]>;
  rule(id: string): Promise<AlertRuleRow>;
  /** Newest first. */
  alerts(filter: AlertFilter, page: PageRequest): Promise<Page<AlertRow>>;
  /** Those that are raised. */
  readonly raised: Follow<AlertRow>;
  /** Needs who may run code here, as the next two: a rule reaches out of this machine. */
  create(caller: Person, rule: AlertRuleText): Promise<AlertRuleRow>;
  change(caller: Person, id: string, rule: AlertRuleText): Promise<AlertRuleRow>;
  remove(caller: Person, id: string): Promise<string>;
  /** For so many seconds nobody is told; 0 ends it. */
  silence(caller: Person, id: string, seconds: number): Promise<AlertRuleRow>;
  /** It is not repeated any more. */
  acknowledge(caller: Person, id: string, note: string | null): Promise<AlertRow>;
}
