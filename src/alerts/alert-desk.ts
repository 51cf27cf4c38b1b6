/** What people ask of alerts and do about them, on any server: rules are rows, which the leader reads at its next look. */
import type { JsonObject } from '../kit/json.js';
import { auditOf, type Person } from '../lifecycle/person.js';
import { RefusedError, type RefusalCode } from '../lifecycle/refusal.js';
import {
  type AlertFilter,
  type AlertRow,
  type AlertRuleRow,
  type AlertRuleText,
  type AlertStore,
  RULES_MAX,
} from '../store/alerts.js';
import type { Follow, NumberedFeed } from '../store/numbered-feed.js';
import { pagedByNumber } from '../store/numbered-page.js';
import type { Page, PageRequest } from '../store/reads.js';
import type { Alerts } from './alerts.js';
import { type RuleGround, ruleFaults } from './check-rule.js';

export interface AlertDeskOptions {
  readonly store: AlertStore;
  readonly feed: NumberedFeed;
  readonly newId: () => string;
  readonly ground: () => Promise<RuleGround>;
}

export class AlertDesk implements Alerts {
  readonly #options: AlertDeskOptions;
  readonly raised: Follow<AlertRow>;

  constructor(options: AlertDeskOptions) {
    this.#options = options;
    this.raised = options.feed.of((slice) => options.store.alerts({}, slice));
  }

  rules(): Promise<readonly AlertRuleRow[]> {
    return this.#options.store.rules();
  }

  async rule(id: string): Promise<AlertRuleRow> {
    return (await this.rules()).find((rule) => rule.id === id) ?? refuse('NOT_FOUND', `no alert rule ${id}`);
  }

  alerts(filter: AlertFilter, page: PageRequest): Promise<Page<AlertRow>> {
    return pagedByNumber(page, (slice) => this.#options.store.alerts(filter, slice));
  }

  async create(caller: Person, rule: AlertRuleText): Promise<AlertRuleRow> {
    mayChange(caller, 'making an alert rule');
    await this.#check(rule);
    const { store, newId } = this.#options;
    const id = newId();
    const audit = auditOf(caller, 'createAlertRule', { subject: `alert rule ${id}`, after: told(rule) });
    const made = await store.addRule({ ...rule, id, createdBy: caller.id }, audit);
    if (made !== undefined) return made;
    const rules = await store.rules();
    if (rules.some(({ name }) => name === rule.name)) taken(rule.name);
    refuse('LIMIT_EXCEEDED', `there are ${RULES_MAX} alert rules, as many as there may be; delete one first`);
  }

  async change(caller: Person, id: string, rule: AlertRuleText): Promise<AlertRuleRow> {
    mayChange(caller, 'changing an alert rule');
    await this.#check(rule);
    const audit = auditOf(caller, 'updateAlertRule', { subject: `alert rule ${id}`, after: told(rule) });
    const changed = await this.#options.store.changeRule(id, rule, audit);
    if (changed !== undefined) return changed;
    await this.rule(id);
    return taken(rule.name);
  }

  async remove(caller: Person, id: string): Promise<string> {
    mayChange(caller, 'deleting an alert rule');
    const what = { subject: `alert rule ${id}`, after: { deleted: true } };
    const audit = auditOf(caller, 'deleteAlertRule', what);
    if (!(await this.#options.store.deleteRule(id, audit))) refuse('NOT_FOUND', `no alert rule ${id}`);
    return id;
  }

  async silence(caller: Person, id: string, seconds: number): Promise<AlertRuleRow> {
    const audit = auditOf(caller, 'silenceAlertRule', { subject: `alert rule ${id}`, after: { seconds } });
    const silenced = await this.#options.store.silenceRule(id, seconds, audit);
    return silenced ?? refuse('NOT_FOUND', `no alert rule ${id}`);
  }

  async acknowledge(caller: Person, id: string, note: string | null): Promise<AlertRow> {
    const what = { subject: `alert ${id}`, after: { acknowledgedBy: caller.id, note } };
    const audit = auditOf(caller, 'acknowledgeAlert', what);
    const acknowledged = await this.#options.store.acknowledge(id, { by: caller.id, note }, audit);
    return acknowledged ?? refuse('NOT_FOUND', `no alert ${id}; see alerts`);
  }

  async #check(rule: AlertRuleText): Promise<void> {
    const faults = ruleFaults(rule, await this.#options.ground());
    const [first] = faults;
    if (first === undefined) return;
    const prefixed = faults.map(({ path, message }) => ({ path: `input.${path}`, message }));
    const message = `${prefixed[0]?.path} ${first.message}`;
    throw new RefusedError({ code: 'INVALID_INPUT', message, faults: prefixed });
  }
}

function told(rule: AlertRuleText): JsonObject {
  return { ...rule } as unknown as JsonObject;
}

function mayChange({ trusted }: Person, what: string): void {
  if (!trusted)
    refuse(
      'FORBIDDEN',
      `${what} needs the owner; send the token of the state directory as "Authorization: Bearer …"`,
    );
}

function taken(name: string): never {
  const message = `another alert rule is called ${JSON.stringify(name)}; choose another name, or change that one`;
  throw new RefusedError({ code: 'CONFLICT', message, faults: [{ path: 'input.name', message }] });
}

function refuse(code: RefusalCode, message: string): never {
  throw new RefusedError({ code, message });
}
