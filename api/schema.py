"""The OpenAPI document: what the framework sees of each call, and the request bodies that our own guard reads."""

from typing import Any

import msgspec
from litestar import Litestar, Request
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

TAKES, EXAMPLE = "takes", "example"
"""Options of a handler: the type of its body, and a body that works."""


class Document(JsonRenderPlugin):
    """Adds the bodies to what is rendered."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The whole document."""
        return self.render_json(request, with_bodies(request.app, openapi_schema))


def openapi() -> OpenAPIConfig:
    """OpenAPI 3.1 at /schema."""
    return OpenAPIConfig(
        title="Sulka",
        version="1",
        path="/schema",
        render_plugins=[Document(path=["/", "/openapi.json"])],
        use_handler_docstrings=True,
    )


def with_bodies(app: Litestar, document: dict[str, Any]) -> dict[str, Any]:
    """The document with the body of each call that takes one, and its example."""
    paths = {path: dict(operations) for path, operations in document["paths"].items()}
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            kind = handler.opt.get(TAKES)
            for method in handler.http_methods if kind is not None else ():
                path = route.path_format
                body = {"schema": inlined(kind), "example": handler.opt[EXAMPLE]}
                operation = paths[path][method.lower()]
                content = {"content": {"application/json": body}, "required": True}
                paths[path][method.lower()] = {**operation, "requestBody": content}
    return {**document, "paths": paths}


def inlined(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - any type that msgspec knows
    """The JSON Schema of a type whose parts are named once each."""
    (schema,), parts = msgspec.json.schema_components((kind,), schema_hook=lambda _: {"description": "Any JSON value"})
    resolved = _resolve(schema, parts)
    assert isinstance(resolved, dict)
    return resolved


def _resolve(node: object, parts: dict[str, Any]) -> object:
    if isinstance(node, dict):
        if "$ref" in node:
            return _resolve(parts[node["$ref"].rpartition("/")[2]], parts)
        return {key: _resolve(value, parts) for key, value in node.items()}
    if isinstance(node, list):
        return [_resolve(each, parts) for each in node]
    return node
