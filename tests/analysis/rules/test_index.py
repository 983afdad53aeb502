"""The page of rules, held against what the rules say."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app import server
from app.analysis import rules
from app.analysis.rules import ALL_RULES, RULES, Rule
from app.analysis.rules.index import PITFALLS_WITHOUT_RULE
from app.effective import Effective
from tests.analysis.rules.cases import judged
from tests.analysis.rules.twins import TWINS

UNITS = [judged(row.bad) for row in TWINS]


@pytest.mark.parametrize("row", ALL_RULES, ids=lambda row: row.check.__name__)
def test_a_rule_yields_only_the_ids_and_severities_in_its_row(row: Rule) -> None:
    found = [finding for unit in UNITS for finding in row(Effective(unit))]
    assert {finding.id for finding in found} == set(row.ids if found else ())
    assert {finding.severity for finding in found} <= set(row.severities)


def test_only_rules_that_may_refuse_have_refusing_findings() -> None:
    for unit in UNITS:
        refused = [
            finding for finding in rules.judge(unit) if finding.severity == "error" or finding.id in rules.SECRETS
        ]
        assert [
            found for found in rules.refusing(unit) if found.severity == "error" or found.id in rules.SECRETS
        ] == refused
    assert len(rules.REFUSING) < len(RULES) / 3


def test_every_pitfall_has_a_rule_or_is_listed_as_covered_elsewhere() -> None:
    told = {name for row in ALL_RULES for name in row.ids if name[1:].isdigit()}
    elsewhere = [row.id for row in PITFALLS_WITHOUT_RULE]
    assert len(set(elsewhere)) == len(elsewhere)
    assert not told & set(elsewhere)
    dealt_with = told | set(elsewhere)
    assert {f"P{number}" for number in range(1, 64)} <= dealt_with <= {f"P{number}" for number in range(1, 81)}


def test_the_page_shows_every_rule(client: FlaskClient) -> None:
    soup = BeautifulSoup(client.get("/rules").text, "html.parser")
    shown = [
        [" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])]
        for row in soup.select("table.rules tbody tr")
    ]
    told = [[", ".join(row.ids), " or ".join(row.severities), f"{row.title}.", row.why] for row in ALL_RULES]
    elsewhere = [[row.id, f"{row.title}.", row.where] for row in PITFALLS_WITHOUT_RULE]
    between = [[", ".join(r.ids), " or ".join(r.severities), f"{r.title}.", r.why] for r in server.ALL_CONFLICT_RULES]
    assert shown == told + elsewhere + between
