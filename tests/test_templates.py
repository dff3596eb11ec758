"""Rules for every template and stylesheet. Each check is tried on a planted fault first."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
CSS = ROOT / "static" / "css"
#: Rendered by name by Django or its packages, not by our own code.
CALLED_BY_DJANGO = re.compile(r"^(400|403|403_csrf|404|500)\.html$|^(django|admin|registration|import_export)/")
#: Classes that scripts use, or that belong to a package's own stylesheet.
HOOKS = re.compile(r"^(js-|leaflet-|htmx-)")
PAINTS = "black|white|red|green|blue|orange|yellow|purple|brown|gr[ae]y|silver|navy|teal|maroon|pink|gold"
RAW_COLOUR = re.compile(
    rf"(#[0-9a-f]{{3,8}}\b(?![\w-]*\s*\{{)|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\(|:\s*(?:{PAINTS})\s*[;}}])", re.I
)
SYSTEM_COLOUR = re.compile(
    r":[^;]*\b(?:Canvas|CanvasText|LinkText|Highlight|HighlightText|ButtonFace|ButtonText|ButtonBorder)\b"
)
#: Content between tags that is not text: comments, and the block whose text ends a class.
COMMENT = re.compile(
    r"\{% block width %\}.*?\{% endblock[^%]*%\}|\{% comment[^%]*%\}.*?\{% endcomment %\}|\{#.*?#\}|<!--.*?-->", re.S
)
NOTE = re.compile(r"\{% comment[^%]*%\}.*?\{% endcomment %\}|\{#.*?#\}|<!--.*?-->", re.S)
TRANSLATED = re.compile(r"\{% blocktranslate.*?\{% endblocktranslate %\}", re.S)
VERBATIM = re.compile(r"<(code|kbd|script)\b.*?</\1>", re.S)
SAYING = re.compile(r"\s(?:aria-label|alt|title|placeholder|aria-description)=(?:\"([^\"]*)\"|'([^']*)')")
#: Block-level elements, which a reader expects on lines of their own.
BLOCK_LEVEL = (
    "html|head|body|header|footer|main|nav|section|article|aside|div|p|ul|ol|li|dl|dt|dd|table|caption|thead|tbody|tfoot"
    "|tr|th|td|h[1-6]|form|fieldset|legend|details|summary|figure|figcaption|blockquote|template"
)
#: A start or end tag of such an element, or a block tag such as {% if %}, its branches and its end.
MARK = re.compile(
    rf"<(?P<close>/?)(?P<element>{BLOCK_LEVEL})\b"
    r"|\{%\s*(?P<end>end)?(?P<tag>if|for|with|block|partialdef|localize)\b|\{%\s*(?P<branch>else|elif|empty)\b"
)
#: The inside of a start tag: conditions between or within attributes do not need lines of their own.
ATTRIBUTES = re.compile(
    r"(<[a-z][\w-]*)((?:\{%.*?%\}|\{\{.*?\}\}|\"(?:\{%.*?%\}|\{\{.*?\}\}|[^\"])*\"|'(?:\{%.*?%\}|\{\{.*?\}\}|[^'])*'"
    r"|[^<>\"'{])*?)(?=/?>)",
    re.S,
)
LONGEST_LINE, LONGEST_TEMPLATE = 160, 150
#: Words that are the same in every language.
NAMES = {"csv", "xlsx", "geojson", "kith"}


def templates() -> list[str]:
    """Return the names of all templates."""
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file())


def html_templates() -> list[str]:
    """Return the names of the templates that are pages or parts of pages."""
    return [name for name in templates() if name.endswith(".html")]


def components() -> list[str]:
    """Return the names of the components."""
    return [name for name in templates() if name.startswith("components/")]


def stylesheets() -> list[str]:
    """Return the names of all stylesheets in static/css."""
    return sorted(path.relative_to(CSS).as_posix() for path in CSS.rglob("*.css"))


def read(name: str) -> str:
    """Return a template's source."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def classes_drawn() -> set[str]:
    """Return every class in our own stylesheets."""
    return {found for name in stylesheets() for found in re.findall(r"\.([a-z][\w-]*)", (CSS / name).read_text())}


