"""Imports and exports as a window asks for them: previewed, done and told."""

import asyncio
import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.backend.desk import AUTH, HI, P256DH, Desk, Town
from webpush_admin.backend.exchange import GONE
from webpush_admin.backend.exchange_records import ExportFormat, ExportOptions, ImportFormat
from webpush_admin.backend.records import DatabaseChanged
from webpush_admin.push.dispatch_store import ChangeKind
from webpush_admin.push.errors import PushError
from webpush_admin.push.events import UserInvalidated
from webpush_admin.sandbox.records import Temper
from webpush_admin.store.rows import Chosen, SubscriptionFilter, SubscriptionQuery

DATA = Path(__file__).parents[1] / "data" / "import"
WHOLE = ExportOptions(ExportFormat.JSON_LINES, endpoints=True, keys=True)


def kept(desk: Desk) -> list[str]:
    """Return the names of the previews that lie beside the database."""
    return [file.name for file in desk.session.store.database.side.file("x").parent.glob("import-*")]


def test_an_import_is_previewed_applied_and_told(town: Town) -> None:
    async def run() -> None:
        async with Desk() as desk:
            await town.open(desk)
            preview = await desk.backend.exchange.preview(DATA / "array.json")
            assert (preview.name, preview.format, preview.added) == ('"array.json"', ImportFormat.JSON_ARRAY, 3)
            assert kept(desk) == [f"import-{preview.number}.db"]
            assert await desk.rows() == ()
            desk.told.clear()
            done = await desk.backend.exchange.apply(preview.number)
            assert (done.added, done.users_added) == (3, 2)
            assert kept(desk) == []
            assert len(await desk.rows()) == 3
            await desk.wait_for(DatabaseChanged, 2)
            assert {change.kind for change in desk.of(DatabaseChanged)} == {ChangeKind.USERS, ChangeKind.SUBSCRIPTIONS}
            assert all(len(change.user_ids) == 2 for change in desk.of(DatabaseChanged))
            with pytest.raises(PushError, match=GONE):
                await desk.backend.exchange.apply(preview.number)

    asyncio.run(run())


def test_a_preview_can_be_discarded(town: Town) -> None:
    async def run() -> None:
        async with Desk() as desk:
            await town.open(desk)
            preview = await desk.backend.exchange.preview((DATA / "array.json").read_text())
            assert preview.name == "The text"
            await desk.backend.exchange.discard(preview.number)
            await desk.backend.exchange.discard(preview.number)
            assert kept(desk) == []
            with pytest.raises(PushError, match=GONE):
                await desk.backend.exchange.apply(preview.number)

    asyncio.run(run())


def test_what_was_refused_is_asked_about_again(town: Town) -> None:
    async def run() -> None:
        async with Desk() as desk:
            await town.open(desk)
            preview = await desk.backend.exchange.preview(DATA / "refused_in_array.json")
            with pytest.raises(PushError, match="3 records are refused: nothing was imported"):
                await desk.backend.exchange.apply(preview.number)
            # It is still there, for another answer.
            assert (await desk.backend.exchange.apply(preview.number, skip_refused=True)).added == 2

    asyncio.run(run())


def test_records_without_a_user_go_to_the_chosen_one_who_must_be_there(town: Town) -> None:
    user = town.add_user()

    async def run() -> None:
        async with Desk() as desk:
            await town.open(desk)
            assert (await desk.backend.exchange.preview(DATA / "push_subscription.json")).needs_user == 1
            preview = await desk.backend.exchange.preview(DATA / "push_subscription.json", user)
            await desk.backend.exchange.apply(preview.number)
            assert len(await desk.rows(user)) == 1
            with pytest.raises(PushError, match="There is no such user any more"):
                await desk.backend.exchange.preview(DATA / "push_subscription.json", uuid4())

    asyncio.run(run())


def test_an_import_invalidates_its_users_in_the_running_dispatcher(town: Town) -> None:
    user = town.add_user(Temper.CREATED)
    town.add_endpoint(user, "https://push.example.net/other")

    async def run() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await desk.dispatcher.dispatch(user, HI)
            text = json.dumps(
                {"user_id": str(user), "endpoint": "https://push.example.net/new", "p256dh": P256DH, "auth": AUTH}
            )
            preview = await desk.backend.exchange.preview(text)
            await desk.backend.exchange.apply(preview.number)
            told = await desk.wait_for(UserInvalidated)
            assert told.user_id == user

    asyncio.run(run())


def test_only_the_demos_own_sandbox_is_imported_from_this_machine(town: Town) -> None:
    one = town.sandbox.create_subscriptions([Temper.CREATED])[0]

    def line(endpoint: str) -> str:
        return json.dumps({"user": "Ada", "endpoint": endpoint, "p256dh": one.p256dh, "auth": one.auth})

    async def run() -> None:
        async with Desk() as desk:
            await town.open(desk)
            there = await desk.backend.exchange.preview(line(one.endpoint))
            assert (there.added, there.refused) == (1, 0)
            other = one.endpoint.replace(str(town.sandbox.port), "6379")
            assert (await desk.backend.exchange.preview(line(other))).refused == 1
            await town.open(desk, sandbox=None)
            assert (await desk.backend.exchange.preview(line(one.endpoint))).refused == 1

    asyncio.run(run())


def exported_users(path: Path) -> list[str]:
    return [json.loads(line)["user_name"] for line in path.read_text().splitlines()]


def test_all_a_filter_or_a_selection_is_exported(town: Town, tmp_path: Path) -> None:
    users = town.add_users([[Temper.CREATED, Temper.GONE], [Temper.CREATED]])

    async def run() -> None:
        async with Desk() as desk:
            await town.open(desk)
            ids = {row.subscription.user_id: row.subscription.id or 0 for row in await desk.rows()}
            query = SubscriptionQuery(where=SubscriptionFilter(search="user 0"))
            wanted = {
                "all": (None, ["user 0", "user 0", "user 1"]),
                "filter": (query, ["user 0", "user 0"]),
                "ids": (Chosen(1, ids=(ids[users[1]],)), ["user 1"]),
                "list": (Chosen(1, query=SubscriptionQuery(user_id=users[1])), ["user 1"]),
            }
            for name, (what, names) in wanted.items():
                path = tmp_path / name
                done = await desk.backend.exchange.export(what, path, WHOLE)
                assert (done.rows, done.path) == (len(names), path)
                assert exported_users(path) == names

    asyncio.run(run())


def test_an_export_is_taken_back_by_an_import(town: Town, tmp_path: Path) -> None:
    town.add_users([[Temper.CREATED, Temper.GONE], [Temper.CREATED]])

    async def run() -> None:
        async with Desk() as desk:
            await town.open(desk)
            before = await desk.rows()
            await desk.backend.exchange.export(None, tmp_path / "all", WHOLE)
            owners: list[UUID] = [row.subscription.user_id for row in before if row.subscription.user_id]
            await desk.backend.deleting.users(sorted(set(owners)))
            preview = await desk.backend.exchange.preview(tmp_path / "all")
            await desk.backend.exchange.apply(preview.number)
            after = await desk.rows()
            assert [(row.user_name, row.subscription.endpoint, row.subscription.auth) for row in after] == [
                (row.user_name, row.subscription.endpoint, row.subscription.auth) for row in before
            ]
            assert [row.subscription.user_id for row in after] == owners

    asyncio.run(run())
