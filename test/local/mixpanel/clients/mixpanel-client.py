"""Uses the `mixpanel` package of Python. Argument: the simulator's address; its token is "t"."""

import sys
import time

import mixpanel

url = sys.argv[1]
client = mixpanel.Mixpanel(
    "t",
    consumer=mixpanel.Consumer(
        events_url=url + "/track",
        people_url=url + "/engage",
        groups_url=url + "/groups",
        import_url=url + "/import",
    ),
)
client.import_data(None, "u", "imported", int(time.time()) - 3600, api_secret="t")
client.track("u", "tracked", {"text": "Zürich"})
client.people_set("u", {"plan": "gold"})
client.people_increment("u", {"logins": 2})
client.people_append("u", {"tags": "a"})
client.people_union("u", {"tags": ["a", "b"]})
client.people_remove("u", {"tags": "a"})
client.group_set("company", "acme", {"seats": 5})
client.group_union("company", "acme", {"l": ["x"]})