def inline_code(source: str) -> list[str]:
    """Return inline scripts, styles and handlers, which the content security policy refuses."""
    bare = COMMENT.sub("", source)
    scripts = [
        tag for tag in re.findall(r"<script\b[^>]*>", bare) if "src=" not in tag and "application/json" not in tag
    ]
    handlers = re.findall(r"<[a-z][^>]*?\s((?:on[a-z]+|hx-on[\w:-]*|style)=)", bare)
    return [*scripts, *re.findall(r"<style\b", bare), *handlers, *re.findall(r"javascript:", bare)]


def unescaped(source: str) -> list[str]:
    """Return places where typed text could become markup."""
    return re.findall(r"\|\s*safe(?:seq)?\b|\{%\s*autoescape off", COMMENT.sub("", source))


def raw_colours(source: str) -> list[str]:
    """Return literal colours that should be named tokens."""
    bare = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
    return [found.group().strip() for pattern in (RAW_COLOUR, SYSTEM_COLOUR) for found in pattern.finditer(bare)]


def words_of(text: str) -> list[str]:
    """Return words in a human language."""
    return [word for word in re.findall(r"[^\W\d_]{2,}", text) if word.lower() not in NAMES]


def untranslated(source: str) -> list[str]:
    """Return text without translation: bare text, and attributes that are read aloud."""
    bare = VERBATIM.sub("", TRANSLATED.sub("", COMMENT.sub("", source)))
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", bare, flags=re.S)
    said = [first or second for first, second in SAYING.findall(bare)]
    text = re.sub(r"&\w+;", "", re.sub(r"<[^>]*>", "\n", bare))
    return [line.strip() for line in (*said, *text.splitlines()) if words_of(line)]


def unknown_classes(source: str, known: set[str]) -> list[str]:
    """Return classes that no stylesheet defines; names that the template builds are not checked."""
    found = []
    for value in re.findall(r'\bclass="([^"]*)"', COMMENT.sub("", source)):
        whole = re.sub(r"\S*\{\{.*?\}\}\S*", " ", re.sub(r"\{%.*?%\}", " ", value))
        found += [
            name for name in whole.split() if name not in known and not name.endswith("--") and not HOOKS.match(name)
        ]
    return found


def loose_includes(source: str, needs_token: set[str]) -> list[str]:
    """Return includes of components that expose the page's variables, or lack the token that a form needs."""
    found = []
    for tag in re.findall(r"\{%\s*include\s+[\"']components/[^%]*%\}", COMMENT.sub("", source)):
        name = re.search(r"components/[\w/]+\.html", tag).group()
        if " only " not in tag:
            found.append(f"{name} without only")
        elif name in needs_token and "csrf_token=csrf_token" not in tag:
            found.append(f"{name} without csrf_token=csrf_token")
    return found


def lacks_header(source: str) -> list[str]:
    """Return a component's fault if it does not start with a comment on its purpose and parameters."""
    return [] if re.match(r"(\{% load [^%]*%\}\s*)?\{% comment %\}", source) else ["no header comment"]


def blanked(found: re.Match[str]) -> str:
    """Return as many empty lines as the match has."""
    return re.sub(r"[^\n]", " ", found.group())


def marks(line: str) -> list[str]:
    """Return a line's tags in order, such as ["<p", "%if", "%|", "%/if", "/p"]."""
    found = []
    for mark in MARK.finditer(line):
        if mark["element"]:
            found.append(("/" if mark["close"] else "<") + mark["element"])
        else:
            found.append("%|" if mark["branch"] else ("%/" if mark["end"] else "%") + mark["tag"])
    return found


def is_whole(found: list[str]) -> bool:
    """Return whether tags are one element, one block tag, or one element around one block of a page."""
    if len(found) == 4 and found[1:3] == ["%block", "%/block"]:
        found = [found[0], found[3]]
    if len(found) != 2 or found[0].startswith("/"):
        return False
    return found[1] == ("%/" if found[0].startswith("%") else "/") + found[0][1:]


