import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Fifo } from '../../../src/kit/fifo.js';

it('gives back what it was given, oldest first, as an array would', () => {
  const steps = fc.array(fc.oneof(fc.nat(), fc.constant('shift' as const)), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (all) => {
      const [fifo, model]: [Fifo<number>, number[]] = [new Fifo(), []];
      for (const step of all) {
        if (step === 'shift') expect(fifo.shift()).toBe(model.shift());
        else {
          fifo.push(step);
          model.push(step);
        }
        expect([fifo.size, fifo.peek()]).toEqual([model.length, model[0]]);
      }
    }),
  );
});
