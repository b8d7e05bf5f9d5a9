"""Request bodies in the OpenAPI document: bodies are read by our own guard, so the framework can't see their types."""

from dataclasses import dataclass

import msgspec
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema


def takes(kind: type[msgspec.Struct], example: object) -> type[Operation]:
    """An operation whose body is of this type, with an example that works."""
    described = msgspec.json.schema(kind)
    fields = described["$defs"][kind.__name__]["properties"]
    required = described["$defs"][kind.__name__].get("required", [])
    properties = {name: Schema(**_schema(field)) for name, field in fields.items()}
    schema = Schema(
        type="object",  # type: ignore[arg-type]  # the enumeration's value
        title=kind.__name__,
        description=kind.__doc__,
        properties=properties,  # type: ignore[arg-type]  # invariant Mapping
        required=required,
    )
    body = RequestBody(content={"application/json": OpenAPIMediaType(schema=schema, example=example)}, required=True)

    @dataclass
    class Described(Operation):
        def __post_init__(self) -> None:
            self.request_body = body

    return Described
