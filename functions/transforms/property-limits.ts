/**
 * What Mixpanel refuses or cuts in an event. "Fewer than 255" is one less than some of its pages
 * allow. https://docs.mixpanel.com/reference/import-events and
 * https://docs.mixpanel.com/docs/data-structure/property-reference/data-type
 */
export const PROPERTY_LIMITS = {
  properties: 254,
  nestedKeys: 254,
  elements: 254,
  /** Levels of objects and lists, the property's value being the first. */
  depth: 3,
  /** Longer texts and names are cut by Mixpanel, silently. */
  textBytes: 255,
} as const;
