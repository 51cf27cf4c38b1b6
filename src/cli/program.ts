/**
 * The verbs of `taskmesh`, their arguments and options. Built by `run-cli.ts`; each verb is loaded only when it is
 * called, so that `taskmesh --help` and `validate` start fast.
 */
import { Command, Option } from 'commander';
import { addAccess } from './access-verbs.js';
import { addSchedules } from './schedule-verbs.js';
import { addTemplates } from './template-verbs.js';
import { EXIT } from './cli-error.js';
import type { GraphOptions } from './commands/graph.js';
import type { LogOptions } from './commands/logs.js';
import type { NodeVerbOptions } from './commands/node.js';
import type { RerunOptions } from './commands/rerun.js';
import type { ServeOptions } from './commands/serve.js';
import type { RunOptions } from './commands/run.js';
import type { SubmitOptions } from './commands/submit.js';
import type { Host } from './host.js';
import type { RunCircuitOptions } from './commands/circuit-run.js';
import type { DrawOptions } from './commands/circuit-draw.js';
import {
  addLocalOptions,
  addSharedOptions,
  parseCount,
  parsePositive,
  parseSetting,
  parseShots,
  type SharedOptions,
} from './settings.js';
import type { Shell } from './shell.js';
import { Verb } from './verb.js';

/** Answers the exit code; nothing means 0. */
type Action<Arguments extends unknown[], Options> = (
  verb: Verb,
  ...rest: [...Arguments, Options]
) => Promise<number | void> | void;

interface VerbPlace {
  /** A group of verbs: `taskmesh circuit run`. */
  readonly under?: Command;
  readonly addOptions?: (command: Command) => Command;
}

class ProgramBuilder {
  readonly program: Command;

  constructor(
    private readonly host: Host,
    private readonly shell: Shell,
    private readonly exit: (code: number) => void,
  ) {
    this.program = this.#prepared(new Command('taskmesh'))
      .description('Runs graphs of tasks durably, shows them live, and says how long they will take.')
      .version(host.version)
      .addHelpText(
        'after',
        '\nFiles may be YAML, JSON or WfFormat. Exit codes: 0 completed, 1 failed, 2 bad usage or input, 130 Ctrl-C.',
      )
      .showSuggestionAfterError();
  }

  /** `usage` is the name of the verb with its arguments. */
  verb<Arguments extends unknown[], Options>(
    usage: string,
    about: string,
    action: Action<Arguments, Options>,
    { under = this.program, addOptions = addSharedOptions }: VerbPlace = {},
  ): Command {
    const command = this.#prepared(under.command(usage)).description(about);
    addOptions(command);
    return command.action(async (...given: unknown[]) => {
      const options = given[given.length - 2] as Options & SharedOptions;
      const verb = new Verb(this.shell, this.host, options);
      this.exit(
        (await action(verb, ...([...given.slice(0, -2), options] as [...Arguments, Options]))) ?? EXIT.ok,
      );
    });
  }

  group(name: string, about: string): Command {
    return this.#prepared(this.program.command(name)).description(about);
  }

  #prepared(command: Command): Command {
    const { stdout, stderr } = this.shell;
    return command
      .exitOverride()
      .helpOption('-h, --help', 'show this help')
      .configureOutput({
        writeOut: (text) => stdout.write(text),
        writeErr: (text) => stderr.write(text),
        outputError: () => undefined,
      });
  }
}

const speedOption = (): Option => {
  return new Option(
    '--speed <factor>',
    'runs the recorded times of a WfFormat file this much faster',
  ).argParser(parsePositive);
};

