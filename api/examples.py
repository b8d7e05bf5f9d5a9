"""Examples that can be posted as they are."""

from datetime import UTC, date, datetime, timedelta

from engine.core.rulebook import EventType, Field, FieldType

EVENT_ID: dict[str, object] = {
    "id": "share-1",
    "type": "content.shared",
    "subject": "email:anna@example.org",
    "data": {"channel": "linkedin", "own_words": True},
}
PERSON = "email:anna@example.org"
COLLEAGUE = "email:bea@example.org"
ORGANIZATION = """\
[organization]
time_zone = "Europe/Helsinki"
country = "FI"
languages = ["en"]
packs = ["starter"]

[[event]]
type = "content.shared"
title = "Shared company content"
purpose = "Recognise voluntary sharing"
keep = "90 days"
seen_by = ["member"]
said_by = ["tool", "member"]
data.channel = { type = "choice", of = ["linkedin", "blog"] }
"""
SHARING = """\
[[rule]]
id = "share"
title = "A share"
on = "content.shared"
if.channel = "linkedin"
points = 10
limits = [{ times = 1, per = "day" }]
"""


def rfc3339(ms: int) -> str:
    """A moment as people and programs read it, in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day_in_words(day: int) -> str:
    """A day since 1970 as people and programs read it."""
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


def example_of(event: EventType, now: int) -> dict[str, object]:
    """An event of this type that the door takes; its people wait if nobody has these aliases."""
    return {
        "id": f"example-{event.type}",
        "type": event.type,
        "subject": PERSON,
        "time": rfc3339(now),
        "data": {field.name: _value(field, now) for field in event.fields.values()},
    }


def _value(field: Field, now: int) -> object:
    match field.type:
        case FieldType.CHOICE:
            return field.choices[0]
        case FieldType.CHOICES:
            return list(field.choices[:1])
        case FieldType.YES_NO:
            return True
        case FieldType.NUMBER:
            return 1
        case FieldType.TIME:
            return rfc3339(now)
        case FieldType.MEMBER:
            return COLLEAGUE
        case FieldType.MEMBERS:
            return [COLLEAGUE]
        case FieldType.CONTENT:
            return "post-2026-11-hiring"
        case FieldType.KEY:
            return "visitor-4711"
        case FieldType.TEXT:
            return "A few words"
