"""The calls, awaited. Made from the OpenAPI document by `make client`: change the API, not this file."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from typing import Literal, TypeVar

from sulka_client import forms
from sulka_client.pages import number, walk_async
from sulka_client.request import Request, request

T = TypeVar("T")


class AsyncCalls(ABC):
    """See the module."""

    @abstractmethod
    async def send(self, asked: Request[T]) -> T:
        """Send a request; what it is answered with."""

    async def whoami(self) -> forms.Whoami:
        """Who this token speaks for."""
        return await self.send(request("GET", "/v1/whoami", forms.Whoami))

    async def event_types(self, *, recorded_at: str | None = None) -> list[forms.EventTypeView]:
        """Everything that may be sent, each with an example ready to post."""
        return await self.send(
            request("GET", "/v1/event-types", list[forms.EventTypeView], headers={"Sulka-Recorded-At": recorded_at})
        )

    async def event_type(self, type: str, *, recorded_at: str | None = None) -> forms.EventTypeView:
        """One type of event, with an example ready to post."""
        return await self.send(
            request(
                "GET",
                "/v1/event-types/{type}",
                forms.EventTypeView,
                places={"type": type},
                headers={"Sulka-Recorded-At": recorded_at},
            )
        )

    async def event_fate(self, source: str, event_id: str) -> forms.Fate:
        """What became of an event, by its sender's own id."""
        return await self.send(
            request(
                "GET",
                "/v1/sources/{source}/events/{event_id}",
                forms.Fate,
                places={"source": source, "event_id": event_id},
            )
        )

    async def me(self, *, language: str | None = None) -> forms.Me:
        """My points, balances, level, badges and streaks, and what I have chosen."""
        return await self.send(request("GET", "/v1/me", forms.Me, headers={"Accept-Language": language}))

    async def ledger(
        self, *, limit: int | None = None, cursor: int | None = None, language: str | None = None
    ) -> forms.LedgerPage:
        """My receipts, the newest first."""
        return await self.send(
            request(
                "GET",
                "/v1/me/ledger",
                forms.LedgerPage,
                query={"limit": limit, "cursor": cursor},
                headers={"Accept-Language": language},
            )
        )

    async def receipt(self, position: int, *, language: str | None = None) -> forms.ReceiptView:
        """Why I got something for one entry, or why not this time."""
        return await self.send(
            request(
                "GET",
                "/v1/me/receipts/{position}",
                forms.ReceiptView,
                places={"position": position},
                headers={"Accept-Language": language},
            )
        )

    async def badges(self, *, language: str | None = None) -> forms.BadgesView:
        """All badges: which I have, since when and why, and what the others take."""
        return await self.send(request("GET", "/v1/me/badges", forms.BadgesView, headers={"Accept-Language": language}))

    async def looks(self, *, limit: int | None = None, cursor: str | None = None) -> forms.LooksView:
        """Who has looked at my record: when, with which token, and the reason they wrote."""
        return await self.send(
            request("GET", "/v1/me/looks", forms.LooksView, query={"limit": limit, "cursor": cursor})
        )

    async def say_act(
        self,
        body: forms.ActBody,
        *,
        recorded_at: str | None = None,
        language: str | None = None,
        prefer: str | None = None,
    ) -> forms.ActAnswer:
        """Say an act myself, where its event allows that."""
        return await self.send(
            request(
                "POST",
                "/v1/me/acts",
                forms.ActAnswer,
                headers={"Sulka-Recorded-At": recorded_at, "Accept-Language": language, "Prefer": prefer},
                body=body,
            )
        )

    async def retract_mine(self, body: forms.MyRetractionBody, *, recorded_at: str | None = None) -> forms.Recorded:
        """Take back my own act by its key, or all my acts about a content."""
        return await self.send(
            request("POST", "/v1/me/retractions", forms.Recorded, headers={"Sulka-Recorded-At": recorded_at}, body=body)
        )

    async def thank(self, body: forms.ThanksBody, *, recorded_at: str | None = None) -> forms.Sent:
        """Thank a colleague."""
        return await self.send(
            request("POST", "/v1/thanks", forms.Sent, headers={"Sulka-Recorded-At": recorded_at}, body=body)
        )

    async def choose_membership(self, body: forms.MembershipBody, *, recorded_at: str | None = None) -> forms.Choices:
        """Join, pause, resume, leave, or be away."""
        return await self.send(
            request("POST", "/v1/me/membership", forms.Choices, headers={"Sulka-Recorded-At": recorded_at}, body=body)
        )

    async def choose_visibility(self, body: forms.VisibilityBody, *, recorded_at: str | None = None) -> forms.Choices:
        """Be shown or hidden on boards, on the wall, with badges."""
        return await self.send(
            request("POST", "/v1/me/visibility", forms.Choices, headers={"Sulka-Recorded-At": recorded_at}, body=body)
        )

    async def notices(self) -> forms.NoticesView:
        """What I am told by mail: nothing, unless I chose it."""
        return await self.send(request("GET", "/v1/me/notices", forms.NoticesView))

    async def choose_notices(self, body: forms.NoticesBody) -> forms.NoticesView:
        """Choose to be told by mail once a week, and at which hours not."""
        return await self.send(request("POST", "/v1/me/notices", forms.NoticesView, body=body))

    async def asked(self, *, language: str | None = None) -> forms.AskedList:
        """Recognitions that wait for my answer, or that I answered, the newest first."""
        return await self.send(
            request("GET", "/v1/me/recognitions", forms.AskedList, headers={"Accept-Language": language})
        )

    async def answer_asked(self, body: forms.AnswerBody, *, recorded_at: str | None = None) -> forms.Answered:
        """Say whether others may see a recognition."""
        return await self.send(
            request(
                "POST", "/v1/me/recognitions", forms.Answered, headers={"Sulka-Recorded-At": recorded_at}, body=body
            )
        )

    async def ask_for_code(self) -> forms.LinkCode:
        """Get a code, and say it from an account of mine elsewhere: in Slack, /sulka CODE."""
        return await self.send(request("POST", "/v1/me/links", forms.LinkCode))

    async def my_links(self) -> forms.LinkList:
        """Under which names tools speak of me."""
        return await self.send(request("GET", "/v1/me/links", forms.LinkList))

    async def unlink(self, alias: str, *, recorded_at: str | None = None) -> forms.Unlinked:
        """Take an account away."""
        return await self.send(
            request(
                "DELETE",
                "/v1/me/links/{alias}",
                forms.Unlinked,
                places={"alias": alias},
                headers={"Sulka-Recorded-At": recorded_at},
            )
        )

    async def say_code(self, body: forms.LinkBody, *, recorded_at: str | None = None) -> forms.Linked:
        """An account says a member's code: from now on it is theirs."""
        return await self.send(
            request("POST", "/v1/links", forms.Linked, headers={"Sulka-Recorded-At": recorded_at}, body=body)
        )

    async def leaderboards(self) -> list[forms.BoardInfo]:
        """All leaderboards."""
        return await self.send(request("GET", "/v1/leaderboards", list[forms.BoardInfo]))

    async def leaderboard(
        self,
        board: str,
        *,
        period: str | None = None,
        by: Literal["members", "teams", "departments", "countries"] | None = None,
        around: Literal["me", "team"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> forms.BoardView:
        """One leaderboard: from the top, from a cursor, around me or my team alone; of members or of units."""
        return await self.send(
            request(
                "GET",
                "/v1/leaderboards/{board}",
                forms.BoardView,
                places={"board": board},
                query={"period": period, "by": by, "around": around, "limit": limit, "cursor": cursor},
            )
        )

    async def recognitions(
        self,
        *,
        kind: Literal["recognition", "thanks", "badge"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        language: str | None = None,
    ) -> forms.WallView:
        """The wall: winners, thanks and badges of members who chose to be shown there, the newest first."""
        return await self.send(
            request(
                "GET",
                "/v1/recognitions",
                forms.WallView,
                query={"kind": kind, "limit": limit, "cursor": cursor},
                headers={"Accept-Language": language},
            )
        )

    async def challenges(self, *, language: str | None = None) -> forms.ChallengesView:
        """Challenges that run, are coming or ended lately: the goal, how far my team or everyone is, and my own share."""
        return await self.send(
            request("GET", "/v1/challenges", forms.ChallengesView, headers={"Accept-Language": language})
        )

    async def import_members(self, body: str, *, recorded_at: str | None = None) -> forms.Imported:
        """Bring a table of people (CSV) into the directory, as `sulka members import` does; larger ones go in by that."""
        return await self.send(
            request(
                "POST",
                "/v1/members/import",
                forms.Imported,
                headers={"Sulka-Recorded-At": recorded_at},
                body=body,
                media_type="text/csv",
            )
        )

    async def imports(self) -> forms.Nights:
        """What became of the nightly tables of people (`[directory]` in config.toml), of the last weeks."""
        return await self.send(request("GET", "/v1/imports", forms.Nights))

    async def add_member(self, body: forms.NewMember, *, recorded_at: str | None = None) -> forms.MemberKnown:
        """Make a member known."""
        return await self.send(
            request("POST", "/v1/members", forms.MemberKnown, headers={"Sulka-Recorded-At": recorded_at}, body=body)
        )

    async def change_member(
        self, member: str, body: forms.MemberPatch, *, recorded_at: str | None = None
    ) -> forms.MemberKnown:
        """Change a member's record or facts."""
        return await self.send(
            request(
                "PATCH",
                "/v1/members/{member}",
                forms.MemberKnown,
                places={"member": member},
                headers={"Sulka-Recorded-At": recorded_at},
                body=body,
            )
        )

    async def member_record(self, member: str, *, reason: str, language: str | None = None) -> forms.MemberRecordView:
        """One person's record, with a written reason that they see."""
        return await self.send(
            request(
                "GET",
                "/v1/members/{member}",
                forms.MemberRecordView,
                places={"member": member},
                query={"reason": reason},
                headers={"Accept-Language": language},
            )
        )

    async def member_ledger(
        self,
        member: str,
        *,
        reason: str,
        limit: int | None = None,
        cursor: int | None = None,
        language: str | None = None,
    ) -> forms.LedgerPage:
        """One person's receipts, the newest first, with a written reason that they see."""
        return await self.send(
            request(
                "GET",
                "/v1/members/{member}/ledger",
                forms.LedgerPage,
                places={"member": member},
                query={"reason": reason, "limit": limit, "cursor": cursor},
                headers={"Accept-Language": language},
            )
        )

    async def member_receipt(
        self, member: str, position: int, *, reason: str, language: str | None = None
    ) -> forms.ReceiptView:
        """One receipt of one person, with a written reason that they see."""
        return await self.send(
            request(
                "GET",
                "/v1/members/{member}/receipts/{position}",
                forms.ReceiptView,
                places={"member": member, "position": position},
                query={"reason": reason},
                headers={"Accept-Language": language},
            )
        )

    async def member_badges(self, member: str, *, reason: str, language: str | None = None) -> forms.BadgesView:
        """One person's badges, with a written reason that they see."""
        return await self.send(
            request(
                "GET",
                "/v1/members/{member}/badges",
                forms.BadgesView,
                places={"member": member},
                query={"reason": reason},
                headers={"Accept-Language": language},
            )
        )

    async def know_content(self, body: forms.ContentBody, *, recorded_at: str | None = None) -> forms.Recorded:
        """Make content known, so that its age and topics can be conditions."""
        return await self.send(
            request("POST", "/v1/content", forms.Recorded, headers={"Sulka-Recorded-At": recorded_at}, body=body)
        )

    async def award(self, body: forms.AwardBody, *, recorded_at: str | None = None) -> forms.Recorded:
        """Give points, another currency or a badge by hand, with a reason that the member sees."""
        return await self.send(
            request("POST", "/v1/awards", forms.Recorded, headers={"Sulka-Recorded-At": recorded_at}, body=body)
        )

    async def correct(self, body: forms.CorrectionBody, *, recorded_at: str | None = None) -> forms.Recorded:
        """Add an amount of either sign to a balance, with a reason that the member sees."""
        return await self.send(
            request("POST", "/v1/corrections", forms.Recorded, headers={"Sulka-Recorded-At": recorded_at}, body=body)
        )

    async def retract(self, body: forms.RetractionBody, *, recorded_at: str | None = None) -> forms.Recorded:
        """Take back an event by its key, or everything about a content and a member."""
        return await self.send(
            request("POST", "/v1/retractions", forms.Recorded, headers={"Sulka-Recorded-At": recorded_at}, body=body)
        )

    async def approvals(
        self, *, limit: int | None = None, cursor: int | None = None, language: str | None = None
    ) -> forms.ApprovalsPage:
        """What waits until somebody agrees, the oldest first: who would get what, since when, and up to when."""
        return await self.send(
            request(
                "GET",
                "/v1/approvals",
                forms.ApprovalsPage,
                query={"limit": limit, "cursor": cursor},
                headers={"Accept-Language": language},
            )
        )

    async def decide(self, position: int, body: forms.VerdictBody, *, recorded_at: str | None = None) -> forms.Recorded:
        """Agree to what an entry has waiting, or don't."""
        return await self.send(
            request(
                "POST",
                "/v1/approvals/{position}",
                forms.Recorded,
                places={"position": position},
                headers={"Sulka-Recorded-At": recorded_at},
                body=body,
            )
        )

    async def rulebook(self) -> forms.RulebookView:
        """The files in force, and what of the past is still being counted."""
        return await self.send(request("GET", "/v1/rulebook", forms.RulebookView))

    async def versions(self) -> list[forms.VersionView]:
        """All publications, the first one first."""
        return await self.send(request("GET", "/v1/rulebook/versions", list[forms.VersionView]))

    async def check_rulebook(self, body: forms.RulebookBody) -> forms.CheckAnswer:
        """Every mistake with file, line, column and cure."""
        return await self.send(request("POST", "/v1/rulebook/check", forms.CheckAnswer, body=body))

    async def publish(self, body: forms.RulebookBody, *, recorded_at: str | None = None) -> forms.PublishAnswer:
        """Put these files in force from the next entry on; what was paid stays as it is."""
        return await self.send(
            request(
                "POST",
                "/v1/rulebook/publish",
                forms.PublishAnswer,
                headers={"Sulka-Recorded-At": recorded_at},
                body=body,
            )
        )

    async def deliveries(
        self,
        source: str,
        *,
        verdict: Literal["accepted", "duplicate", "ignored", "unreadable", "not-authentic", "handshake", "failed"]
        | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> forms.DeliveriesPage:
        """What a sender has delivered, the newest first, with what became of each and why."""
        return await self.send(
            request(
                "GET",
                "/v1/sources/{source}/deliveries",
                forms.DeliveriesPage,
                places={"source": source},
                query={"verdict": verdict, "cursor": cursor, "limit": limit},
            )
        )

    async def replay_delivery(self, source: str, delivery: str, *, recorded_at: str | None = None) -> forms.TakenView:
        """Read a delivery again, by today's mapping, when what was wrong has been mended."""
        return await self.send(
            request(
                "POST",
                "/v1/sources/{source}/deliveries/{delivery}/replay",
                forms.TakenView,
                places={"source": source, "delivery": delivery},
                headers={"Sulka-Recorded-At": recorded_at},
            )
        )

    async def try_source(self, source: str) -> forms.TakenView:
        """Make a delivery as this sender would, sign it with its newest secret, and take it like any other."""
        return await self.send(request("POST", "/v1/sources/{source}/test", forms.TakenView, places={"source": source}))

    async def add_source(self, body: forms.SourceBody) -> forms.SourceMade:
        """Make a sender of events known."""
        return await self.send(request("POST", "/v1/sources", forms.SourceMade, body=body))

    async def sources(self) -> list[forms.SourceView]:
        """All senders, and by what secrets they are known; never the secrets."""
        return await self.send(request("GET", "/v1/sources", list[forms.SourceView]))

    async def add_secret(self, source: str, body: forms.SecretBody) -> forms.SecretMade:
        """Let a further secret count, so that a sender can be given another one without a gap."""
        return await self.send(
            request("POST", "/v1/sources/{source}/secrets", forms.SecretMade, places={"source": source}, body=body)
        )

    async def take_secret(self, source: str, secret: str) -> forms.SourceView:
        """Let a secret count no more, from the next delivery on."""
        return await self.send(
            request(
                "DELETE",
                "/v1/sources/{source}/secrets/{secret}",
                forms.SourceView,
                places={"source": source, "secret": secret},
            )
        )

    async def create_token(self, body: forms.TokenBody) -> forms.TokenMade:
        """Create a token."""
        return await self.send(request("POST", "/v1/tokens", forms.TokenMade, body=body))

    async def open_history(self, *, recorded_at: str) -> forms.History:
        """Open history on an empty log: calls that append then say their own time in Sulka-Recorded-At."""
        return await self.send(
            request("POST", "/v1/history", forms.History, headers={"Sulka-Recorded-At": recorded_at})
        )

    async def end_history(self, *, recorded_at: str | None = None) -> forms.History:
        """End history for good: from here on the door's clock counts."""
        return await self.send(
            request("DELETE", "/v1/history", forms.History, headers={"Sulka-Recorded-At": recorded_at})
        )

    async def asides(self, *, limit: int | None = None, cursor: int | None = None) -> forms.AsidesPage:
        """Entries that a bug of ours kept from being judged: position, code and when, the newest first."""
        return await self.send(request("GET", "/v1/asides", forms.AsidesPage, query={"limit": limit, "cursor": cursor}))

    async def retry_aside(self, position: int, *, recorded_at: str | None = None) -> forms.Recorded:
        """Have an entry that went aside judged again, under its own time."""
        return await self.send(
            request(
                "POST",
                "/v1/asides/{position}/retry",
                forms.Recorded,
                places={"position": position},
                headers={"Sulka-Recorded-At": recorded_at},
            )
        )

    async def subscriptions(self) -> forms.SubscriptionList:
        """All subscriptions, and how each is doing."""
        return await self.send(request("GET", "/v1/subscriptions", forms.SubscriptionList))

    async def add_subscription(self, body: forms.SubscriptionBody) -> forms.SubscriptionMade:
        """Tell a receiver what goes on from now on."""
        return await self.send(request("POST", "/v1/subscriptions", forms.SubscriptionMade, body=body))

    async def change_subscription(self, subscription: str, body: forms.SubscriptionPatch) -> forms.SubscriptionMade:
        """Change a subscription, switch it on or off, or let another secret sign."""
        return await self.send(
            request(
                "PATCH",
                "/v1/subscriptions/{subscription}",
                forms.SubscriptionMade,
                places={"subscription": subscription},
                body=body,
            )
        )

    async def drop_subscription(self, subscription: str) -> forms.Dropped:
        """Tell a receiver nothing more, and forget it."""
        return await self.send(
            request("DELETE", "/v1/subscriptions/{subscription}", forms.Dropped, places={"subscription": subscription})
        )

    async def check_subscription(self, subscription: str) -> forms.Tested:
        """Send a receiver a message that says nothing, and see what it answers; at most 15 seconds."""
        return await self.send(
            request(
                "POST", "/v1/subscriptions/{subscription}/test", forms.Tested, places={"subscription": subscription}
            )
        )

    async def replay(self, subscription: str, body: forms.ReplayBody) -> forms.SubscriptionView:
        """Send everything from an entry of the log or a moment on once more, under the same ids."""
        return await self.send(
            request(
                "POST",
                "/v1/subscriptions/{subscription}/replay",
                forms.SubscriptionView,
                places={"subscription": subscription},
                body=body,
            )
        )

    async def subscription_deliveries(self, subscription: str) -> forms.SubscriptionDeliveries:
        """The newest tries of a subscription, what waits to be tried again, and what was given up."""
        return await self.send(
            request(
                "GET",
                "/v1/subscriptions/{subscription}/deliveries",
                forms.SubscriptionDeliveries,
                places={"subscription": subscription},
            )
        )

    async def add_organization(self, body: forms.OrganizationBody) -> forms.OrganizationMade:
        """Add an organization, with its first token."""
        return await self.send(request("POST", "/v1/organizations", forms.OrganizationMade, body=body))

    async def organizations(self) -> forms.OrganizationList:
        """All organizations beside the first one, with their limits."""
        return await self.send(request("GET", "/v1/organizations", forms.OrganizationList))

    async def change_organization(self, organization: str, body: forms.OrganizationChange) -> forms.Organization:
        """Change an organization's title or limits, close it, or open it again."""
        return await self.send(
            request(
                "PATCH",
                "/v1/organizations/{organization}",
                forms.Organization,
                places={"organization": organization},
                body=body,
            )
        )

    async def live(self) -> forms.Live:
        """Whether the process answers; asks nobody else."""
        return await self.send(request("GET", "/health/live", forms.Live))

    async def ready(self) -> forms.Ready:
        """Whether the store answers; 503 where it does not."""
        return await self.send(request("GET", "/health/ready", forms.Ready))

    async def metrics(self) -> str:
        """Counts and durations for Prometheus: from this machine, or with the token in SULKA_METRICS_TOKEN."""
        return await self.send(request("GET", "/metrics", str))

    def walk_ledger(self, *, limit: int | None = None, language: str | None = None) -> AsyncIterator[forms.ReceiptView]:
        """All pages of `ledger`, row by row."""
        return walk_async(
            lambda cursor: self.ledger(limit=limit, language=language, cursor=number(cursor)),
            lambda page: page.receipts,
        )

    def walk_looks(self, *, limit: int | None = None) -> AsyncIterator[forms.LookView]:
        """All pages of `looks`, row by row."""
        return walk_async(lambda cursor: self.looks(limit=limit, cursor=cursor), lambda page: page.looks)

    def walk_leaderboard(
        self,
        board: str,
        *,
        period: str | None = None,
        by: Literal["members", "teams", "departments", "countries"] | None = None,
        around: Literal["me", "team"] | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[forms.Row]:
        """All pages of `leaderboard`, row by row."""
        return walk_async(
            lambda cursor: self.leaderboard(board, period=period, by=by, around=around, limit=limit, cursor=cursor),
            lambda page: page.rows,
        )

    def walk_recognitions(
        self,
        *,
        kind: Literal["recognition", "thanks", "badge"] | None = None,
        limit: int | None = None,
        language: str | None = None,
    ) -> AsyncIterator[forms.RecognitionView]:
        """All pages of `recognitions`, row by row."""
        return walk_async(
            lambda cursor: self.recognitions(kind=kind, limit=limit, language=language, cursor=cursor),
            lambda page: page.recognitions,
        )

    def walk_member_ledger(
        self, member: str, *, reason: str, limit: int | None = None, language: str | None = None
    ) -> AsyncIterator[forms.ReceiptView]:
        """All pages of `member_ledger`, row by row."""
        return walk_async(
            lambda cursor: self.member_ledger(
                member, reason=reason, limit=limit, language=language, cursor=number(cursor)
            ),
            lambda page: page.receipts,
        )

    def walk_approvals(
        self, *, limit: int | None = None, language: str | None = None
    ) -> AsyncIterator[forms.ApprovalView]:
        """All pages of `approvals`, row by row."""
        return walk_async(
            lambda cursor: self.approvals(limit=limit, language=language, cursor=number(cursor)),
            lambda page: page.approvals,
        )

    def walk_deliveries(
        self,
        source: str,
        *,
        verdict: Literal["accepted", "duplicate", "ignored", "unreadable", "not-authentic", "handshake", "failed"]
        | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[forms.DeliveryView]:
        """All pages of `deliveries`, row by row."""
        return walk_async(
            lambda cursor: self.deliveries(source, verdict=verdict, limit=limit, cursor=cursor),
            lambda page: page.deliveries,
        )

    def walk_asides(self, *, limit: int | None = None) -> AsyncIterator[forms.AsideView]:
        """All pages of `asides`, row by row."""
        return walk_async(lambda cursor: self.asides(limit=limit, cursor=number(cursor)), lambda page: page.asides)
