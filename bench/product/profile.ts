/** A CPU profile of a stretch of this process, for DevTools (`.cpuprofile`). It costs some speed: profiled figures are none. */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

/** Ten samples a millisecond, or a run of a tenth of a second shows little. */
const INTERVAL_US = 100;

export class Profile {
  readonly #session = new Session();

  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post('Profiler.enable');
    await this.#session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
    await this.#session.post('Profiler.start');
  }

  async stop(path: string): Promise<void> {
    const { profile } = await this.#session.post('Profiler.stop');
    this.#session.disconnect();
    writeFileSync(path, JSON.stringify(profile));
  }
}
