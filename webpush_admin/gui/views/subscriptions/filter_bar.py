"""The filters of the table: a button for each that never moves; what narrows is seen in the line below, always.

Runs on: GUI thread
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.one_line import OneLineDialog
from webpush_admin.gui.dialogs.time_range import TimeRangeDialog
from webpush_admin.gui.models.filters import (
    BROWSER_NAMES,
    NEEDS_AUDIT,
    NO_FILTERS,
    Filters,
    browser_words,
    condition_words,
    title_of,
)
from webpush_admin.gui.models.time_range import Recent, TimeRange
from webpush_admin.gui.views.subscriptions.saved_menu import SavedButton
from webpush_admin.gui.widgets.choices import PAST, add_choice, add_times, choices_of
from webpush_admin.gui.widgets.filter_button import FilterButton
from webpush_admin.gui.widgets.flow import FlowLayout
from webpush_admin.gui.widgets.search import SearchField
from webpush_admin.gui.widgets.shown_line import ShownLine
from webpush_admin.push.services import SERVICES
from webpush_admin.push.subscription import endpoint_host
from webpush_admin.store.rows import Condition, SubscriptionFilter

SHOWN_FROM_PIXELS: Final = 520
"""A narrower table begins without the bar: it would take three lines."""

MOST_HOSTS: Final = 12
_SHOWN: Final = "filters/shown"


class FilterBar(QWidget):
    """Filters beside the search.

    Attributes:
        changed: Something else is wanted; see `where()`.
        line: What narrows and how many are shown; stands below, also while the bar is hidden.
        shown_changed: The bar was shown or hidden.
    """

    changed = Signal()
    shown_changed = Signal(bool)

    def __init__(self, context: Context, search: SearchField, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("filter_bar")
        self.setAccessibleName(self.tr("Filters"))
        self._context = context
        self._search = search
        self._filters = NO_FILTERS
        self._hosts: dict[str, str] = {}
        self._settings: QSettings | None = None
        self._shown = True
        self._by_hand = False
        fills: dict[str, Callable[[QMenu], None] | None] = {
            "service": self._fill_services,
            "browser": self._fill_browsers,
            "condition": self._fill_conditions,
            "created": lambda menu: self._fill_times(menu, "created"),
            "success": lambda menu: self._fill_times(menu, "success"),
            "findings": None,
            "anywhere": None,
        }
        place = QWidget(self)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        place.setSizePolicy(policy)
        flow = FlowLayout(place)
        titles = {name: title_of(name) for name in fills}
        self.line = ShownLine(titles, parent, nouns=(self.tr("subscription"), self.tr("subscriptions")))
        self.line.cleared.connect(self._on_taken_away)
        self.line.all_cleared.connect(self._on_clear)
        self.buttons: dict[str, FilterButton] = {}
        for name, fill in fills.items():
            if fill is None:
                continue
            button = FilterButton(title_of(name), place, name=f"{name}_filter", fill=fill, steady=True)
            button.cleared.connect(lambda name=name: self.set_filters(self.filters.without(name)))
            self.buttons[name] = button
            flow.addWidget(button)
        self.saved_button = SavedButton(context, lambda: self.filters, self)
        self.saved_button.applied.connect(self.set_filters)
        self.columns_button = QToolButton(self)
        self.columns_button.setDefaultAction(context.actions["choose_columns"])
        self.columns_button.setObjectName("columns_button")
        self.columns_button.setAccessibleName(context.actions["choose_columns"].iconText())
        self.columns_button.setProperty("framed", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(place, 1)
        for widget in (self.saved_button, self.columns_button):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        self.anywhere = QAction(self.tr("Any part of the endpoint (reads every row)"), self, checkable=True)
        self.anywhere.setObjectName("anywhere")
        self.anywhere.toggled.connect(lambda anywhere: self._choose(anywhere=anywhere))
        search.add_option(self.anywhere)
        search.changed.connect(self.changed)
        self._show()

    @property
    def filters(self) -> Filters:
        """What narrows now, the search included."""
        return replace(self._filters, search=self._search.query)

    @property
    def shown(self) -> bool:
        """Whether the bar is shown, and not only what narrows."""
        return self._shown

    @property
    def stops(self) -> list[QWidget]:
        """Where the Tab key stops, in the order in which they stand."""
        filters = (one.button for one in self.buttons.values())
        return [*filters, self.saved_button, self.columns_button, *self.line.stops]

    def where(self) -> SubscriptionFilter:
        """Return what to ask the database."""
        return self.filters.where(datetime.now(UTC))

    def set_filters(self, filters: Filters) -> None:
        """Narrow to this and nothing else."""
        if filters != self.filters:
            self.reset(filters)
            self.changed.emit()

    def reset(self, filters: Filters = NO_FILTERS) -> None:
        """Show these filters without telling that they have changed."""
        self._search.show_query(filters.search)
        self._filters = replace(filters, search="")
        self._show()

    def restore(self, settings: QSettings) -> None:
        """Be shown or hidden as the operator left it, with the filters that were saved."""
        self._settings = settings
        kept = settings.value(_SHOWN)
        if kept in ("true", "false", True, False):
            self._by_hand, self._shown = True, kept in ("true", True)
            self._show()
        self.saved_button.restore(settings)

    def show_bar(self, shown: bool) -> None:
        """Show or hide the bar by hand."""
        self._by_hand, self._shown = True, shown
        if self._settings is not None:
            self._settings.setValue(_SHOWN, shown)
        self._show()

    def fit(self, pixels: int) -> None:
        """Begin without the bar where the table is narrow, unless somebody wanted it."""
        wanted = pixels >= SHOWN_FROM_PIXELS
        if not self._by_hand and wanted != self._shown:
            self._shown = wanted
            self._show()

    def learn_hosts(self, hosts: Iterable[tuple[str, str]]) -> None:
        """Offer hosts that were seen and belong to no known service, with what the backend calls them."""
        known = {service.name for service in SERVICES}
        for host, service in hosts:
            if host and service not in known and len(self._hosts) < MOST_HOSTS:
                self._hosts.setdefault(host, service)

    def forget_hosts(self) -> None:
        """Another database has other hosts."""
        self._hosts.clear()

    def _choose(self, **changes: Any) -> None:
        self.set_filters(replace(self.filters, **changes))

    def _show(self) -> None:
        words = self._filters.words()
        for name, button in self.buttons.items():
            button.show_value(words.get(name, ""))
        self.anywhere.setChecked(self._filters.anywhere)
        self.line.show_filters(words)
        self.setVisible(self._shown)
        self.shown_changed.emit(self._shown)

    def _on_taken_away(self, name: str) -> None:
        # The chip goes: the keyboard must not be sent to the end of the window.
        button = self.buttons.get(name)
        (button.button if button is not None and self._shown else self._search).setFocus()
        self.set_filters(self.filters.without(name))

    def _on_clear(self) -> None:
        # The button goes with what it cleared: the keyboard goes on in the search.
        self._search.setFocus()
        self.set_filters(Filters(search=self._search.query))

    def _fill_services(self, menu: QMenu) -> None:
        group = choices_of(menu)
        now = self._filters.service
        add_choice(group, self.tr("All push services"), not now, partial(self._choose, service=""))
        menu.addSeparator()
        for service in SERVICES:
            add_choice(group, service.name, now == service.name, partial(self._choose, service=service.name))
        menu.addSeparator()
        known = [service.name for service in SERVICES]
        hosts = dict(self._hosts) | ({now: now} if now and now not in (*known, *self._hosts) else {})
        for host, service_name in hosts.items():
            title = " · ".join(dict.fromkeys((service_name, host)))
            add_choice(group, title, now == host, partial(self._choose, service=host))
        menu.addAction(self.tr("Another host…")).triggered.connect(lambda: self._ask_host())

    def _fill_browsers(self, menu: QMenu) -> None:
        group = choices_of(menu)
        now = self._filters.browser
        add_choice(group, self.tr("All browsers"), not now, partial(self._choose, browser=""))
        menu.addSeparator()
        for name in BROWSER_NAMES:
            add_choice(group, browser_words(name), now == name, partial(self._choose, browser=name))

    def _fill_conditions(self, menu: QMenu) -> None:
        group = choices_of(menu)
        now = self._filters.condition
        add_choice(group, self.tr("Any state"), now is None, partial(self._choose, condition=None))
        menu.addSeparator()
        for condition in sorted(Condition, key=lambda condition: condition in NEEDS_AUDIT):
            words = condition_words(condition)
            if condition in NEEDS_AUDIT:
                words = self.tr("{0} (known by an audit)").format(words)
            add_choice(group, words, now is condition, partial(self._choose, condition=condition))

    def _fill_times(self, menu: QMenu, name: str) -> None:
        now: TimeRange = getattr(self._filters, name)
        # Everything was created some time.
        recents = tuple(Recent) if name == "success" else PAST
        add_times(menu, now, lambda when: self._choose(**{name: when}), lambda: self._ask_days(name, now), recents)

    def _ask_days(self, name: str, now: TimeRange) -> None:
        TimeRangeDialog(
            self._context,
            self.window(),
            title=title_of(name),
            today=datetime.now(UTC).date(),
            when=now,
            done=lambda when: self._choose(**{name: when}),
        ).open()

    def _ask_host(self) -> None:
        OneLineDialog(
            self._context,
            self.window(),
            title=self.tr("Push service"),
            explanation=self.tr("Subscriptions at this host alone; an endpoint will do as well."),
            label=self.tr("Host"),
            action=self.tr("Show this host"),
            placeholder="push.example.org",
            check=lambda text: "" if read_host(text) else self.tr("This is no host."),
            done=lambda text: self._choose(service=read_host(text)),
        ).open()


def read_host(text: str) -> str:
    """Return the host of what somebody typed, a host or a URL, "" where there is none."""
    return endpoint_host(text if "://" in text else f"https://{text}")