def is_inline(found: list[str]) -> bool:
    """Return whether tags are block tags only and all of them are closed: conditions in the middle of a sentence."""
    depth = 0
    for mark in found:
        if not mark.startswith("%") or (mark == "%|" and not depth):
            return False
        depth += {"%|": 0}.get(mark, -1 if mark.startswith("%/") else 1)
        if depth < 0:
            return False
    return depth == 0


def crowded(source: str) -> list[str]:
    """Return lines that hold more than one block-level element or block tag.

    A line may hold one start or end tag; one whole element with text and inline elements in it; or a sentence with its
    conditions, because there a newline would be a space. Attributes, comments and translated text are not checked.
    """
    bare = TRANSLATED.sub(blanked, NOTE.sub(blanked, source))
    bare = ATTRIBUTES.sub(lambda found: found[1] + re.sub(r"[^\n]", " ", found[2]), bare)
    found = [(number, marks(line)) for number, line in enumerate(bare.splitlines(), 1)]
    return [
        f"line {number} holds {' '.join(held)}"
        for number, held in found
        if len(held) > 1 and not is_whole(held) and not is_inline(held)
    ]


def too_long(source: str) -> list[str]:
    """Return lines that are too long to read without scrolling, and a file that should be divided."""
    lines = source.splitlines()
    long = [f"line {number} has {len(line)}" for number, line in enumerate(lines, 1) if len(line) > LONGEST_LINE]
    return long if len(lines) <= LONGEST_TEMPLATE else [*long, f"{len(lines)} lines"]


def leaves() -> set[str]:
    """Return the components that contain a form and so need the token."""
    return {name for name in components() if "{% csrf_token %}" in read(name)}


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        (inline_code, "<script>go()</script>"),
        (inline_code, '<a href="/" onclick="go()">'),
        (inline_code, '<p class="x" style="color: red">'),
        (inline_code, "<style>p {}</style>"),
        (unescaped, "{{ words|safe }}"),
        (unescaped, "{% autoescape off %}"),
        (raw_colours, "a { color: #fff; }"),
        (raw_colours, "a { color: red; }"),
        (raw_colours, "a { background: rgb(0 0 0 / 50%); }"),
        (raw_colours, "a { color: CanvasText; }"),
        (untranslated, "<p>Good morning</p>"),
        (untranslated, '<nav aria-label="Pages"></nav>'),
        (lambda source: unknown_classes(source, {"card"}), '<p class="card crad">'),
        (lambda source: loose_includes(source, set()), '{% include "components/card.html" with title=x %}'),
        (
            lambda source: loose_includes(source, {"components/form.html"}),
            '{% include "components/form.html" with a=b only %}',
        ),
        (lacks_header, "<p>{{ words }}</p>"),
        (crowded, "<li>{{ a }}</li><li>{{ b }}</li>"),
        (crowded, "<ul><li>{{ a }}</li>"),
        (crowded, "</div></div>"),
        (crowded, "{% if a %}<p>{{ a }}</p>{% endif %}"),
        (crowded, "<p>{{ a }}{% if b %}, {{ b }}{% endif %}</p>"),
        (crowded, "{% for a in rows %}{% for b in a %}"),
        (crowded, "{% endif %}{% endif %}"),
        (crowded, "{% else %}{% if b %}"),
        (too_long, "a" * 161),
        (too_long, "a\n" * 151),
    ],
)
def test_each_check_finds_its_fault(check: Callable[[str], list[str]], fault: str) -> None:
    assert check(fault)


