/** `template` and `templates`, and what hangs on them. What changes them is in `template-command.resolver.ts`. */
import DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { groupBy } from '../../../kit/group-by.js';
import type { JsonObject } from '../../../kit/json.js';
import type { Templates } from '../../../orchestrator/template/templates.js';
import type { VersionKey } from '../../../store/templates.js';
import type { ApiContext } from '../../context.js';
import { parsePage, parseText } from '../arguments.js';
import { type ConnectionOf, mapPage } from '../connection.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import { TemplateArguments } from './template.input.js';
import { parseVersion, templateView } from './template.shape.js';
import { TemplateConnection, TemplateVersionView, TemplateView } from './template.type.js';

const none = (): Promise<number> => Promise.resolve(0);
const versionArg = { nullable: true, description: 'The newest when absent.' };

@Resolver(() => TemplateView)
export class TemplateResolver {
  /** They remember nothing: only what is asked for in one turn becomes one statement. */
  readonly #definitions: DataLoader<VersionKey, JsonObject | undefined>;
  readonly #versions: DataLoader<string, readonly TemplateVersionView[]>;

  constructor(private readonly all: Templates) {
    this.#definitions = new DataLoader(
      async (keys) => {
        const found = await all.definitions(keys);
        return keys.map(
          ({ id, version }) => found.find((one) => one.id === id && one.version === version)?.definition,
        );
      },
      { cache: false },
    );
    this.#versions = new DataLoader(
      async (ids) => {
        const rows = groupBy(await all.versions([...new Set(ids)]), ({ id }) => id);
        return ids.map((id) => rows.get(id) ?? []);
      },
      { cache: false },
    );
  }

  @Query(() => TemplateConnection, { description: 'By name, in their newest versions.' })
  async templates(
    @Args(() => TemplateArguments) { first, after, search }: TemplateArguments,
    @Ctx() { viewer }: ApiContext,
  ): Promise<ConnectionOf<TemplateView>> {
    const part = parseText(search, 'search');
    const filter = { tenant: viewer.tenant, ...(part === undefined ? {} : { search: part }) };
    return new TemplateConnection(
      mapPage(await this.all.list(filter, parsePage(first, after)), templateView),
      none,
    );
  }

  @Query(() => TemplateView, {
    description: 'By number also what is not the newest any more, or was deleted.',
  })
  async template(
    @Arg('name', () => String) name: string,
    @Ctx() { viewer }: ApiContext,
    @Arg('version', () => Int, versionArg) version?: number | null,
  ): Promise<TemplateView> {
    const wanted = parseText(name, 'name') as string;
    return templateView(await this.all.find(viewer.tenant, wanted, parseVersion(version, 'version')));
  }

  @FieldResolver(() => GraphQLJsonObject, {
    description: 'A mesh in the one shape of files and submitMesh, with `${params.NAME}` in its texts.',
  })
  async definition(@Root() { id, version }: TemplateView): Promise<JsonObject> {
    return (await this.#definitions.load({ id, version })) ?? {};
  }

  @FieldResolver(() => [TemplateVersionView], { description: 'All of them, newest first; at most 1000.' })
  versions(@Root() { id }: TemplateView): Promise<readonly TemplateVersionView[]> {
    return this.#versions.load(id);
  }
}
