import {
  CONFIGURATION,
  configKeys,
  type Declaration,
  TOKEN_DECLARATION,
} from "../../../infra/configuration/schema.ts";

/** Pulumi.yaml as `configuration.ts` says it must be, character for character. */
export function renderProjectFile(): string {
  const declarations = configKeys().map((key) => render(key, CONFIGURATION[key]));
  return `${HEADER}  mixpanelToken:
    type: ${TOKEN_DECLARATION.type}
    secret: true
    description: ${quote(TOKEN_DECLARATION.description)}
${declarations.join("")}`;
}

const HEADER = `# yaml-language-server: $schema=https://raw.githubusercontent.com/pulumi/pulumi/master/sdk/go/common/workspace/project.json
name: mixpanel-gcp
description: Gets events from Google Cloud Storage and Pub/Sub into Mixpanel.
license: Apache-2.0
main: infra/
# Error hooks that are told every error; https://github.com/pulumi/pulumi/releases/tag/v3.245.0
requiredPulumiVersion: ">=3.245.0"
runtime:
  name: nodejs
  options:
    # tsx loads the program's TypeScript.
    nodeargs: "--import tsx"
    typescript: false
# What \`pulumi new\` asks for; it takes this section out of the project it makes.
template:
  description: Events from Cloud Storage and Pub/Sub into Mixpanel, none lost
  quickstart: |
    Two APIs have to be on before the first \`pulumi up\`:
      gcloud auth application-default login
      gcloud services enable serviceusage.googleapis.com cloudresourcemanager.googleapis.com
    Your transform is functions/transform.ts; \`npm run local -- FILE\` shows what it does.
  config:
    gcp:project:
      description: Id of the Google Cloud project
    mixpanelRegion:
      description: Where the Mixpanel project keeps its data (us, eu or in)
      default: us
    mixpanelToken:
      description: Token of the Mixpanel project (Project Settings, Overview)
      secret: true
# Declared in infra/configuration/schema.ts; a test holds the two against each other.
config:
`;

function render(key: string, declaration: Declaration): string {
  const items = declaration.type === "array" ? "    items:\n      type: string\n" : "";
  return `  ${key}:
    type: ${declaration.type}
${items}    default: ${quote(declaration.default)}
    description: ${quote(declaration.description)}
`;
}

/** JSON is YAML; a list as Prettier writes it. */
function quote(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(quote).join(", ")}]`;
  return JSON.stringify(value);
}
