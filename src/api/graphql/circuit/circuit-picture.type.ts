/** A circuit as it is drawn, for whoever draws it: columns only. The same places as `taskmesh circuit draw` gives it. */
import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType('CircuitWire', {
  simpleResolvers: true,
  description: 'A line of the picture, from left to right.',
})
export class CircuitWire {
  @Field(() => String)
  readonly label!: string;

  @Field(() => Boolean, { description: 'It carries a register of bits; else one qubit.' })
  readonly classical!: boolean;
}

@ObjectType('CircuitMark', { simpleResolvers: true, description: 'What an operation puts on a wire.' })
export class CircuitMark {
  @Field(() => Int, { description: 'From 0, the uppermost.' })
  readonly wire!: number;

  @Field(() => String, {
    description: 'box, control, open control, target, swap, measure, barrier or bit.',
  })
  readonly kind!: string;

  @Field(() => String, { description: 'Empty where the shape says it all.' })
  readonly label!: string;
}

@ObjectType('CircuitColumnMarks', { simpleResolvers: true, description: 'An operation in its column.' })
export class CircuitColumnMarks {
  @Field(() => Int, { description: 'From 0, the leftmost.' })
  readonly column!: number;

  @Field(() => [CircuitMark])
  readonly marks!: readonly CircuitMark[];

  @Field(() => Int, { description: 'The first wire it touches.' })
  readonly from!: number;

  @Field(() => Int, { description: 'The last wire it touches.' })
  readonly to!: number;

  @Field(() => Int, {
    description: 'The wire from which on the line between its marks carries bits; -1 for none.',
  })
  readonly classicalFrom!: number;
}

@ObjectType('CircuitPicture', {
  simpleResolvers: true,
  description: 'A circuit laid out: wires from top to bottom, operations from left to right.',
})
export class CircuitPicture {
  @Field(() => [CircuitWire], { description: 'Qubits, then registers of bits.' })
  readonly wires!: readonly CircuitWire[];

  @Field(() => Int)
  readonly columns!: number;

  @Field(() => [CircuitColumnMarks], { description: 'At most 5,000.' })
  readonly drawn!: readonly CircuitColumnMarks[];

  @Field(() => Int, { description: 'Operations that are not in the picture.' })
  readonly left!: number;
}
