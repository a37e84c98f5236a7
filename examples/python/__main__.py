"""The component from Python: events of two products, on one topic, a Mixpanel project each."""

import pulumi
import pulumi_mixpanel_gcp as mixpanel

config = pulumi.Config()

web = mixpanel.MixpanelImport(
    "web",
    mixpanel_token=config.require_secret("webToken"),
    mixpanel_region=mixpanel.MixpanelRegion.EU,
    message_filter='attributes.product = "web"',
    publishers=["group:developers@example.com"],
    max_instances=10,
    labels={"product": "web"},
)

app = mixpanel.MixpanelImport(
    "app",
    mixpanel_token=config.require_secret("appToken"),
    mixpanel_region=mixpanel.MixpanelRegion.EU,
    existing_topic=web.events_topic,
    message_filter='NOT (attributes.product = "web")',
    max_instances=10,
    manage_services=False,
    labels={"product": "app"},
    opts=pulumi.ResourceOptions(depends_on=[web]),
)

pulumi.export("publish", web.events_topic)
pulumi.export("deadLetters", [web.dead_letter_subscription, app.dead_letter_subscription])
