import type { ProfileSwitches } from "./profile-switches.ts";
import type { ProfileUpdate } from "./profile-update.ts";

/**
 * Where an update says its user is. Mixpanel locates `$ip`, or the request's address when there is
 * none, keeps the place and drops the address; `$ip: "0"` and `ip=0` in the URL turn it off
 * (https://docs.mixpanel.com/docs/tracking-best-practices/geolocation). Here the place names the
 * address or the coordinates it was made of.
 *
 * @param requestAddress undefined with `ip=0`
 */
export function placeOf(
  { ip, coordinates }: Pick<ProfileUpdate, "ip" | "coordinates">,
  requestAddress: string | undefined,
  { ipParameter }: ProfileSwitches,
): ReadonlyMap<string, string> {
  if (coordinates !== undefined)
    return new Map([...placeNamed(coordinates), ["$geo_source", "reverse_geocoding"]]);
  const isTurnedOff = ip === 0 || ip === "0" || ip === false;
  const isOverridden = requestAddress === undefined && ipParameter === "overrides";
  if (isTurnedOff || isOverridden) return new Map();
  const address = typeof ip === "string" && ip !== "" ? ip : requestAddress;
  return address === undefined ? new Map() : placeNamed(address);
}

function placeNamed(origin: string): ReadonlyMap<string, string> {
  return new Map([
    ["$city", `City of ${origin}`],
    ["$region", `Region of ${origin}`],
    ["$country_code", "ZZ"],
  ]);
}
