"""What is exchanged with ServiceNow, said before anybody allows it."""

from typing import Final

from connector.words import later

STORED: Final = later(
    "Snowline keeps, encrypted, the tokens that ServiceNow gives it and the client secret. They let"
    " it do what the integration user may. Of tickets it keeps what their cards and threads show."
)
SENT: Final = later(
    "Each ticket sends: name, description, due date, priority and a change's type and planned"
    " times, with the improvement action's category, gain, link and remediation steps, the"
    " requester's name, Slack user ID and e-mail address, and what an admin's rules add. What"
    " people do with a ticket from Slack is sent with their name."
)
