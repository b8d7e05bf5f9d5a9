"""The text of a form -> its fields. Everything in a form is a text."""

from typing import Final
from urllib.parse import parse_qsl

from engine.core.faults import FaultCode
from engine.sources.events import MAX_FAULTS, Fault, NotUnderstood
from engine.sources.json_guard import escaped

MOST_FORM_FIELDS: Final = 200


def read_form(body: bytes) -> dict[str, str]:
    """The fields of a form as it is sent, `a=1&b=2`.

    Raises:
        NotUnderstood: No UTF-8, too many fields, or one of them twice.
    """
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FORM_FIELDS)
    except UnicodeDecodeError:
        raise NotUnderstood((_fault("", "not-utf8", "bytes that are no UTF-8", "a form in UTF-8"),)) from None
    except ValueError:
        found, expected = f"more than {MOST_FORM_FIELDS} fields", f"at most {MOST_FORM_FIELDS}"
        raise NotUnderstood((_fault("", "too-many", found, expected),)) from None
    form: dict[str, str] = {}
    twice: dict[str, None] = {}
    for name, value in pairs:
        if name in form:
            twice[name] = None
        form[name] = value
    if twice:
        raise NotUnderstood(
            tuple(
                _fault(f"/{escaped(name)}", "duplicate-key", f'"{name[:100]}" more than once', "each field once")
                for name in list(twice)[:MAX_FAULTS]
            )
        )
    return form


def _fault(pointer: str, code: FaultCode, found: str, expected: str) -> Fault:
    return Fault(pointer=pointer, code=code, found=found, expected=expected)
