import type { Json, Transform } from "../event/transform-contract.ts";
import { editNamedProperties, setMember } from "./event-properties.ts";
import { checkedEntries, checkName } from "./step-arguments.ts";

const STEP = "renameProperties";

/**
 * Gives properties other names, in events and in updates of profiles. A property that has the new
 * name already is replaced; one that is absent stays so.
 *
 * @example renameProperties({ userId: "$user_id", anonymousId: "$device_id" })
 */
export function renameProperties(names: Readonly<Record<string, string>>): Transform {
  for (const [name, newName] of checkedEntries(STEP, "names", names, "an object of names"))
    checkName(STEP, `the new name of ${JSON.stringify(name)}`, newName);
  const newNames = new Map(Object.entries(names));
  return (record) =>
    editNamedProperties(record, (properties) => {
      const present = Object.keys(properties);
      const renamed = present.filter((name) => newNames.has(name));
      if (renamed.length === 0) return properties;
      const taken = new Set(renamed.map((name) => newNames.get(name)));
      const result: Record<string, Json | undefined> = {};
      for (const name of present)
        if (newNames.has(name) || !taken.has(name))
          setMember(result, newNames.get(name) ?? name, properties[name]);
      return result;
    });
}