function addRunning(builder: ProgramBuilder): void {
  builder
    .verb<[], ServeOptions>('serve', 'start the server', async (verb, options) =>
      (await import('./commands/serve.js')).serve(verb, options),
    )
    .option('--insecure-i-know', 'listen beyond this machine without TLS: tokens travel in the clear');
  builder
    .verb<[string], RunOptions>(
      'run <file>',
      'run a mesh and stay with it until it ends',
      async (verb, file, options) => {
        return (await import('./commands/run.js')).run(verb, file, options);
      },
    )
    .addOption(speedOption())
    .addOption(
      new Option('--concurrency <n>', 'attempts at the same time, if no server runs yet').argParser(
        parseCount,
      ),
    );
  builder
    .verb<[string], SubmitOptions>(
      'submit <file>',
      'hand a mesh to a running server and return',
      async (verb, file, options) => {
        return (await import('./commands/submit.js')).submit(verb, file, options);
      },
    )
    .addOption(speedOption())
    .option('--idempotency-key <key>', 'the same key with the same file submits once');
  builder
    .verb<[string], RerunOptions>(
      'rerun <mesh>',
      'run a mesh, or what failed of it, again',
      async (verb, mesh, options) => {
        return (await import('./commands/rerun.js')).rerun(verb, mesh, options);
      },
    )
    .option('--from-failure', 'only what did not complete (the default)')
    .option('--from-task <key>', 'that task and all that hangs on it')
    .option('--all', 'everything')
    .option('--detach', 'do not stay with it');
}

function addNodes(builder: ProgramBuilder): void {
  builder
    .verb<[], NodeVerbOptions>('node', 'run tasks of a cluster on this machine', async (verb, options) => {
      return (await import('./commands/node.js')).node(verb, options);
    })
    .option('--database <url>', 'the database of the cluster')
    .option('--join <url>', 'a server of the cluster, which tells where the database is')
    .option('--backend <url>', 'redis://host:6379, where the cluster uses one')
    .option('--name <name>', 'of the node (default: that of the host)')
    .option('--labels <labels>', 'what tasks may ask for: gpu,region=eu')
    .option('--cores <n>', 'cores to offer (default: all)')
    .option('--memory <size>', 'memory to offer, such as 8GB (default: four fifths)')
    .addOption(new Option('--concurrency <n>', 'attempts at the same time').argParser(parseCount));
  builder
    .verb<[], { lifetime?: number }>(
      'join-token',
      'let one node in from another machine, once',
      async (verb, options) => (await import('./commands/join-token.js')).joinToken(verb, options),
    )
    .addOption(new Option('--lifetime <seconds>', 'how long it lasts (default: 3600)').argParser(parseCount));
}

function addWatching(builder: ProgramBuilder): void {
  builder.verb<[string | undefined], object>(
    'status [mesh-or-task]',
    'how the server, a mesh or a task is',
    async (verb, text) => {
      return (await import('./commands/status.js')).status(verb, text);
    },
  );
  builder.verb<[string], object>('watch <mesh>', 'show a mesh until it ends', async (verb, mesh) => {
    return (await import('./commands/watch.js')).watch(verb, mesh);
  });
  builder
    .verb<[string], LogOptions>('logs <task>', 'what a task printed', async (verb, task, options) => {
      return (await import('./commands/logs.js')).logs(verb, task, options);
    })
    .option('-f, --follow', 'go on until the task ends')
    .addOption(new Option('--attempt <n>', 'only that attempt').argParser(parseCount));
}

function addLearning(builder: ProgramBuilder): void {
  builder.verb<[], object>('models', 'who predicts what, and how well', async (verb) => {
    return (await import('./commands/models.js')).models(verb);
  });
  builder.verb<[string], object>(
    'predict <file>',
    'what the server expects of each task of a file',
    async (verb, file) => {
      return (await import('./commands/predict.js')).predict(verb, file);
    },
  );
}

function addConsciousness(builder: ProgramBuilder): void {
  builder.verb<[], object>('consciousness', 'the level of autonomy, and on what evidence', async (verb) => {
    return (await import('./commands/consciousness.js')).consciousness(verb);
  });
  builder.verb<[], object>('decisions', 'what was decided, and why', async (verb) => {
    return (await import('./commands/decisions.js')).decisions(verb);
  });
  builder.verb<[string, string], object>(
    'veto <decision> <why>',
    'end a decision, so that the like is only thought',
    async (verb, id, why) => {
      return (await import('./commands/decisions.js')).veto(verb, id, why);
    },
  );
  builder.verb<[string, string], object>(
    'undo <decision> <why>',
    'end a decision this once',
    async (verb, id, why) => {
      return (await import('./commands/decisions.js')).undo(verb, id, why);
    },
  );
}