@pytest.mark.parametrize(
    ("check", "fine"),
    [
        (inline_code, '<script src="{% static \'js/site.js\' %}" defer></script><p data-on="x">'),
        (unescaped, "{{ words|linebreaks }} {# never |safe #}"),
        (raw_colours, "#main { color: var(--color-ink); background: none; } /* not #fff */"),
        (
            untranslated,
            '<p aria-label="{% translate "Pages" %}">{% blocktranslate %}Hello{% endblocktranslate %} – 3</p>',
        ),
        (lambda source: unknown_classes(source, {"card"}), '<p class="card{% if x %} card{% endif %} tone-{{ x }}">'),
        (
            lambda source: loose_includes(source, {"components/form.html"}),
            '{% include "components/card.html" with a=b only %}',
        ),
        (lacks_header, "{% load i18n %}{% comment %}A card. title.{% endcomment %}<p>"),
        (crowded, '<li><a class="link{% if a %} link--new{% endif %}" href="/">{% translate "All" %}</a></li>'),
        (crowded, '<p class="a"\n  {% if b %}id="<p>"{% endif %}>'),
        (crowded, "{{ a }}{% if b %}, {{ b }}{% elif c %}, {{ c }}{% endif %}{% if d %}.{% endif %}"),
        (crowded, "<h1>{% block heading %}{{ a }}{% endblock %}</h1>"),
        (crowded, "{% block title %}{% translate 'Kith' %}{% endblock %}"),
        (crowded, "{% comment %}<p><p>{% endcomment %}<p>{% blocktranslate %}<p><p>{% endblocktranslate %}</p>"),
        (too_long, ("a" * 160 + "\n") * 150),
    ],
)
def test_each_check_accepts_valid_source(check: Callable[[str], list[str]], fine: str) -> None:
    assert check(fine) == []


def faults(names: list[str], check: Callable[[str], list[str]], source: Callable[[str], str] = read) -> list[str]:
    """Return each fault with its file."""
    return [f"{name}: {fault}" for name in names for fault in check(source(name))]


def test_templates_hold_no_inline_code() -> None:
    assert faults(html_templates(), inline_code) == []


def test_pages_escape_everything() -> None:
    """Emails are plain text, so only they may turn escaping off."""
    assert faults(html_templates(), unescaped) == []


def test_every_text_is_translatable() -> None:
    # Blocks in the admin's templates contain Django's class names.
    ours = [name for name in html_templates() if not name.startswith("admin/")]
    assert faults(ours, untranslated) == []


def test_every_css_class_has_a_rule() -> None:
    known = classes_drawn()
    # Pages of the admin also use Django's own stylesheets.
    pages = [name for name in html_templates() if not name.startswith("admin/")]
    assert faults(pages, lambda source: unknown_classes(source, known)) == []


def test_components_get_only_their_parameters() -> None:
    pages = [name for name in html_templates() if not name.startswith("components/") and not name.startswith("base")]
    needs_token = leaves()
    assert faults(pages, lambda source: loose_includes(source, needs_token)) == []


def test_every_component_documents_its_parameters() -> None:
    assert faults(components(), lacks_header) == []


def test_a_line_has_one_element_or_block_tag() -> None:
    assert faults(html_templates(), crowded) == []


def test_lines_and_templates_are_short() -> None:
    assert faults(html_templates(), too_long) == []


def test_every_template_compiles() -> None:
    for name in templates():
        assert get_template(name) is not None


