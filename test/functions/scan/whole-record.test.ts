import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { scanEvent } from "../../../functions/scan/event-scanner.ts";
import { eventWith, MAX_INPUT, NOW, parses, scan } from "./scanned.ts";

describe("the scan of a record", () => {
  it("answers only for all of it", () => {
    const event = eventWith('"a":"b"');
    for (const behind of ["}", "]", ",", "x", "\0", " ", "\r", "\n", "{}", ":1", "\ufeff", " x"])
      assert.equal(scan(event + behind), undefined, behind);
    for (const before of [" ", "\t", "\n", "\ufeff", "{", "[", "x", ",", "\0"])
      assert.equal(scan(before + event), undefined, before);
    // What holds a line feed is more than one line, also where JSON allows it.
    for (let at = 0; at <= event.length; at++)
      assert.equal(scan(`${event.slice(0, at)}\n${event.slice(at)}`), undefined, `${at}`);
  });

  it("answers for no JSON of which a byte is missing, or is another one", () => {
    const event = '{"event":"e","a":[1],"properties":{"time":1,"b":{"c":true},"d":"e"},"f":-2.5}';
    let taken = 0;
    for (let at = 0; at < event.length; at++)
      for (let byte = 0; byte <= 0x80; byte++) {
        const instead = byte === 0x80 ? "" : String.fromCharCode(byte);
        const json = event.slice(0, at) + instead + event.slice(at + 1);
        if (scan(json) === undefined) continue;
        assert.ok(parses(json), json);
        taken++;
      }
    assert.ok(taken > 500, `only ${taken} were taken`);
  });

  it("is not misled by what an earlier scan has left behind", () => {
    const event = eventWith('"ip":1,"a":["\\u00e9",{"b":-1.5e3},true,false,null],"$insert_id":"a"');
    for (const behind of ["}".repeat(99), `"${"x".repeat(99)}`, " ".repeat(99), event])
      for (let end = 0; end <= event.length; end++) {
        scan(event.slice(0, end) + (behind === event ? event.slice(end) : behind));
        assert.equal(scan(event.slice(0, end)) !== undefined, end === event.length, `${end}`);
      }
    // Nothing is found in what is blank, whatever was found before.
    assert.ok(scan(event));
    assert.equal(scan(" ".repeat(event.length)), undefined);
  });

  it("is not made when it is larger than what can be scanned", () => {
    const room = MAX_INPUT - eventWith('"a":""').length;
    const fits = eventWith(`"a":"${"x".repeat(room)}"`);
    assert.equal(Buffer.byteLength(fits), MAX_INPUT);
    assert.equal(scan(fits)?.propertiesEnd, MAX_INPUT - 2);
    assert.equal(scan(eventWith(`"a":"${"x".repeat(room + 1)}"`)), undefined);
    // Nothing of it is there for the next one, which is all of its buffer.
    const bytes = Buffer.from(fits.slice(0, -1));
    assert.equal(scanEvent(bytes, 0, bytes.length, NOW), undefined);
  });
});
