"""A small app as Bolt's documentation writes them. It knows nothing of Signalbox or of the local workspace."""

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


def plain_app(api_url: str, bot_token: str, signing_secret: str) -> AsyncApp:
    client = AsyncWebClient(token=bot_token, base_url=api_url)
    app = AsyncApp(token=bot_token, signing_secret=signing_secret, client=client)
    for register in (commands, messages, views, events):
        register(app)
    return app


def commands(app):
    @app.command("/echo")
    async def echo(ack, respond, command):
        await ack()
        await respond(f"{command['text']}")

    @app.command("/answer")
    async def answer(ack):
        await ack(text="in the acknowledgement", response_type="in_channel")

    @app.command("/silent")
    async def silent():
        pass

    @app.command("/ask")
    async def ask(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal())


def messages(app):
    @app.message("hello")
    async def hello(message, say):
        await say(
            text=f"Hey there <@{message['user']}>!",
            blocks=[
                {
                    "type": "section",
                    "text": {"type": "mrkdwn", "text": f"Hey there <@{message['user']}>!"},
                    "accessory": {
                        "type": "button",
                        "text": {"type": "plain_text", "text": "Click Me"},
                        "action_id": "button_click",
                        "value": "42",
                    },
                }
            ],
        )

    @app.action("button_click")
    async def clicked(ack, body, respond, say):
        await ack()
        await say(f"<@{body['user']['id']}> clicked {body['actions'][0]['value']}")
        await respond(text="You clicked", replace_original=True)


def views(app):
    @app.action("more")
    async def more(ack, body, client):
        await ack()
        await client.views_push(trigger_id=body["trigger_id"], view={**modal(), "callback_id": "second"})

    @app.view("first")
    async def submitted(ack, body, view, client):
        name = view["state"]["values"]["name"]["name"]["value"]
        if len(name) < 3:
            await ack(response_action="errors", errors={"name": "Too short"})
            return
        await ack()
        await client.chat_postMessage(channel=body["user"]["id"], text=f"Thanks, {name}")

    @app.view("second")
    async def submitted_second(ack):
        await ack(response_action="clear")

    @app.view_closed("first")
    async def closed(ack, body, client):
        await ack()
        await client.chat_postMessage(channel=body["user"]["id"], text="Closed")

    @app.options("city")
    async def cities(ack, payload):
        names = [name for name in ("Lisbon", "London", "Lagos") if name.lower().startswith(payload["value"].lower())]
        await ack(options=[{"text": {"type": "plain_text", "text": name}, "value": name} for name in names])


def events(app):
    @app.event("app_home_opened")
    async def home(client, event):
        text = {"type": "mrkdwn", "text": f"Welcome home, <@{event['user']}>"}
        view = {"type": "home", "blocks": [{"type": "section", "text": text}]}
        await client.views_publish(user_id=event["user"], view=view)

    @app.event("app_mention")
    async def mentioned(event, say):
        await say(text="You called?", thread_ts=event["ts"])

    @app.event("reaction_added")
    async def reacted(event, client):
        item = event["item"]
        await client.chat_postMessage(channel=item["channel"], thread_ts=item["ts"], text=f"A {event['reaction']}!")


def modal() -> dict:
    city = {"type": "external_select", "action_id": "city", "min_query_length": 1}
    return {
        "type": "modal",
        "callback_id": "first",
        "notify_on_close": True,
        "title": {"type": "plain_text", "text": "Your name"},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": [
            {
                "type": "input",
                "block_id": "name",
                "label": {"type": "plain_text", "text": "Name"},
                "element": {"type": "plain_text_input", "action_id": "name"},
            },
            {
                "type": "input",
                "block_id": "city",
                "optional": True,
                "label": {"type": "plain_text", "text": "City"},
                "element": city,
            },
            {
                "type": "actions",
                "elements": [{"type": "button", "action_id": "more", "text": {"type": "plain_text", "text": "More"}}],
            },
        ],
    }
