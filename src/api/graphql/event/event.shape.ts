/** From a committed event to what the API shows of it. */
import type { CommittedEvent } from '../../../events/catalogue.js';
import type { EventView } from './event.type.js';

const views = new WeakMap<CommittedEvent, EventView>();

/** The same for all who are told of an event, so that what they make of it is shared. */
export function sharedView(event: CommittedEvent): EventView {
  const known = views.get(event);
  if (known !== undefined) return known;
  const view = eventView(event);
  views.set(event, view);
  return view;
}

export function eventView(event: CommittedEvent): EventView {
  return { ...event, at: new Date(event.at) };
}
