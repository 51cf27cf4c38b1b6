/**
 * An argument as graphql-js has coerced it. TypeGraphQL otherwise makes an instance of the input class of every object in
 * it, member by member: 0.1-0.2 s of a submission of 10,000 tasks and 50,000 edges, for classes without methods.
 */
import { createParameterDecorator } from 'type-graphql';

type Decorator = ReturnType<typeof createParameterDecorator>;

export function PlainArg(name: string, type: () => new () => object): Decorator {
  return createParameterDecorator(({ args }) => args[name], { arg: { name, typeFunc: type } });
}
