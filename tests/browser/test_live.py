"""The result follows the form as it is typed, and nothing that a person does is lost by it."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.test_page import STARTER, VALUES_OF_FORM

Visitor = Callable[..., BrowserContext]

TOUCHED = """() => [...(CSS.highlights.get("touched") ?? [])].map(String)"""


def starter(visitor: Visitor, **options: object) -> Page:
    page = visitor(**options).new_page()
    page.goto(STARTER)
    return page


def until(page: Page, condition: str) -> None:
    """Wait for a condition on the page; its policy lets no string be evaluated from within."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)


def settle(page: Page) -> None:
    """Wait until all is asked for and told."""
    until(page, "!state.busy && !state.stale")


def test_each_change_shows_in_the_unit_the_commands_the_score_and_the_link(visitor: Visitor) -> None:
    page = starter(visitor)
    score = page.locator("#exposure .score").text_content()
    page.get_by_label("User=", exact=True).fill("shop")
    expect(page.locator("#unit-text")).to_contain_text("User=shop\n")
    expect(page.locator("#prep-text")).to_contain_text("sudo useradd --system")
    expect(page.locator("#prep-text")).to_contain_text("-- shop\n")
    page.get_by_label("ProtectClock=", exact=True).select_option("yes")
    expect(page.locator("#unit-text")).to_contain_text("ProtectClock=yes\n")
    expect(page.locator("#exposure .score")).not_to_have_text(str(score))
    asked = parse_qs(urlsplit(page.url).query)
    assert asked["User"] == ["shop"]
    assert asked["ProtectClock"] == ["yes"]
    assert page.locator("#share-link").input_value() == page.url


def test_the_screen_after_changes_equals_the_page_at_the_address(visitor: Visitor) -> None:
    page = starter(visitor)
    page.get_by_label("User=", exact=True).fill("shop")
    page.get_by_label("It runs as").get_by_role("radio", name="A user of its own").check()
    page.get_by_label("UMask=", exact=True).fill("")
    page.get_by_label("SupplementaryGroups=", exact=True).fill("docker")
    settle(page)
    parts = r"""parts => parts.map(part => part.outerHTML.replace(/<details([^>]*?) open=""/g, "<details$1").replace(/\s+/g, " ").replaceAll("> <", "><"))"""
    shown = page.locator("#result-body > *, #profiles-slot li, .notes").evaluate_all(parts)
    values = page.evaluate(VALUES_OF_FORM)
    page.reload()
    assert page.locator("#result-body > *, #profiles-slot li, .notes").evaluate_all(parts) == shown
    assert page.evaluate(VALUES_OF_FORM) == values


def test_lines_that_a_change_touched_are_marked_for_a_moment(visitor: Visitor) -> None:
    page = starter(visitor)
    page.get_by_label("User=", exact=True).fill("shop")
    expect(page.locator("#unit-text")).to_contain_text("User=shop\n")
    touched = page.evaluate(TOUCHED)
    assert "User=shop" in touched
    assert "Group=myapp" not in touched
    until(page, "!CSS.highlights.has('touched')")


def test_focus_caret_scrolling_and_what_was_unfolded_stay(visitor: Visitor) -> None:
    page = starter(visitor, viewport={"width": 1360, "height": 700})
    page.locator("#costly > summary").click()
    page.locator("#access details summary").nth(2).click()
    page.locator("#result").evaluate("result => result.scrollTo(0, 600)")
    field = page.get_by_label("User=", exact=True)
    field.evaluate("field => { field.focus(); field.setSelectionRange(2, 2); }")
    scrolled = page.evaluate("[scrollY, result.scrollTop]")
    page.keyboard.type("x")
    expect(page.locator("#unit-text")).to_contain_text("User=myxapp\n")
    settle(page)
    expect(field).to_be_focused()
    assert field.evaluate("field => field.selectionStart") == 3
    assert page.evaluate("[scrollY, Math.abs(result.scrollTop - 600) < 200]") == [scrolled[0], True]
    assert page.locator("#costly").get_attribute("open") is not None
    assert page.locator("#access details[open]").count() == 1


def test_a_form_with_errors_shows_the_last_valid_unit_as_outdated(visitor: Visitor) -> None:
    page = starter(visitor)
    field = page.get_by_label("User=", exact=True)
    field.fill("two names")
    expect(page.locator("#state")).to_contain_text("1 to correct What is below is from before.")
    expect(page.locator("#unit-text")).to_contain_text("User=myapp\n")
    assert page.locator("#result-body").evaluate("body => body.inert")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_attribute("aria-describedby", "User-help User-notes")
    expect(page.locator("#User-notes")).to_contain_text("Write a single name")
    expect(page.locator("#counts-identity .count.error")).to_have_text("1 to look at")
    field.fill("shop")
    expect(page.locator("#unit-text")).to_contain_text("User=shop\n")
    expect(page.locator("#state")).to_be_hidden()
    assert not page.locator("#result-body").evaluate("body => body.inert")
    assert field.get_attribute("aria-invalid") is None
    assert page.locator("#User-notes").count() == 0


def test_an_empty_form_does_not_report_missing_values(visitor: Visitor) -> None:
    page = visitor().new_page()
    page.goto("/?name=&systemd=252")
    page.get_by_label("Unit name").fill("shop")
    expect(page.locator("#state")).to_contain_text("Still needed")
    assert page.locator(".notice.error, [aria-invalid]").count() == 0
    page.get_by_label("ExecStart=", exact=True).fill("/usr/bin/shop")
    page.get_by_label("User=", exact=True).fill("shop")
    expect(page.locator("#unit-text")).to_have_text("[Service]\nExecStart=/usr/bin/shop\nUser=shop\n")
    settle(page)
    assert page.locator("#profiles li").count() > 5