def references() -> Iterator[str]:
    """Yield the text of every file that can name a template."""
    for folder in ("config", "communities", "assets", "connectors", "sparks", "evaluation", "templates"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"}:
                yield path.read_text(encoding="utf-8")


def test_every_template_is_used() -> None:
    text = "\n".join(references())
    named = set(re.findall(r"[\"']([\w/.-]+\.(?:html|txt|svg))(?=[\"'#{])", text))
    assert [name for name in templates() if name not in named and not CALLED_BY_DJANGO.match(name)] == []


def test_every_component_is_in_the_style_guide() -> None:
    """Components used only by the base template or by another component are on every page, including the style guide."""
    guide = "".join(read(name) for name in html_templates() if name.startswith("config/styleguide"))
    frame = "".join(read(name) for name in html_templates() if name.startswith(("base", "components/")))
    assert [name for name in components() if f'"{name}"' not in guide and f'{{% include "{name}"' not in frame] == []


def test_colours_are_defined_in_tokens_only() -> None:
    sheets = [name for name in stylesheets() if name != "tokens.css"]
    assert faults(sheets, raw_colours, lambda name: (CSS / name).read_text()) == []
    drawn = [
        name
        for name in html_templates()
        if re.search(r"\s(?:fill|stroke|color)=\"(?!none|currentColor|url\()", read(name))
    ]
    assert drawn == []


def test_main_css_imports_every_stylesheet() -> None:
    """A stylesheet that few pages need may be linked by those pages instead."""
    imported = re.findall(r'@import url\("([^"]+)"\)', (CSS / "main.css").read_text())
    linked = {found for text in references() for found in re.findall(r"'css/([\w/.-]+\.css)'", text)}
    assert sorted(imported) == [name for name in stylesheets() if name not in linked]
    assert len(imported) == len(set(imported))


def test_tokens_that_are_used_are_defined() -> None:
    tokens = set(re.findall(r"(--[\w-]+):", (CSS / "tokens.css").read_text()))
    ours = [name for name in stylesheets() if name != "admin.css"]  # It uses the tokens of Django's admin.
    used = {token for name in ours for token in re.findall(r"var\((--[\w-]+)", (CSS / name).read_text())}
    assert used - tokens == set()


def buttons_in_line(source: str) -> list[str]:
    """Return the cells of tables that are cards on a phone which are one button, and are drawn as a value of the grey line.

    A dot follows the value before them then, at the end of its line.
    """
    if "table--cards" not in source:
        return []
    cells = re.findall(r"<td([^>]*)>\s*(.*?)\s*</td>", source, re.DOTALL)
    bare = [(attrs, re.sub(r"\{%.*?%\}\s*", "", inside, flags=re.DOTALL)) for attrs, inside in cells]
    return [
        inside
        for attrs, inside in bare
        if "table__actions" not in attrs and re.match(r"<(?:a|button) class=.button", inside)
    ]


def test_a_cell_with_a_button_has_a_line_of_its_own_on_a_phone() -> None:
    assert faults(html_templates(), buttons_in_line) == []


def test_a_button_in_the_grey_line_is_found() -> None:
    cell = '<table class="table table--cards"><tr><td data-label="Change">{% if x %}<a class="button" href="/">Change</a>{% endif %}</td></tr>'
    assert buttons_in_line(cell)
    assert not buttons_in_line(cell.replace("<td ", '<td class="table__actions" '))


def red_beside_save(source: str) -> list[str]:
    """Return the red buttons on a page whose form saves something else: there, deleting is a quiet button."""
    return re.findall(r"button--danger|danger=True", source) if "components/form.html" in source else []


def test_deleting_is_a_quiet_button_where_a_page_is_for_something_else() -> None:
    """Red is for the page that asks whether to go on; what can be undone does not shout beside *Save*."""
    assert red_beside_save('{% include "components/form.html" %}<button class="button button--danger">Delete</button>')
    assert faults([name for name in html_templates() if "styleguide" not in name], red_beside_save) == []


def bold_later(source: str) -> list[str]:
    """Return the buttons beside a heading whose bold one is not the first: on a phone the first is as wide as the page."""
    rows = re.findall(r"\{% block actions %\}(.*?)\{% endblock", source, re.DOTALL)
    kinds = [re.findall(r'class="(button[^"]*)"', row) for row in rows]
    return [
        row
        for row, found in zip(rows, kinds, strict=True)
        if "button" in found and re.search("--(secondary|quiet)$", found[0])
    ]


def test_the_bold_button_beside_a_heading_is_the_first() -> None:
    late = '{% block actions %}<a class="button button--quiet">Change</a><a class="button">Add</a>{% endblock %}'
    assert bold_later(late)
    assert not bold_later(
        '{% block actions %}<a class="button">Add</a><a class="button button--quiet">Change</a>{% endblock %}'
    )
    assert faults(html_templates(), bold_later) == []
