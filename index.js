// What Pulumi's component host loads for programs in other languages (PulumiPlugin.yaml). JavaScript,
// since the host hands every TypeScript file it is asked for to its own, older loader; what is
// imported from here, Node reads by itself.
export { MixpanelImport } from "./infra/mixpanel-import.ts";
