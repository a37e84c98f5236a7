// The same as index.js, where Pulumi's analyzer reads the component's types from
// (@pulumi/pulumi/provider/experimental/analyzer).
export { MixpanelImport } from "./infra/mixpanel-import.ts";
