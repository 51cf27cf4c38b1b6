/** `taskmesh config` and `taskmesh migrate`: what the configuration comes to, and the database brought up to date. */
import { counted } from '../output/counted.js';
import { renderConfig } from '../../config.js';
import { maskSecret } from '../../config/faults.js';
import type { Verb } from '../verb.js';

export function showConfig(verb: Verb): void {
  const { config, loaded } = verb.settings();
  const masked = { ...config, database: { ...config.database, url: maskSecret(config.database.url) } };
  const value = { file: loaded.path ?? null, config: masked, origins: Object.fromEntries(loaded.origins) };
  verb.answer(value, () => renderConfig(config, loaded.origins));
}

export async function migrate(verb: Verb): Promise<void> {
  const { config } = verb.settings();
  const applied = await verb.host.migrate(config);
  const text =
    applied.length === 0
      ? 'the database is up to date\n'
      : `${applied.join('\n')}\n${counted(applied.length, 'migration')} applied\n`;
  verb.answer({ applied }, text);
}
