/** What people ask of alerts and do about them, on any server: rules are rows, which the leader reads at its next look. */
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
import type { AlertCaller, Alerts } from './alerts.js';
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

  async create(caller: AlertCaller, rule: AlertRuleText): Promise<AlertRuleRow> {
    mayChange(caller, 'making an alert rule');
    await this.#check(rule);
    const { store, newId } = this.#options;
    const made = await store.addRule({ ...rule, id: newId(), createdBy: caller.id });
    if (made !== undefined) return made;
    const rules = await store.rules();
    if (rules.some(({ name }) => name === rule.name)) taken(rule.name);
    refuse('LIMIT_EXCEEDED', `there are ${RULES_MAX} alert rules, as many as there may be; delete one first`);
  }

  async change(caller: AlertCaller, id: string, rule: AlertRuleText): Promise<AlertRuleRow> {
    mayChange(caller, 'changing an alert rule');
    await this.#check(rule);
    const changed = await this.#options.store.changeRule(id, rule);
    if (changed !== undefined) return changed;
    await this.rule(id);
    return taken(rule.name);
  }

  async remove(caller: AlertCaller, id: string): Promise<string> {
    mayChange(caller, 'deleting an alert rule');
    if (!(await this.#options.store.deleteRule(id))) refuse('NOT_FOUND', `no alert rule ${id}`);
    return id;
  }

  async silence(id: string, seconds: number): Promise<AlertRuleRow> {
    return (await this.#options.store.silenceRule(id, seconds)) ?? refuse('NOT_FOUND', `no alert rule ${id}`);
  }

  async acknowledge(caller: AlertCaller, id: string, note: string | null): Promise<AlertRow> {
    const acknowledged = await this.#options.store.acknowledge(id, caller.id, note);
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

function mayChange({ trusted }: AlertCaller, what: string): void {
  if (!trusted)
    refuse(
      'FORBIDDEN',
      `${what} needs the owner; send the token of the state directory as "Authorization: Bearer …"`,
    );
}

function taken(name: string): never {
  refuse(
    'CONFLICT',
    `another alert rule is called ${JSON.stringify(name)}; choose another name, or change that one`,
  );
}

function refuse(code: RefusalCode, message: string): never {
  throw new RefusedError({ code, message });
}