def test_a_fix_starts_from_what_was_typed_a_moment_ago(visitor: Visitor) -> None:
    page = starter(visitor)
    page.get_by_label("UMask=", exact=True).fill("")
    fix = page.locator("#findings").get_by_role("link", name="Set UMask=0077")
    expect(fix).to_be_visible()
    page.get_by_label("Description=", exact=True).fill("Typed just now")
    fix.click()
    expect(page.get_by_label("UMask=", exact=True)).to_have_value("0077")
    expect(page.get_by_label("Description=", exact=True)).to_have_value("Typed just now")


TYPE_AND_CLICK = """() => {
  document.body.insertAdjacentHTML("afterbegin", '<a href="#other">Set UMask=0077</a>');
  const typed = document.getElementById("Description");
  typed.value = "Typed just now";
  typed.dispatchEvent(new Event("input", { bubbles: true }));
  [...document.querySelectorAll("#findings a.fix")].find((link) => link.textContent === "Set UMask=0077").click();
}"""


def test_a_fix_that_waits_is_found_again_among_links_of_the_same_text(visitor: Visitor) -> None:
    page = starter(visitor)
    page.get_by_label("UMask=", exact=True).fill("")
    expect(page.locator("#findings").get_by_role("link", name="Set UMask=0077")).to_be_visible()
    page.evaluate(TYPE_AND_CLICK)
    expect(page.get_by_label("UMask=", exact=True)).to_have_value("0077")
    assert not page.url.endswith("#other")


def test_one_request_runs_at_a_time_and_the_last_input_wins(visitor: Visitor) -> None:
    page = starter(visitor)
    asked: list[str] = []
    held: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(parse_qs(route.request.post_data or "")["User"][0])
        held.append(route)

    page.route("**/live", hold)
    field = page.get_by_label("User=", exact=True)
    for value in ("a", "ab", "abc"):
        field.fill(value)
    page.wait_for_timeout(100)
    assert asked == ["a"]
    held[0].continue_()
    until(page, "state.busy")
    page.wait_for_timeout(300)
    held[-1].continue_()
    expect(page.locator("#unit-text")).to_contain_text("User=abc\n")
    assert asked == ["a", "abc"]


def test_an_unreachable_site_is_reported_and_the_button_still_works(visitor: Visitor) -> None:
    page = starter(visitor)
    page.route("**/live", lambda route: route.fulfill(status=503))
    page.get_by_label("User=", exact=True).fill("shop")
    expect(page.locator("#state")).to_contain_text("does not answer")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#unit-text")).to_contain_text("User=shop\n")


def test_a_secret_that_is_typed_reaches_no_address(visitor: Visitor) -> None:
    page = starter(visitor)
    page.get_by_label("Environment=", exact=True).fill("API_TOKEN=hunter2")
    expect(page.locator("#share")).to_contain_text("There is no link")
    settle(page)
    assert "hunter2" not in page.url
    assert "hunter2" not in str(page.evaluate("localStorage.getItem('recent')"))


def test_control_and_enter_generate_from_anywhere_in_the_form(visitor: Visitor) -> None:
    page = starter(visitor)
    page.get_by_label("Environment=", exact=True).fill("PORT=8080")
    with page.expect_navigation():
        page.get_by_label("Environment=", exact=True).press("Control+Enter")
    assert "Environment=PORT%3D8080" in page.url or "Environment=PORT=8080" in page.url


def test_recent_links_stay_in_this_browser_until_they_are_forgotten(visitor: Visitor) -> None:
    context = visitor()
    page = context.new_page()
    page.goto("/")
    expect(page.locator("#recent")).to_be_hidden()
    page.goto(STARTER)
    page.get_by_label("Unit name").fill("shop")
    expect(page.locator("#result-title")).to_have_text("shop.service")
    address = page.url
    page.goto("/?name=")
    page.locator("#recent > summary").click()
    links = page.locator("#recent a")
    assert links.all_text_contents() == ["shop.service"]
    links.first.click()
    assert page.url == address
    page.goto("/?name=")
    page.locator("#recent > summary").click()
    page.get_by_role("button", name="Forget them").click()
    expect(page.locator("#recent")).to_be_hidden()
    assert page.evaluate("JSON.parse(localStorage.getItem('recent'))") == []


def test_forged_history_entries_are_text_and_lead_nowhere_else(visitor: Visitor) -> None:
    page = starter(visitor)
    kept = [
        {"query": "javascript:alert(1)", "title": "no"},
        {"query": "?name=x&User=<b>", "title": "<img src=x>", "at": 1, "mine": 1},
        {"query": "?name=y"},
    ]
    page.evaluate("kept => localStorage.setItem('recent', JSON.stringify(kept))", kept)
    page.reload()
    entry = page.locator("#recent li")
    assert entry.count() == 1
    assert entry.locator("img, b").count() == 0
    assert entry.locator("a").get_attribute("href") == "/?name=x&User=<b>"
    page.evaluate("localStorage.setItem('recent', '{')")
    page.reload()
    expect(page.locator("#recent")).to_be_hidden()


def test_reduced_motion_is_respected(visitor: Visitor) -> None:
    page = starter(visitor, reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll("*")].filter((one) => {
      const style = getComputedStyle(one);
      return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
    }).length"""
    assert page.evaluate(moving) == 0
