/** A desk of alerts over nothing: no rules, no alerts, and all that is asked of it refused as the real one does. */
import { AlertDesk } from '../../../src/alerts/alert-desk.js';
import type { Alerts } from '../../../src/alerts/alerts.js';
import { SystemClock } from '../../../src/kit/clock.js';
import type { AlertStore } from '../../../src/store/alerts.js';
import { NumberedFeed } from '../../../src/store/numbered-feed.js';

export function alertsFace(): Alerts {
  const store = {
    rules: async () => [],
    alerts: async () => [],
    addRule: async () => undefined,
    changeRule: async () => undefined,
    silenceRule: async () => undefined,
    deleteRule: async () => false,
    acknowledge: async () => undefined,
  } as unknown as AlertStore;
  return new AlertDesk({
    store,
    feed: new NumberedFeed(new SystemClock()),
    newId: () => '01890a5d-ac96-774b-bcce-b302099a8057',
    ground: async () => ({ families: [{ name: 'tasks', type: 'gauge', series: [] }], mails: false }),
  });
}
