import type { Paths } from "./recipe-properties.ts";

/**
 * Columns of Snowplow's canonical event that become properties, under Mixpanel's names where it has
 * any. https://docs.snowplow.io/docs/fundamentals/canonical-event/
 */
export const SNOWPLOW_COLUMNS: Paths = {
  $current_url: ["page_url"],
  $referrer: ["page_referrer"],
  page_title: ["page_title"],
  utm_source: ["mkt_source"],
  utm_medium: ["mkt_medium"],
  utm_campaign: ["mkt_campaign"],
  utm_term: ["mkt_term"],
  utm_content: ["mkt_content"],
  mkt_clickid: ["mkt_clickid"],
  mkt_network: ["mkt_network"],
  refr_medium: ["refr_medium"],
  refr_source: ["refr_source"],
  refr_term: ["refr_term"],
  $os: ["os_name"],
  $browser: ["br_name"],
  $browser_version: ["br_version"],
  $city: ["geo_city"],
  $region: ["geo_region_name"],
  mp_country_code: ["geo_country"],
  ip: ["user_ipaddress"],
  $lib_version: ["v_tracker"],
  device_type: ["dvce_type"],
  language: ["br_lang"],
  app_id: ["app_id"],
  platform: ["platform"],
  session_id: ["domain_sessionid"],
  category: ["se_category"],
  action: ["se_action"],
  label: ["se_label"],
  property: ["se_property"],
  order_id: ["tr_orderid"],
  affiliation: ["tr_affiliation"],
  currency: ["tr_currency"],
  item_order_id: ["ti_orderid"],
  item_sku: ["ti_sku"],
  item_name: ["ti_name"],
  item_category: ["ti_category"],
  item_currency: ["ti_currency"],
};

/** Of these the value is a number, also where it is written as text. */
export const SNOWPLOW_NUMBERS: Paths = {
  $screen_width: ["dvce_screenwidth"],
  $screen_height: ["dvce_screenheight"],
  session_index: ["domain_sessionidx"],
  value: ["se_value"],
  total: ["tr_total"],
  tax: ["tr_tax"],
  shipping: ["tr_shipping"],
  item_price: ["ti_price"],
  item_quantity: ["ti_quantity"],
};
