"""The filters of the table of deliveries: a button for each, and the line below that says what narrows.

Runs on: GUI thread
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.time_range import TimeRangeDialog
from webpush_admin.gui.models.delivery_filters import ALL, NAMES, DeliveryFilters, outcome_choice, title_of
from webpush_admin.gui.widgets.choices import LATELY, add_choice, add_times, choices_of
from webpush_admin.gui.widgets.filter_button import FilterButton
from webpush_admin.gui.widgets.flow import FlowLayout
from webpush_admin.gui.widgets.search import SearchField
from webpush_admin.gui.widgets.shown_line import ShownLine
from webpush_admin.push.answer import Outcome
from webpush_admin.push.diagnosis import RULES, diagnosis_called, rule_service
from webpush_admin.push.services import SERVICES, service_name
from webpush_admin.store.history_rows import DeliveryFilter, DeliveryRow

MOST_HOSTS: Final = 12
MOST_RULES: Final = 24


class FilterBar(QWidget):
    """Filters beside the search.

    Attributes:
        changed: Something else is wanted; see `where()`.
        line: What narrows and how many are shown; stands below.
        buttons: By the filter's name; a send, a user and a subscription are chosen elsewhere.
    """

    changed = Signal()

    def __init__(self, context: Context, search: SearchField, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("filter_bar")
        self.setAccessibleName(self.tr("Filters"))
        self._context = context
        self._search = search
        self._filters = ALL
        self._hosts: dict[str, None] = {}
        self._rules: dict[str, None] = {}
        place = QWidget(self)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        place.setSizePolicy(policy)
        flow = FlowLayout(place)
        self.line = ShownLine(
            {name: title_of(name) for name in NAMES}, parent, nouns=(self.tr("delivery"), self.tr("deliveries"))
        )
        self.line.cleared.connect(self._on_taken_away)
        self.line.all_cleared.connect(self._on_clear)
        fills: dict[str, Callable[[QMenu], None]] = {
            "outcome": self._fill_outcomes,
            "service": self._fill_services,
            "rule": self._fill_rules,
            "at": self._fill_times,
        }
        self.buttons: dict[str, FilterButton] = {}
        for name, fill in fills.items():
            button = FilterButton(title_of(name), place, name=f"{name}_filter", fill=fill, steady=True)
            button.cleared.connect(partial(self._take_away, name))
            self.buttons[name] = button
            flow.addWidget(button)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(place, 1)
        search.changed.connect(self.changed)
        self._show()

    @property
    def filters(self) -> DeliveryFilters:
        """What narrows now, the search included."""
        return replace(self._filters, search=self._search.query)

    @property
    def stops(self) -> list[QWidget]:
        """Where the Tab key stops, in the order in which they stand."""
        return [*(one.button for one in self.buttons.values()), *self.line.stops]

    def where(self) -> DeliveryFilter:
        """Return what to ask the history."""
        return self.filters.where(datetime.now(UTC))

    def set_filters(self, filters: DeliveryFilters) -> None:
        """Narrow to this and nothing else."""
        if filters != self.filters:
            self.reset(filters)
            self.changed.emit()

    def choose(self, **changes: Any) -> None:
        """Change what is named; everything else stays."""
        self.set_filters(replace(self.filters, **changes))

    def reset(self, filters: DeliveryFilters = ALL) -> None:
        """Show these filters without telling that they have changed."""
        self._search.show_query(filters.search)
        self._filters = replace(filters, search="")
        self._show()

    def learn(self, rows: Iterable[DeliveryRow]) -> None:
        """Offer hosts of no known service, and diagnoses, that were seen."""
        known = {service.name for service in SERVICES}
        for row in rows:
            if row.rule and len(self._rules) < MOST_RULES:
                self._rules.setdefault(row.rule)
            if row.host and len(self._hosts) < MOST_HOSTS and service_name(row.host) not in known:
                self._hosts.setdefault(row.host)

    def forget(self) -> None:
        """Another database has other hosts and other answers."""
        self._hosts.clear()
        self._rules.clear()

    def _show(self) -> None:
        words = self._filters.words()
        for name, button in self.buttons.items():
            button.show_value(words.get(name, ""))
        self.line.show_filters(words)

    def _take_away(self, name: str) -> None:
        self.set_filters(self.filters.without(name))

    def _on_taken_away(self, name: str) -> None:
        # The chip goes: the keyboard must not be sent to the end of the window.
        button = self.buttons.get(name)
        (button.button if button is not None else self._search).setFocus()
        self._take_away(name)

    def _on_clear(self) -> None:
        self._search.setFocus()
        self.set_filters(DeliveryFilters(search=self._search.query))

    def _fill_outcomes(self, menu: QMenu) -> None:
        group = choices_of(menu)
        now = self._filters
        everything = not now.failed and now.outcome is None
        add_choice(group, self.tr("All outcomes"), everything, partial(self.choose, failed=False, outcome=None))
        menu.addSeparator()
        failed = self.tr("failed (neither accepted nor gone)")
        add_choice(group, failed, now.failed, partial(self.choose, failed=True, outcome=None))
        menu.addSeparator()
        for outcome in Outcome:
            words = outcome_choice(outcome, failed=False)
            chosen = partial(self.choose, failed=False, outcome=outcome)
            add_choice(group, words, now.outcome is outcome, chosen)

    def _fill_services(self, menu: QMenu) -> None:
        group = choices_of(menu)
        now = self._filters.service
        names = [service.name for service in SERVICES]
        hosts = [host for host in dict.fromkeys((*self._hosts, now)) if host and host not in names]
        add_choice(group, self.tr("All push services"), not now, partial(self.choose, service=""))
        for some in (names, hosts):
            if some:
                menu.addSeparator()
            for name in some:
                add_choice(group, name, now == name, partial(self.choose, service=name))

    def _fill_rules(self, menu: QMenu) -> None:
        group = choices_of(menu)
        now = self._filters.rule
        add_choice(group, self.tr("All diagnoses"), not now, partial(self.choose, rule=""))
        seen = [rule for rule in dict.fromkeys((*self._rules, now)) if rule]
        if seen:
            menu.addSeparator()
        for rule in seen:
            self._add_rule(group, rule)
        menu.addSeparator()
        # Seventy names in one menu would be read by nobody.
        others: dict[str, QMenu] = {}
        for rule in (rule.name for rule in RULES if rule.name not in seen):
            service = rule_service(rule) or self.tr("Any service")
            if service not in others:
                others[service] = menu.addMenu(service.replace("&", "&&"))
                others[service].setObjectName("rules_menu")
            self._add_rule(
                choices_of(others[service]) if not others[service].actions() else _group(others[service]), rule
            )

    def _add_rule(self, group: QActionGroup, rule: str) -> None:
        diagnosis = diagnosis_called(rule)
        words = rule if diagnosis is None else f"{diagnosis.meaning}  ·  {rule}"
        add_choice(group, words, self._filters.rule == rule, partial(self.choose, rule=rule))

    def _fill_times(self, menu: QMenu) -> None:
        add_times(menu, self._filters.at, lambda when: self.choose(at=when), self._ask_days, LATELY)

    def _ask_days(self) -> None:
        TimeRangeDialog(
            self._context,
            self.window(),
            title=title_of("at"),
            today=datetime.now(UTC).date(),
            when=self._filters.at,
            done=lambda when: self.choose(at=when),
        ).open()


def _group(menu: QMenu) -> QActionGroup:
    group = menu.findChild(QActionGroup)
    assert group is not None
    return group