function addChanging(builder: ProgramBuilder): void {
  builder.verb<[string], object>('cancel <mesh-or-task>', 'end a mesh or a task', async (verb, text) => {
    return (await import('./commands/change.js')).cancel(verb, text);
  });
  builder.verb<[string], object>('retry <task>', 'run a task again now', async (verb, text) => {
    return (await import('./commands/change.js')).retry(verb, text);
  });
}

function addReading(builder: ProgramBuilder): void {
  builder
    .verb<[string], GraphOptions>('graph <file-or-mesh>', 'draw a mesh', async (verb, text, options) => {
      return (await import('./commands/graph.js')).graph(verb, text, options);
    })
    .addOption(new Option('--format <format>', 'how').choices(['text', 'svg']))
    .option('-o, --output <file>', 'write it there');
  builder.verb<[string[]], object>(
    'validate <files...>',
    'tell all faults of mesh files',
    async (verb, files) => {
      return (await import('./commands/validate.js')).validate(verb, files);
    },
  );
  builder.verb<[], object>(
    'config',
    'print the configuration and where each value comes from',
    async (verb) => {
      return (await import('./commands/configuration.js')).showConfig(verb);
    },
  );
  builder.verb<[], object>('migrate', 'bring the database up to date', async (verb) => {
    return (await import('./commands/configuration.js')).migrate(verb);
  });
}

function addCircuits(builder: ProgramBuilder): void {
  const place: VerbPlace = {
    under: builder.group('circuit', 'run, check and draw quantum circuits, without a server'),
    addOptions: addLocalOptions,
  };
  builder
    .verb<[string[]], RunCircuitOptions>(
      'run <files...>',
      'the outcomes of circuits, counted or exact',
      async (verb, files, options) =>
        (await import('./commands/circuit-run.js')).runCircuits(verb, files, options),
      place,
    )
    .option('--probabilities', 'exact probabilities of all outcomes')
    .addOption(new Option('--shots <n>', 'how often to measure (default: 1024)').argParser(parseShots))
    .option('--seed <seed>', 'the same seed gives the same counts')
    .option(
      '--noise <file>',
      'a noise model in JSON, or the name of one: depolarizing, superconducting, trapped-ion',
    )
    .addOption(
      new Option('--method <method>', 'how').choices(['auto', 'statevector', 'density-matrix', 'trajectory']),
    )
    .addOption(
      new Option('--set <name=value>', 'the value of an input; again for each').argParser(parseSetting),
    )
    .addOption(new Option('--top <n>', 'bars at most (default: 16)').argParser(parseCount))
    .option('--svg <file>', 'write the histogram there as SVG');
  builder.verb<[string[]], object>(
    'validate <files...>',
    'tell all faults of circuits, and what the right ones cost',
    async (verb, files) => (await import('./commands/circuit-validate.js')).validateCircuits(verb, files),
    place,
  );
  builder
    .verb<[string], DrawOptions>(
      'draw <file>',
      'draw a circuit',
      async (verb, file, options) =>
        (await import('./commands/circuit-draw.js')).drawCircuit(verb, file, options),
      place,
    )
    .option('--svg <file>', 'write it there as SVG')
    .addOption(new Option('--width <characters>', 'of the text').argParser(parseCount));
}

/** `exit` is told the exit code of the verb that ran. */
export function buildProgram(host: Host, shell: Shell, exit: (code: number) => void): Command {
  const builder = new ProgramBuilder(host, shell, exit);
  addRunning(builder);
  addNodes(builder);
  addWatching(builder);
  addChanging(builder);
  addLearning(builder);
  addConsciousness(builder);
  addReading(builder);
  addTemplates(builder);
  addSchedules(builder);
  addAccess(builder);
  addCircuits(builder);
  return builder.program;
}
