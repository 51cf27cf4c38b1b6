/**
 * The process itself: prom-client's Node defaults, who this instance is, and whether it is ready and leads.
 */
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';

export interface Instance {
  readonly name: string;
  readonly environment: string;
  readonly version: string;
}

/** Gauges named like counters; `promtool check metrics` refuses them, and the same numbers exist by type. */
const MISNAMED = ['active_handles_total', 'active_requests_total', 'active_resources_total'];

export class ProcessMetrics {
  #ready: () => boolean = () => false;
  #leads: () => boolean = () => false;

  constructor(registry: Registry, instance: Instance) {
    new Gauge({
      name: 'taskmesh_build_info',
      help: 'Always 1; the labels say which version runs here, under which name.',
      labelNames: ['version', 'instance_name', 'environment'],
      registers: [registry],
    }).set({ version: instance.version, instance_name: instance.name, environment: instance.environment }, 1);
    new Gauge({
      name: 'taskmesh_uptime_seconds',
      help: 'Since this process was started.',
      registers: [registry],
      collect() {
        this.set(process.uptime());
      },
    });
    flag(registry, 'taskmesh_ready', 'Whether this instance accepts work (1) or not (0).', () =>
      this.#ready(),
    );
    flag(registry, 'taskmesh_leader', 'Whether this instance leads (1) or follows (0).', () => this.#leads());
  }

  readyFrom(supplier: () => boolean): void {
    this.#ready = supplier;
  }

  leadsFrom(supplier: () => boolean): void {
    this.#leads = supplier;
  }
}

/** Once per process: prom-client's observers of garbage collection and of the event loop cannot be taken back. */
export function addNodeDefaults(registry: Registry): void {
  collectDefaultMetrics({ register: registry, prefix: 'taskmesh_' });
  for (const name of MISNAMED) registry.removeSingleMetric(`taskmesh_nodejs_${name}`);
}

function flag(registry: Registry, name: string, help: string, value: () => boolean): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(value() ? 1 : 0);
    },
  });
}
