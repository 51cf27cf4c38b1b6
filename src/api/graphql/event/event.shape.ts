/** From a committed event to what the API shows of it. */
import type { CommittedEvent } from '../../../events/catalogue.js';
import type { EventView } from './event.type.js';

export function eventView(event: CommittedEvent): EventView {
  return { ...event, at: new Date(event.at) };
}
