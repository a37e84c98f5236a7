import fc from "fast-check";

import { oddEvent } from "./odd-events.ts";

const BYTES = [...Buffer.from('{}[]",:;\\ \t\r\n0123456789.-+eEtfnu/x$\0'), 0x1f, 0x7f, 0x80, 0xc3];

/** An odd event of which a byte or two are lost, changed, or there twice. */
export const damagedEvent: fc.Arbitrary<Buffer> = fc
  .tuple(
    oddEvent,
    fc.array(
      fc.tuple(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.oneof(fc.constantFrom(...BYTES), fc.nat(255)),
        // How many bytes go, and how many come.
        fc.constantFrom([1, 0], [0, 1], [1, 1], [-1, 0], [-5, 0], [4, 0], [Infinity, 0]),
      ),
      { minLength: 1, maxLength: 2 },
    ),
  )
  .map(([event, damages]) =>
    damages.reduce((bytes, [place, byte, [removed = 0, added = 0]]) => {
      const at = Math.floor(place * bytes.length);
      const after = bytes.subarray(Math.max(0, at + removed));
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(added ? [byte] : []), after]);
    }, event),
  );
