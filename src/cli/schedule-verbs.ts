/** The verbs about schedules. Added to the program by `program.ts`. */
import { Option } from 'commander';
import type { VerbAdder } from './access-verbs.js';
import type { SetOptions } from './commands/template/schedules.js';
import { parseCount, parseParam } from './settings.js';

export function addSchedules(builder: VerbAdder): void {
  const under = builder.group('schedule', 'templates that are run at times');
  const load = () => import('./commands/template/schedules.js');
  builder.verb<[], object>(
    'list',
    'those that there are, with what became of their last due time',
    async (verb) => (await load()).listSchedules(verb),
    { under },
  );
  builder
    .verb<[string], { count?: number }>(
      'show <name>',
      'one, with its next due times',
      async (verb, name, options) => (await load()).showSchedule(verb, name, options),
      { under },
    )
    .addOption(new Option('--count <n>', 'of due times (default: 5)').argParser(parseCount));
  builder
    .verb<[string, string, string], SetOptions>(
      'set <name> <template> <cron>',
      'make or replace one: nightly report "30 2 * * 1-5"',
      async (verb, name, template, cron, options) =>
        (await load()).setSchedule(verb, { name, template, cron }, options),
      { under },
    )
    .option('--time-zone <zone>', 'such as Europe/Berlin (default: UTC)')
    .addOption(new Option('--param <name=value>', 'a parameter; again for each').argParser(parseParam))
    .addOption(new Option('--version-number <n>', 'of the template, not the newest').argParser(parseCount))
    .addOption(
      new Option('--overlap <policy>', 'while the mesh before is open').choices(['skip', 'queue', 'allow']),
    )
    .addOption(new Option('--catch-up <policy>', 'of what was missed').choices(['none', 'last']))
    .option('--starts-at <time>', 'nothing is due before')
    .option('--ends-at <time>', 'nothing is due after');
  for (const [name, about] of [
    ['pause', 'what falls due meanwhile is not run'],
    ['resume', 'due again from now on'],
    ['delete', 'take it away; its meshes stay'],
    ['trigger', 'a mesh now, beside the due times'],
  ] as const)
    builder.verb<[string], object>(
      `${name} <name>`,
      about,
      async (verb, schedule) => (await load()).changeSchedule(verb, name, schedule),
      { under },
    );
}
