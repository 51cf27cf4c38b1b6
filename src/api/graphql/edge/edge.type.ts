/** A typed dependency as the API shows it: columns only. Its ends are in `edge.resolver.ts`. */
import { Field, Float, ID, ObjectType } from 'type-graphql';
import type { EdgeType } from '../../../mesh/edge-type.js';
import { EdgeTypeEnum } from '../enums.js';

@ObjectType()
class EdgeColumns {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => ID)
  readonly meshId!: string;

  @Field(() => ID, { description: 'The task that comes first.' })
  readonly sourceId!: string;

  @Field(() => ID)
  readonly targetId!: string;

  @Field(() => EdgeTypeEnum)
  readonly type!: EdgeType;

  @Field(() => Float, { description: 'Seconds of moving from source to target between layers or nodes.' })
  readonly weight!: number;
}

@ObjectType('Edge', { simpleResolvers: true, description: 'A typed dependency between two tasks of a mesh.' })
export class Edge extends EdgeColumns {}

@ObjectType('EdgeMoment', { simpleResolvers: true, description: 'An edge as it was.' })
export class EdgeMoment extends EdgeColumns {}
