"""Lists in pages: `{"results", "next"}`, with cursors that nobody can bend.

A cursor is the sort key of the last row of a page, signed. The next page starts behind that key,
so that rows which come and go while somebody reads neither repeat nor hide others.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, QueryDict
from drf_spectacular.utils import OpenApiParameter
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ticketmaster.core.errors import InvalidInput

PAGE_SIZE = 20
LARGEST_PAGE = 100
LONGEST_CURSOR = 2_000

Row = TypeVar("Row", bound=Model)


def page_size_from(
    query: QueryDict, *, default: int = PAGE_SIZE, largest: int = LARGEST_PAGE
) -> int:
    """How many rows are asked for, cut to the largest; InvalidInput unless a number from 1 on."""
    given = query.get("page_size", "")
    if not given:
        return default
    if not (given.isascii() and given.isdigit()) or not given.strip("0"):
        raise InvalidInput("page_size is a whole number from 1 on.", attr="page_size")
    return min(int(given[:9]), largest)


def sign_cursor(key: Sequence[Any], *, salt: str) -> str:
    """The cursor for this sort key; `salt` names the list, so that cursors fit one list only.

    The same key has the same cursor at any time: an answer whose rows are unchanged is the same
    bytes, and has the same ETag.
    """
    return _signer(salt).sign_object(list(key), compress=True)


def read_cursor(token: str, *, salt: str, length: int) -> list[Any] | None:
    """The sort key in a cursor, None for no cursor; InvalidInput for one that we did not sign."""
    if not token:
        return None
    try:
        if len(token) > LONGEST_CURSOR:
            raise signing.BadSignature("longer than any cursor of ours")
        key = _signer(salt).unsign_object(token)
    except (signing.BadSignature, ValueError) as error:
        raise InvalidInput("That cursor is not one of ours.", attr="cursor") from error
    if not isinstance(key, list) or len(key) != length:
        raise InvalidInput("That cursor belongs to another list.", attr="cursor")
    return key


def _signer(salt: str) -> signing.Signer:
    return signing.Signer(salt=f"cursor:{salt}")


def behind(ordering: Sequence[str], key: Sequence[Any]) -> Q:
    """The rows behind a sort key; `ordering` as for order_by, ending in something unique.

    None of the columns may be null.
    """
    found = Q()
    same = Q()
    for name, value in zip(ordering, key, strict=True):
        column, step = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        found |= same & Q(**{f"{column}__{step}": value})
        same &= Q(**{column: value})
    return found


def next_address(request: HttpRequest, cursor: str | None) -> str | None:
    """The absolute address of the next page: this one's, with another cursor."""
    if cursor is None:
        return None
    query = request.GET.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def keyset_page(
    rows: QuerySet[Row], query: QueryDict, *, ordering: Sequence[str], salt: str, size: int
) -> tuple[list[Row], str | None]:
    """A page of these rows from the query's cursor on, and the cursor of the next page.

    Raises InvalidInput for a cursor that is not ours.
    """
    key = read_cursor(query.get("cursor", ""), salt=salt, length=len(ordering))
    if key is not None:
        rows = rows.filter(behind(ordering, key))
    page = list(rows.order_by(*ordering)[: size + 1])
    if len(page) <= size:
        return page, None
    last = [_value(page[size - 1], name.lstrip("-")) for name in ordering]
    return page[:size], sign_cursor(last, salt=salt)


class KeysetPagination(BasePagination):
    """DRF pagination by signed keyset cursors.

    Subclasses name their `ordering` (unique as a whole, without nulls) and their `salt`.
    """

    ordering: Sequence[str] = ("-id",)
    salt = "list"
    page_size = PAGE_SIZE
    max_page_size = LARGEST_PAGE

    def paginate_queryset(  # type: ignore[override]  # keysets need a queryset, not a list
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        """One page of the queryset, in `ordering`."""
        self.request = request
        query = request.query_params
        size = page_size_from(query, default=self.page_size, largest=self.max_page_size)
        page, self.cursor = keyset_page(
            queryset, query, ordering=self.ordering, salt=self.salt, size=size
        )
        return page

    def get_paginated_response(self, data: Any) -> Response:
        """The page with the address of the next."""
        address = next_address(self.request._request, self.cursor)
        return Response({"results": data, "next": address})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The page's shape, for the OpenAPI description."""
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema,
                "next": {"type": ["string", "null"], "format": "uri"},
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """`cursor` and `page_size`, for the OpenAPI description of generic views."""
        return [
            {
                "name": parameter.name,
                "in": "query",
                "required": False,
                "schema": {"type": "integer" if parameter.type is int else "string"},
                "description": parameter.description,
            }
            for parameter in self.get_schema_operation_parameters_for_docs()
        ]

    @classmethod
    def get_schema_operation_parameters_for_docs(cls) -> list[OpenApiParameter]:
        """The same for `extend_schema(parameters=…)` of views that are not generic."""
        return page_parameters(default=cls.page_size, largest=cls.max_page_size)


def page_parameters(
    *, default: int = PAGE_SIZE, largest: int = LARGEST_PAGE
) -> list[OpenApiParameter]:
    """`cursor` and `page_size` as the OpenAPI description of a list names them."""
    return [
        OpenApiParameter("cursor", str, description="From `next` of the page before."),
        OpenApiParameter(
            "page_size", int, description=f"{default} by default, at most {largest}; more is cut."
        ),
    ]


def _value(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row.isoformat() if hasattr(row, "isoformat") else row
