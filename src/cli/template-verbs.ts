/** The verbs about templates. Added to the program by `program.ts`. */
import { Option } from 'commander';
import type { VerbAdder } from './access-verbs.js';
import type { RunTemplateOptions } from './commands/template/run-template.js';
import type { SaveOptions, ShowOptions } from './commands/template/templates.js';
import { parseCount, parseParam } from './settings.js';

export function addTemplates(builder: VerbAdder): void {
  const under = builder.group('template', 'stored meshes with parameters');
  builder
    .verb<[], { search?: string }>(
      'list',
      'those that there are',
      async (verb, options) =>
        (await import('./commands/template/templates.js')).listTemplates(verb, options),
      { under },
    )
    .option('--search <text>', 'only with that in their names');
  builder
    .verb<[string], ShowOptions>(
      'show <name>',
      'its parameters and versions; its definition with --json',
      async (verb, name, options) =>
        (await import('./commands/template/templates.js')).showTemplate(verb, name, options),
      { under },
    )
    .addOption(new Option('--version-number <n>', 'not the newest').argParser(parseCount));
  builder
    .verb<[string], SaveOptions>(
      'save <file>',
      'keep a mesh file with its parameters, or a new version of it',
      async (verb, file, options) =>
        (await import('./commands/template/templates.js')).saveTemplate(verb, file, options),
      { under },
    )
    .option('--name <name>', 'how it is called (default: as its mesh)')
    .addOption(
      new Option(
        '--expected <n>',
        'the version that is to be replaced; refused when there is a newer one',
      ).argParser(parseCount),
    );
  builder.verb<[string], object>(
    'delete <name>',
    'take it away; its versions and meshes stay readable',
    async (verb, name) => (await import('./commands/template/templates.js')).deleteTemplate(verb, name),
    { under },
  );
  builder
    .verb<[string], RunTemplateOptions>(
      'run <name>',
      'run a mesh of it and stay with it until it ends',
      async (verb, name, options) =>
        (await import('./commands/template/run-template.js')).runTemplate(verb, name, options),
      { under },
    )
    .addOption(new Option('--param <name=value>', 'a parameter; again for each').argParser(parseParam))
    .addOption(new Option('--version-number <n>', 'not the newest').argParser(parseCount))
    .option('--name <name>', 'of the mesh')
    .option('--idempotency-key <key>', 'the same key with the same parameters runs once')
    .option('--detach', 'do not stay with it');
}
